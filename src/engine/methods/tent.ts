import type * as tf from '@tensorflow/tfjs-core'
import { entropy } from '../maths/entropy'
import { withHeadFor } from '../surgery/surgery'
import { assertNormalised, scaleGroups, targetStatisticsStage } from './shared/batch-norm'
import { unlabelledBatch } from './shared/adaptation'
import { defineMethod } from './shared/method'
import { sourceOf } from './shared/supervised'

/**
 * Wang et al. 2021, arXiv:2006.10726: only scales and shifts of the batch normalisations move, to make predictions on
 * the target certain, under the target's own statistics. The paper adapts on the test images while predicting them;
 * here the adaptation sees the unlabelled training images, and the test images are predicted with the statistics
 * gathered there.
 */
export const tent = defineMethod({
  id: 'tent',
  title: { en: 'Tent', zh: 'Tent' },
  summary: {
    en: 'Adjusts only the scales and shifts of the batch normalisations until predictions on the target are certain. Needs no source data.',
    zh: '只调整批归一化的缩放与平移，直到对目标的预测变得确定。不需要源数据。'
  },
  sentence: {
    en: 'Adjust the batch normalisations of {source} until it is sure of {images} of {target}.',
    zh: '调整 {source} 的批归一化，直到它对 {target} 的 {images} 预测确定。'
  },
  reference: 'Wang et al. 2021',
  family: 'adaptation',
  blocks: 'frozen',
  needs: { sourceModel: true, sourceData: false, targetImages: true, targetLabels: 'none', classes: 'same', batchNormalisation: true },
  parameters: {},
  trainingDefaults: { optimizer: 'adam', learningRate: 0.001, batchSize: 200, epochs: 1 },
  recipe: { wholeBatches: true },
  create: (context) => {
    // Checked before anything is built: what throws here leaves no network behind.
    assertNormalised(sourceOf(context))
    const { network } = withHeadFor(sourceOf(context), context.classes, context.training.seed)
    const groups = scaleGroups(network)
    return {
      network,
      stages: [targetStatisticsStage(network), {
        kind: 'gradient',
        name: { en: 'Entropy minimisation', zh: '熵最小化' },
        streams: ['target-unlabelled'],
        wholeBatches: true,
        startCompetes: true,
        groups: () => groups,
        step: (batches): { losses: { total: tf.Scalar } } => ({
          losses: { total: entropy(network.forward(unlabelledBatch(batches), { training: true, dropout: false })) }
        })
      }],
      dispose: () => network.dispose()
    }
  }
})
