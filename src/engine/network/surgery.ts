import { GraftError } from '../../contract/errors'
import { architectureOf, definitionOf } from '../architectures'
import type { NetworkDefinition } from './definition'
import { Network } from './network'

/** Whether both lists name the same classes in the same order: only then does a head carry over. */
export const sameClasses = (first: readonly string[], second: readonly string[]): boolean =>
  first.length === second.length && first.every((name, index) => name === second[index])

/** Fresh weights in the source's architecture, input and normalisation, with a head for these classes. */
export function freshLike(source: Network, classes: readonly string[], seed: number): Network {
  return Network.create(withClasses(source, classes), seed)
}

/**
 * A copy of the network for these classes: every block's weights, and the head's where the classes are the same;
 * otherwise a new seeded head.
 */
export function withHeadFor(
  source: Network, classes: readonly string[], seed: number, options: { newHead?: boolean } = {}
): { network: Network, headReplaced: boolean } {
  const headReplaced = options.newHead === true || !sameClasses(source.definition.classes, classes)
  const network = freshLike(source, classes, seed)
  copyWeights(source, network, headReplaced ? source.blockNames : [...source.blockNames, 'head'])
  return { network, headReplaced }
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
  const rebuilt = definitionOf(architectureOf(definition.architecture), definition.input, classes, definition.options)
  return { ...definition, classes: [...classes], head: rebuilt.head }
}
