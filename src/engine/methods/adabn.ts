import { withHeadFor } from '../surgery/surgery'
import { assertNormalised, targetStatisticsStage } from './shared/batch-norm'
import { defineMethod } from './shared/method'
import { sourceOf } from './shared/supervised'

/**
 * Li et al. 2016, arXiv:1603.04779: the statistics of every batch normalisation replaced by the target's; no weight
 * moves. The statistics are the mean over batches of one pass, where the paper pools all images of a layer.
 */
export const adaBn = defineMethod({
  id: 'adabn',
  title: { en: 'AdaBN', zh: 'AdaBN' },
  summary: {
    en: 'Replaces the batch normalisations\' statistics by the target\'s. Needs neither source data nor a gradient step.',
    zh: '将批归一化的统计量替换为目标数据的统计量。既不需要源数据，也不需要梯度更新。'
  },
  sentence: {
    en: 'Keep every weight of {source} and take the statistics of its batch normalisations from {images} of {target}.',
    zh: '保持 {source} 的全部权重，并用 {target} 的 {images} 重新计算其批归一化统计量。'
  },
  reference: 'Li et al. 2016',
  family: 'adaptation',
  recipe: { noSteps: true },
  blocks: 'frozen',
  needs: { sourceModel: true, sourceData: false, targetImages: true, targetLabels: 'none', classes: 'same', batchNormalisation: true },
  parameters: {},
  create: (context) => {
    assertNormalised(sourceOf(context))
    const { network } = withHeadFor(sourceOf(context), context.classes, context.training.seed)
    return { network, stages: [targetStatisticsStage(network)], dispose: () => network.dispose() }
  }
})
