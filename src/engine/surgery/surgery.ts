import * as tf from '@tensorflow/tfjs-core'
import { GraftError } from '../../contract/errors'
import { placesByName, sameClasses } from '../../rules/classes'
import { extractorId } from '../../contract/models'
import { architectureOf, definitionOf, denseHead } from '../architectures'
import type { Block, Layer, NetworkDefinition } from '../network/definition'
import { Network } from '../network/network'

/** Fresh weights in the source's architecture, input and normalisation, with a head for these classes. */
export function freshLike(source: Network, classes: readonly string[], seed: number): Network {
  return Network.create(withClasses(source, classes), seed)
}

/**
 * A copy of the network for these classes: every block's weights, and the head's where the classes are the same; otherwise a
 * new seeded head. With `keepRows` the new head starts from the source's weights for each class that the source knows by
 * the same name, wherever that stands in either list; `rowsKept` says how many these are.
 */
export function withHeadFor(
  source: Network, classes: readonly string[], seed: number, options: { newHead?: boolean, keepRows?: boolean } = {}
): { network: Network, headReplaced: boolean, rowsKept: number } {
  const headReplaced = options.newHead === true || !sameClasses(source.definition.classes, classes)
  const network = freshLike(source, classes, seed)
  copyWeights(source, network, headReplaced ? source.blockNames : [...source.blockNames, 'head'])
  return { network, headReplaced, rowsKept: headReplaced && options.keepRows === true ? copyRows(source, network) : 0 }
}

/**
 * Copies what the source's head has for each class (a column of the weights [features, classes], a bias) to the class of the
 * same name. Nothing where a head has more layers than the one that ends in the classes.
 */
function copyRows(source: Network, network: Network): number {
  const [theirs, ours] = [source.definition.classes, network.definition.classes]
  const places = placesByName(theirs, ours)
  const [from, to] = [source.weightsOf('head'), network.weightsOf('head')]
  const fits = from.size === to.size && [...to].every(([name, { shape }]) => {
    const other = from.get(name)?.shape
    return other?.length === shape.length && shape.at(-1) === ours.length && other.at(-1) === theirs.length
      && shape.slice(0, -1).every((side, axis) => side === other[axis])
  })
  if (!fits) return 0
  for (const [name, target] of to) {
    const [values, known] = [target.dataSync().slice(), from.get(name)!.dataSync()]
    for (let row = 0; row < values.length / ours.length; row++) {
      for (const [label, place] of places.entries()) if (place >= 0) values[row * ours.length + label] = known[row * theirs.length + place]!
    }
    tf.tidy(() => target.assign(tf.tensor(values, target.shape, target.dtype)))
  }
  return places.filter((place) => place >= 0).length
}

/**
 * The network with one more block between backbone and head: so many units with batch normalisation (Liang et al. 2020,
 * figure 2, without the weight normalisation of the head); the block and the head are new and seeded, the rest is copied.
 */
export function withBottleneck(source: Network, units: number, seed: number): Network {
  const { definition } = source
  const bottleneck: Block = {
    name: 'bottleneck',
    title: `Bottleneck ${units}`,
    layers: [
      { kind: 'dense', name: 'dense', units, bias: true },
      { kind: 'batch-normalisation', name: 'normalisation', epsilon: 1e-5, momentum: 0.1 }
    ]
  }
  const network = Network.create({ ...definition, blocks: [...definition.blocks, bottleneck] }, seed)
  copyWeights(source, network, source.blockNames)
  return network
}

/** Numbers of a feature vector at most that maps are made into: about what Gidaris et al. 2018 probe. */
const longestFeatures = 10_000

/**
 * The network up to one of its blocks, whose maps are averaged over their pixels so that each channel is one number: for looking at what
 * an earlier block makes of images. Its classes, and a head that nothing is asked of.
 */
