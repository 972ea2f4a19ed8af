import type { Dataset, SplitName } from '../../contract/datasets'
import { GraftError } from '../../contract/errors'
import { splitToLookAt } from '../../rules/examination/pictures-to-look-at'
import type { Network } from '../network/network'

/** The split whose pictures are looked at. @throws GraftError where none has enough */
export function splitOf(dataset: Dataset): SplitName {
  const found = splitToLookAt(dataset)
  if ('split' in found) return found.split
  throw GraftError.fromValue(found.problem)
}

/** The blocks of a network in order, with their titles. */
export const blocksOf = ({ definition: { blocks } }: Network): { name: string, title: string }[] =>
  blocks.map(({ name, title }) => ({ name, title: title ?? name }))

export const modelUntrained = (ref: string): GraftError => new GraftError('model-untrained', {
  en: `${ref} has fresh weights: there is nothing learned to look into.`, zh: `${ref} 是全新权重：没有可查看的已学内容。`
}, { usage: true, field: 'model' })
