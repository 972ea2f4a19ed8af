import type { Dataset, SplitName } from '../../contract/datasets'
import { GraftError } from '../../contract/errors'
import type { Network } from '../network/network'

/** Fewer pictures tell nothing of a layer. */
export const fewestPictures = 16

/** The split whose pictures are looked at. @throws GraftError where none has enough */
export function splitToLookAt(dataset: Dataset): SplitName {
  const split = (['test', 'validation', 'train'] as const).find((name) => (dataset.splits[name]?.count ?? 0) >= fewestPictures)
  if (split) return split
  throw new GraftError('too-few-images', {
    en: `“${dataset.name}” has no split of ${fewestPictures} pictures or more to look at.`, zh: `“${dataset.name}”没有含 ${fewestPictures} 张以上图像的部分可供查看。`
  }, {
    usage: true, field: 'dataset',
    remedy: { en: 'So few would show nothing of a model. Add pictures to the data set.', zh: '图像太少，看不出模型的特点。请为数据集添加图像。' }
  })
}

/** The blocks of a network in order, with their titles. */
export const blocksOf = ({ definition: { blocks } }: Network): { name: string, title: string }[] =>
  blocks.map(({ name, title }) => ({ name, title: title ?? name }))

export const modelUntrained = (ref: string): GraftError => new GraftError('model-untrained', {
  en: `${ref} has fresh weights: there is nothing learned to look into.`, zh: `${ref} 是全新权重：没有可查看的已学内容。`
}, { usage: true, field: 'model' })
