import * as tf from '@tensorflow/tfjs-core'
import { boolean, integer, number } from '../../../contract/parameters'
import { domainCrossEntropy } from '../../maths/domain-adversarial'
import { reversalCoefficient, reverseGradient } from '../../maths/gradient-reversal'
import type { AlignmentStep } from './adaptation'
import type { Companion } from './vector-network'

/** Parameters of the discriminator. */
export const discriminatorParameters = {
  hidden: integer({
    label: { en: 'Discriminator units', zh: '判别器单元数' },
    help: { en: 'Units of each of the discriminator\'s two hidden layers.', zh: '判别器两个隐藏层各自的单元数。' },
    minimum: 1, maximum: 8192, default: 1024, advanced: true
  }),
  batchNormalisation: boolean({
    label: { en: 'Batch normalisation in the discriminator', zh: '判别器使用批归一化' },
    help: { en: 'Keeps the discriminator in step with features that move.', zh: '使判别器跟上不断变化的特征。' },
    default: true, advanced: true
  })
}

/** How the gradient that is turned round grows. */
export const rampParameter = number({
  label: { en: 'Ramp (γ)', zh: '增长速度（γ）' },
  help: {
    en: 'How quickly the adversary\'s gradient grows from 0 to its full strength over the training; 0 starts at full strength.',
    zh: '对抗梯度在训练过程中从 0 增长到全强度的快慢；0 表示一开始就是全强度。'
  },
  minimum: 0, maximum: 1000, default: 10, advanced: true
})

/** Logistic loss [scalar] of telling the rows of both batches apart, its gradient turned round below the rows. */
export function adversarialLoss(
  { source, target, position, progress }: AlignmentStep, rows: tf.Tensor2D, adversary: Companion,
  { ramp, seed, weights }: { ramp: number, seed: number, weights?: tf.Tensor1D | undefined }
): tf.Scalar {
  const coefficient = ramp === 0 ? 1 : reversalCoefficient(progress, ramp)
  const logits = adversary.outputs(reverseGradient(rows, coefficient), [seed, position.stage, position.step])
  return domainCrossEntropy(logits, domainsOf(source.logits.shape[0], target.logits.shape[0]), weights)
}

/** 1 for each source image and 0 for each target image [sources + targets]. */
export const domainsOf = (sources: number, targets: number): tf.Tensor1D => tf.concat([tf.ones([sources]), tf.zeros([targets])]) as tf.Tensor1D