export function averagedAfter(source: Network, block: string): Network {
  const { definition } = source
  const kept = definition.blocks.slice(0, source.blockNames.indexOf(block) + 1)
  const average: Block = { name: 'features', title: 'Features', layers: [{ kind: 'global-average-pooling', name: 'average' }] }
  const size = source.sizeOf(block)
  const ending = withClasses(source, ['one', 'two'])
  const network = Network.create({ ...ending, blocks: size.length === 1 ? kept : [...kept, average] }, 0)
  copyWeights(source, network, kept.map(({ name }) => name))
  return network
}

/**
 * The network up to and including a block, for these classes: maps are averaged over windows until they are no longer
 * than a feature vector should be, and flattened by a block of their own, `features`; the head is new and seeded.
 */
export function endingAfter(source: Network, block: string, classes: readonly string[], seed: number): Network {
  const definition = withClasses(source, classes)
  const kept = definition.blocks.slice(0, source.blockNames.indexOf(block) + 1)
  const size = source.sizeOf(block)
  const blocks = size.length === 1 ? kept : [...kept, vectorBlock(size)]
  const network = Network.create({ ...definition, blocks }, seed)
  copyWeights(source, network, kept.map(({ name }) => name))
  return network
}

function vectorBlock([height, width, channels]: readonly [number, number, number]): Block {
  let window = 1
  while (Math.floor(height / window) * Math.floor(width / window) * channels > longestFeatures && window < Math.min(height, width)) window++
  const pooling: Layer[] = window === 1 ? []
    : [{ kind: 'average-pooling', name: 'pooling', size: [window, window], strides: [window, window], padding: 'valid' }]
  return { name: 'features', title: 'Features', layers: [...pooling, { kind: 'flatten', name: 'flatten' }] }
}

/** Copies the named blocks' weights (`head` for the head) from one network into another of the same shapes. */
export function copyWeights(from: Network, to: Network, blocks: readonly string[]): void {
  for (const block of blocks) {
    const targets = to.weightsOf(block)
    for (const [name, value] of from.weightsOf(block)) {
      const target = targets.get(name)
      if (!target) {
        throw new GraftError('weights-misfit', {
          en: `Block ${block} has no weight ${name} to copy into.`, zh: `块 ${block} 中没有可写入的权重 ${name}。`
        })
      }
      target.assign(value)
    }
  }
}

/** A network unlike another: an architecture's id where it is another one, and its options (width) where they differ. */
export interface Variant { architecture?: string, options?: Readonly<Record<string, number>> }

/**
 * The definition of a variant that takes the same normalised images. Options at 1 that an architecture does not know
 * (a width) mean nothing and are left out.
 * @throws GraftError `option-unknown` where the architecture has no such option
 */
export function otherArchitecture(like: NetworkDefinition, classes: readonly string[], variant: Variant): NetworkDefinition {
  const architecture = architectureOf(variant.architecture ?? like.architecture)
  const kept = architecture.id === like.architecture ? like.options : {}
  const changed = Object.entries(variant.options ?? {}).filter(([name, value]) => name in architecture.parameters || value !== 1)
  const stray = changed.find(([name]) => !(name in architecture.parameters))
  if (stray) {
    throw new GraftError('option-unknown', {
      en: `The architecture ${architecture.id} has no ${stray[0]} to change.`, zh: `架构 ${architecture.id} 没有可调整的 ${stray[0]}。`
    }, {
      usage: true, field: `method.params.${stray[0]}`,
      remedy: {
        en: `Leave ${stray[0]} at 1, or choose an architecture that comes in several widths, such as seed-cnn.`,
        zh: `请将 ${stray[0]} 设为 1，或选择可调整宽度的架构，例如 seed-cnn。`
      }
    })
  }
  const definition = definitionOf(architecture, like.input, classes, { ...kept, ...Object.fromEntries(changed) })
  return { ...definition, normalisation: like.normalisation }
}

function withClasses(source: Network, classes: readonly string[]) {
  const { definition } = source
  const rebuilt = definition.architecture === extractorId ? denseHead(classes.length)
    : definitionOf(architectureOf(definition.architecture), definition.input, classes, definition.options).head
  // The same classes keep what answers for them, also a head of several layers.
  const head = definition.classes.length > 0 && sameClasses(definition.classes, classes) ? definition.head : rebuilt
  return { ...definition, classes: [...classes], head }
}
