import type { KnownPace, PaceWanted } from '../../contract/advice'
import type { Dataset } from '../../contract/datasets'
import type { ModelRef, ModelSummary } from '../../contract/models'
import { archRef, idIn } from '../refs'
import type { Computing } from './machine'

/** The network that a pace is of: what has learned something is as fast as its architecture. */
export const networkOf = (source: ModelRef, model: Pick<ModelSummary, 'architecture'> | undefined): ModelRef =>
  model?.architecture === undefined ? source : archRef(model.architecture)

/** The image that a network sees: its own, or as large as the data's where it starts anew. */
export const inputOf = (source: ModelRef, model: Pick<ModelSummary, 'input'> | undefined, target: Pick<Dataset, 'shape'>): Dataset['shape'] =>
  (idIn('arch', source) === undefined ? model?.input : undefined) ?? target.shape

/**
 * The pace among the known ones that a training of this network has here.
 * @param backend what computes now, as far as it is known: what another one did says nothing of it
 */
export const paceAmong = (
  paces: readonly KnownPace[], { network, input, device, backend }: Pick<KnownPace, 'network' | 'input' | 'device'> & { backend: Computing['backend'] }
): KnownPace | undefined => paces.find((known) =>
  known.network === network && known.device === device && known.input.every((size, place) => size === input[place])
  && traits.every((trait) => backend[trait] === undefined || backend[trait] === known.backend[trait]))

const traits = ['kind', 'library', 'device', 'threads', 'oneDnn'] as const

/** Wanted paces without repetitions. */
export const distinctPaces = (wanted: readonly PaceWanted[]): PaceWanted[] =>
  [...new Map(wanted.map((each) => [`${each.source} ${each.target} ${each.device} ${each.bfloat16 === true}`, each])).values()]
