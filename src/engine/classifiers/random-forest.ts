import * as tf from '@tensorflow/tfjs-core'
import { z } from 'zod'
import { randomStream } from '../random'
import { yieldToEvents } from '../yield'
import type { Examples, FitHooks } from '../features/examples'
import type { Scorer, Stored, StoredTensor } from './classifier'
import { addVotes, binFeatures, growTree, type Tree, type TreeOptions } from './decision-tree'

export const randomForestSchema = z.object({ classes: z.int(), trees: z.int() })
interface RandomForestOptions extends Omit<TreeOptions, 'features'> {
  trees: number
  /** Share of the features drawn for a split; 0 is their square root. */
  features: number
  seed: number
}

/**
 * Random forest (Breiman 2001): each tree on a bootstrap sample, each split on features drawn for it. Features are cut
 * into 256 bins first. No library was fit (docs/classical.md): ml-random-forest took 187 s for one tree on 1,500 images,
 * where a hundred of these take 12 s; the package random-forest got 66 % right where these get 99 %.
 */
export async function fitRandomForest(
  { values, length, labels, classes }: Examples, { trees: wanted, features, seed, ...options }: RandomForestOptions,
  { signal, onProgress }: FitHooks
): Promise<Scorer> {
  const binned = binFeatures(values, length)
  const drawn = features === 0 ? Math.sqrt(length) : features * length
  const trees: Tree[] = []
  for (let index = 0; index < wanted; index++) {
    signal.throwIfAborted()
    onProgress(index, wanted)
    const random = randomStream(seed, 'forest', index)
    const examples = Int32Array.from(labels, () => random.integer(labels.length))
    trees.push(growTree(binned, labels, classes, examples, { ...options, features: Math.max(1, Math.floor(drawn)) }, random))
    await yieldToEvents()
  }
  onProgress(wanted, wanted)
  return forestScorer(trees, classes)
}

/** The share of the trees is the probability, with one vote more spread over all classes. */
export function forestScorer(trees: readonly Tree[], classes: number): Scorer {
  return {
    logits: (features) => {
      const [count, length] = features.shape
      const values = features.dataSync<'float32'>()
      const result = new Float32Array(count * classes)
      const votes = new Float64Array(classes)
      for (let row = 0; row < count; row++) {
        votes.fill(1 / classes)
        for (const tree of trees) addVotes(tree, values, row * length, votes)
        votes.forEach((share, index) => { result[row * classes + index] = Math.log(share / (trees.length + 1)) })
      }
      return tf.tensor2d(result, [count, classes])
    },
    stored: (): Stored => ({ state: { classes, trees: trees.length }, tensors: new Map(parts.flatMap((part) => joined(part, trees))) }),
    dispose: () => undefined
  }
}

const parts = ['feature', 'threshold', 'left', 'right', 'leafClass', 'leafShare'] as const

/** One array for all trees, and where each tree's part ends. */
function joined(part: typeof parts[number], trees: readonly Tree[]): [string, StoredTensor][] {
  const lengths = trees.map((tree) => tree[part].length)
  const total = lengths.reduce((sum, length) => sum + length, 0)
  const isFloat = part === 'threshold' || part === 'leafShare'
  const data = isFloat ? new Float32Array(total) : new Int32Array(total)
  let at = 0
  for (const tree of trees) {
    data.set(tree[part], at)
    at += tree[part].length
  }
  return [[part, { shape: [total], data }], [`${part}.lengths`, { shape: [trees.length], data: Int32Array.from(lengths) }]]
}

export function loadTrees(count: number, tensors: ReadonlyMap<string, StoredTensor>): Tree[] {
  const split = (part: typeof parts[number]): (Float32Array | Int32Array)[] => {
    const lengths = tensors.get(`${part}.lengths`)!.data
    let at = 0
    return Array.from(lengths, (length) => tensors.get(part)!.data.subarray(at, at += length))
  }
  const columns = Object.fromEntries(parts.map((part) => [part, split(part)]))
  return Array.from({ length: count }, (_, index) => Object.fromEntries(parts.map((part) => [part, columns[part]![index]])) as unknown as Tree)
}
