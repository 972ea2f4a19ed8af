import * as tf from '@tensorflow/tfjs-core'
import { z } from 'zod'
import { tooManyTogether } from '../../rules/methods/labels'
import { randomStream } from '../random'
import type { Examples, FitHooks } from '../features/examples'
import { tensorOf, type Scorer, type Stored, type StoredTensor } from './classifier'
import { Libsvm, type TwoClassMachine } from './libsvm'
import { couple } from './pairwise-coupling'

const kernelSchema = z.object({ kernel: z.enum(['rbf', 'linear']), gamma: z.number() })
type Kernel = z.infer<typeof kernelSchema>
export const svmSchema = z.object({ ...kernelSchema.shape, classes: z.int() })
interface SvmOptions {
  kernel: Kernel['kernel']
  cost: number
  /** Of the radial kernel; 0 is 1 / (length · variance of the features). */
  gamma: number
  seed: number
}

/** Most images of two classes together: their kernel matrix is held in memory. */
export const largestPair = 8192

/**
 * Support vector machines by LIBSVM (Chang and Lin 2011), one for each pair of classes, with probabilities by Platt's
 * sigmoid on five folds and pairwise coupling. Kernels are computed on the backend: LIBSVM's own took 260 s for 2,000
 * images of 512 features, the same machines on given kernels 15 s. Its folds follow the order of the examples, which is
 * the seed's.
 */
export async function fitSvm(
  { values, length, labels, classes }: Examples, { kernel, cost, gamma, seed }: SvmOptions, { signal, onProgress }: FitHooks
): Promise<Scorer> {
  const chosen: Kernel = { kernel, gamma: gamma > 0 ? gamma : automaticGamma(values, length) }
  const members = Array.from({ length: classes }, (_, index) =>
    Int32Array.from([...labels.keys()].filter((example) => labels[example] === index)))
  const machines = new Machines(labels.length, classes)
  const pairs = members.flatMap((_, first) => members.slice(first + 1).map((__, step) => [first, first + 1 + step] as const))
    .filter(([first, second]) => members[first]!.length > 0 && members[second]!.length > 0)
  if (pairs.length === 0) return svmScorer({ ...chosen, classes }, machines.stored(values, length, labels))
  const inputs = tf.tensor2d(values, [labels.length, length])
  const libsvm = new Libsvm(signal)
  try {
    for (const [done, [first, second]] of pairs.entries()) {
      signal.throwIfAborted()
      onProgress(done, pairs.length)
      const both = Int32Array.from([...members[first]!, ...members[second]!])
      if (both.length > largestPair) throw tooManyTogether(both.length, largestPair)
      const examples = randomStream(seed, 'folds', done).permutation(both.length).map((place) => both[place]!)
      const sides = Int8Array.from(examples, (example) => labels[example] === first ? 1 : -1)
      const table = tf.tidy(() => {
        const rows = tf.gather(inputs, tf.tensor1d(examples, 'int32'))
        return numbered(kernelOf(rows, rows, chosen))
      })
      // Outside of the tidy, which would look for tensors in each number; a copy, since it may be the backend's own memory.
      const matrix = table.dataSync<'float32'>().slice()
      table.dispose()
      machines.add(first, second, examples, await libsvm.solve({ matrix, sides, cost }))
    }
    onProgress(pairs.length, pairs.length)
  } finally {
    inputs.dispose()
    await libsvm.close()
  }
  return svmScorer({ ...chosen, classes }, machines.stored(values, length, labels))
}

/** What LIBSVM takes as a kernel that was computed before: each row begins with its number. */
const numbered = (kernel: tf.Tensor2D): tf.Tensor2D => tf.tidy(() =>
  tf.concat([tf.expandDims(tf.range(1, kernel.shape[0] + 1), 1) as tf.Tensor2D, kernel], 1))

/** All pairs' machines over one set of examples. */
class Machines {
  /** Of each example in the machine of its own class and another one's: [examples, classes]. */
  private readonly coefficients: Float32Array
  private readonly offsets: Float32Array
  private readonly slopes: Float32Array
  private readonly intercepts: Float32Array
  private readonly known: Int32Array

  constructor(count: number, private readonly classes: number) {
    this.coefficients = new Float32Array(count * classes)
    const matrix = () => new Float32Array(classes * classes)
    ;[this.offsets, this.slopes, this.intercepts] = [matrix(), matrix(), matrix()]
    this.known = new Int32Array(classes * classes)
  }

  add(first: number, second: number, examples: Int32Array, { coefficients, offset, slope, intercept }: TwoClassMachine): void {
    const { classes } = this
    const place = first * classes + second
    this.offsets[place] = offset
    this.slopes[place] = slope
    this.intercepts[place] = intercept
    this.known[place] = 1
    for (const [index, coefficient] of coefficients.entries()) {
      const opposite = coefficient > 0 ? second : first
      if (coefficient !== 0) this.coefficients[examples[index]! * classes + opposite] = coefficient
    }
  }

