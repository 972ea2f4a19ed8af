import type { KnownPace, PaceWanted } from '../../contract/advice'
import type { Dataset } from '../../contract/datasets'
import type { ModelRef, ModelSummary } from '../../contract/models'
import { archRef, idIn } from '../refs'

/** The network that a pace is of: what has learned something is as fast as its architecture. */
export const networkOf = (source: ModelRef, model: Pick<ModelSummary, 'architecture'> | undefined): ModelRef =>
  model?.architecture === undefined ? source : archRef(model.architecture)

/** The image that a network sees: its own, or as large as the data's where it starts anew. */
export const inputOf = (source: ModelRef, model: Pick<ModelSummary, 'input'> | undefined, target: Pick<Dataset, 'shape'>): Dataset['shape'] =>
  (idIn('arch', source) === undefined ? model?.input : undefined) ?? target.shape

/** The pace among the known ones that a training of this network has here. */
export const paceAmong = (
  paces: readonly KnownPace[], { network, input, device }: Pick<KnownPace, 'network' | 'input' | 'device'>
): KnownPace | undefined => paces.find((known) =>
  known.network === network && known.device === device && known.input.every((size, place) => size === input[place]))

/** Wanted paces without repetitions. */
export const distinctPaces = (wanted: readonly PaceWanted[]): PaceWanted[] =>
  [...new Map(wanted.map((each) => [`${each.source} ${each.target} ${each.device}`, each])).values()]
