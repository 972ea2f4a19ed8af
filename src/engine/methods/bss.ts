import * as tf from '@tensorflow/tfjs-core'
import { integer, number } from '../../contract/parameters'
import { batchSpectralShrinkage } from '../maths/bss'
import { withHeadFor } from '../surgery/surgery'
import { fineTuningStage, headFactor } from './shared/fine-tuning'
import { commonLosses } from './shared/losses'
import { defineMethod } from './shared/method'
import { allGroups, keepRows, noteHead, sourceOf } from './shared/supervised'

/**
 * Chen et al. 2019, "Catastrophic forgetting meets negative transfer": η Σ σ₋ᵢ² over the k smallest singular values of a
 * batch's features. A smaller batch has other singular values, so the short batch at the end of an epoch is left out, as
 * by the authors and Transfer-Learning-Library. Both train the backbone at a tenth of the head's learning rate, which
 * `headFactor` is for; here backbone and head learn at one rate unless told otherwise.
 */
export const bss = defineMethod({
  id: 'bss',
  title: { en: 'Batch spectral shrinkage', zh: '批谱收缩' },
  summary: {
    en: 'Fine-tuning that shrinks the weakest directions of the features, which are the ones that do not transfer.',
    zh: '微调时收缩特征中最弱的方向，即那些无法迁移的方向。'
  },
  sentence: {
    en: 'Train the weights of {source} on {images} of {target} and shrink the weakest directions of its features.',
    zh: '在 {target} 的 {images} 上训练 {source} 的权重，并收缩其特征中最弱的方向。'
  },
  reference: 'Chen et al. 2019',
  family: 'parameters',
  blocks: 'copied',
  needs: { sourceModel: true, sourceData: false, targetLabels: 'some', classes: 'any' },
  parameters: {
    eta: number({
      label: { en: 'Weight (η)', zh: '权重（η）' },
      help: { en: 'How strongly the smallest singular values are shrunk.', zh: '收缩最小奇异值的强度。' },
      minimum: 0, maximum: 10, default: 0.001, scale: 'logarithmic'
    }),
    smallest: integer({
      label: { en: 'Singular values (k)', zh: '奇异值个数（k）' },
      help: { en: 'How many of the smallest singular values are shrunk.', zh: '收缩多少个最小的奇异值。' },
      minimum: 1, maximum: 64, default: 1
    }),
    headFactor,
    keepRows
  },
  losses: { ...commonLosses('task'), shrinkage: { en: 'Shrinkage', zh: '收缩项' } },
  recipe: { classWeights: true },
  create: (context, { eta, smallest, headFactor: factor, keepRows: rows }) => {
    const { network, headReplaced, rowsKept } = withHeadFor(sourceOf(context), context.classes, context.training.seed, { keepRows: rows })
    noteHead(context, headReplaced, rowsKept)
    return {
      network,
      stages: [{
        ...fineTuningStage(context, {
          network,
          groups: () => allGroups(network, factor),
          terms: ({ features }) => ({
            shrinkage: tf.mul(batchSpectralShrinkage(features, Math.min(smallest, features.shape[0])), eta) as tf.Scalar
          })
        }),
        wholeBatches: true
      }],
      dispose: () => network.dispose()
    }
  }
})