  /** Only support vectors are kept, sorted by class. */
  stored(values: Float32Array, length: number, labels: Int32Array): ReadonlyMap<string, StoredTensor> {
    const { classes, coefficients } = this
    const row = (example: number) => coefficients.subarray(example * classes, (example + 1) * classes)
    const vectors = [...labels.keys()].filter((example) => row(example).some((value) => value !== 0)).sort((a, b) => labels[a]! - labels[b]! || a - b)
    const gathered = (from: Float32Array, width: number) => {
      const data = new Float32Array(vectors.length * width)
      vectors.forEach((example, index) => { data.set(from.subarray(example * width, (example + 1) * width), index * width) })
      return data
    }
    const square = [classes, classes]
    return new Map<string, StoredTensor>([
      ['vectors', { shape: [vectors.length, length], data: gathered(values, length) }],
      ['coefficients', { shape: [vectors.length, classes], data: gathered(coefficients, classes) }],
      ['labels', { shape: [vectors.length], data: Int32Array.from(vectors, (example) => labels[example]!) }],
      ['offsets', { shape: square, data: this.offsets }], ['slopes', { shape: square, data: this.slopes }],
      ['intercepts', { shape: square, data: this.intercepts }], ['known', { shape: square, data: this.known }]
    ])
  }
}

export function svmScorer(options: z.infer<typeof svmSchema>, tensors: ReadonlyMap<string, StoredTensor>): Scorer {
  const { classes } = options
  const of = (name: string) => tensors.get(name)!
  const vectors = tensorOf(of('vectors')) as tf.Tensor2D
  const coefficients = tensorOf(of('coefficients')) as tf.Tensor2D
  const sizes = Array.from({ length: classes }, (_, index) => of('labels').data.filter((label) => label === index).length)
  const [offsets, slopes, intercepts, known] = [of('offsets').data, of('slopes').data, of('intercepts').data, of('known').data]
  return {
    logits: (features) => {
      const count = features.shape[0]
      const sums = classSums(features)
      const result = new Float32Array(count * classes)
      const pair = new Float64Array(classes * classes)
      for (let row = 0; row < count; row++) {
        pair.fill(0.5)
        for (let first = 0; first < classes; first++) {
          for (let second = first + 1; second < classes; second++) {
            const place = first * classes + second
            if (known[place] === 0) {
              // A class without examples loses against every other.
              const probability = sizes[first]! > 0 ? 1 - 1e-7 : sizes[second]! > 0 ? 1e-7 : 0.5
              ;[pair[place], pair[second * classes + first]] = [probability, 1 - probability]
              continue
            }
            const decision = sums[first]![row * classes + second]! + sums[second]![row * classes + first]! - offsets[place]!
            const sure = 1 / (1 + Math.exp(slopes[place]! * decision + intercepts[place]!))
            const probability = Math.min(1 - 1e-7, Math.max(1e-7, sure))
            ;[pair[place], pair[second * classes + first]] = [probability, 1 - probability]
          }
        }
        couple(pair, classes).forEach((share, index) => { result[row * classes + index] = Math.log(Math.max(share, 1e-7)) })
      }
      return tf.tensor2d(result, [count, classes])
    },
    stored: (): Stored => ({ state: options, tensors }),
    dispose: () => { tf.dispose([vectors, coefficients]) }
  }

  /** What the support vectors of each class say against each other class: [classes][rows, classes]. */
  function classSums(features: tf.Tensor2D): Float32Array[] {
    // Tensors leave the tidy, which would look for them in each number of an array.
    const tables = tf.tidy(() => {
      const similarity = kernelOf(features, vectors, options)
      let start = 0
      return sizes.map((size) => {
        if (size === 0) return tf.zeros([features.shape[0], classes])
        const own = tf.slice(similarity, [0, start], [-1, size])
        const weights = tf.slice(coefficients, [start, 0], [size, -1])
        start += size
        return tf.matMul(own, weights)
      })
    })
    const sums = tables.map((table) => table.dataSync<'float32'>())
    tf.dispose(tables)
    return sums
  }
}

function kernelOf(first: tf.Tensor2D, second: tf.Tensor2D, { kernel, gamma }: Kernel): tf.Tensor2D {
  return tf.tidy(() => {
    const products = tf.matMul(first, second, false, true) as tf.Tensor2D
    if (kernel === 'linear') return products
    const lengths = (rows: tf.Tensor2D) => tf.sum(tf.square(rows), 1)
    const distances = tf.sub(tf.add(tf.expandDims(lengths(first), 1), lengths(second)), tf.mul(products, 2))
    return tf.exp(tf.mul(tf.maximum(distances, 0), -gamma)) as tf.Tensor2D
  })
}

function automaticGamma(values: Float32Array, length: number): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  return variance > 0 ? 1 / (length * variance) : 1
}
