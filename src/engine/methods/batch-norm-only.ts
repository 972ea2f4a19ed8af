import { withHeadFor } from '../surgery/surgery'
import { assertNormalised, scaleGroups } from './shared/batch-norm'
import { fineTuningStage } from './shared/fine-tuning'
import { defineMethod } from './shared/method'
import { noteHead, sourceOf } from './shared/supervised'

/**
 * Frankle, Schwab and Morcos 2021, arXiv:2003.00152: only γ and β of the batch normalisations move (and, here, the
 * head, without which new classes cannot be told apart); their moving statistics follow the target.
 */
export const batchNormOnly = defineMethod({
  id: 'batch-norm-only',
  title: { en: 'Batch normalisation only', zh: '仅调批归一化' },
  summary: {
    en: 'Trains only the scales and shifts of the batch normalisations, and the head. Very few numbers move.',
    zh: '只训练批归一化的缩放与平移，以及分类头。变动的参数极少。'
  },
  sentence: {
    en: 'Keep the kernels of {source} and train its batch normalisations and head on {images} of {target}.',
    zh: '保持 {source} 的卷积核不变，在 {target} 的 {images} 上训练其批归一化与分类头。'
  },
  reference: 'Frankle et al. 2021',
  family: 'parameters',
  blocks: 'copied',
  needs: { sourceModel: true, sourceData: false, targetLabels: 'some', classes: 'any', batchNormalisation: true },
  parameters: {},
  recipe: { classWeights: true },
  create: (context) => {
    // Checked before anything is built: what throws here leaves no network behind.
    assertNormalised(sourceOf(context))
    const { network, headReplaced } = withHeadFor(sourceOf(context), context.classes, context.training.seed)
    noteHead(context, headReplaced)
    return {
      network,
      stages: [fineTuningStage(context, {
        network, groups: () => [...scaleGroups(network), { name: 'head', variables: network.trainableOf('head'), learningRateFactor: 1 }]
      })],
      dispose: () => network.dispose()
    }
  }
})
