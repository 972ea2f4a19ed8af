import * as tf from '@tensorflow/tfjs-core'
import { jointMmd } from '../maths/joint-mmd'
import { adaptationDefaults, adaptationNeeds, sourceFirstStages } from './shared/adaptation'
import { alignByKernels, kernelDiscrepancyParameters } from './shared/kernel-discrepancy'
import { commonLosses } from './shared/losses'
import { defineMethod } from './shared/method'
import { trainedParameter } from './shared/trained-blocks'

/**
 * Long et al. 2017, arXiv:1605.06636, equation 10: cross-entropy plus λ times the joint discrepancy of features and
 * predictions, with Transfer-Learning-Library's kernels. Without the paper's adversarial variant (JAN-A).
 */
export const jan = defineMethod({
  id: 'jan',
  title: { en: 'JAN', zh: 'JAN' },
  summary: {
    en: 'Like DAN, but matches features together with predictions, so that classes are not mixed up on the way.',
    zh: '与 DAN 类似，但同时匹配特征与预测，避免在对齐过程中混淆类别。'
  },
  sentence: {
    en: 'Train {source} on the labelled source images and match features and predictions together on {images} of {target}.',
    zh: '用带标签的源图像训练 {source}，并在 {target} 的 {images} 上联合匹配特征与预测。'
  },
  reference: 'Long et al. 2017',
  family: 'adaptation',
  blocks: 'copied',
  needs: adaptationNeeds,
  stages: sourceFirstStages,
  parameters: { ...kernelDiscrepancyParameters, ...trainedParameter },
  alignmentWeight: 'weight',
  trainingDefaults: adaptationDefaults,
  recipe: { classWeights: true, wholeBatches: true },
  losses: commonLosses('task', 'discrepancy'),
  create: (context, parameters) => alignByKernels(context, parameters, ({ source, target }, options) =>
    jointMmd([source.features, tf.softmax(source.logits)], [target.features, tf.softmax(target.logits)], options))
})
