import type * as tf from '@tensorflow/tfjs-core'
import { crossEntropy } from '../../maths/cross-entropy'
import type { Network } from '../../network/network'
import type { GradientStage } from '../../training/stage'
import type { MethodContext } from './method'
import type { StandardisedHead } from './standardised-head'
import { targetBatch } from './supervised'

/**
 * Learns the head alone, on features that are computed once when the stage begins: the backbone stays as it is then.
 * @param learningRateFactor multiplies the schedule's learning rate
 */
export function probeStage({ training: { seed } }: MethodContext, network: Network, learningRateFactor = 1): GradientStage {
  return {
    kind: 'gradient',
    name: { en: 'Learning the head', zh: '学习分类头' },
    streams: ['target'],
    featuresOf: network,
    groups: () => [{ name: 'head', variables: network.trainableOf('head'), learningRateFactor }],
    step: (batches, position) => {
      const { inputs, labels, classWeights } = targetBatch(batches)
      const logits = network.logits(inputs as tf.Tensor as tf.Tensor2D, { training: true, randomKey: [seed, position.stage, position.step] })
      return { losses: { total: crossEntropy(logits, labels, classWeights) }, logits }
    }
  }
}

/** The same on standardised features. */
export const standardisedProbeStage = (head: StandardisedHead, network: Network): GradientStage => ({
  kind: 'gradient',
  name: { en: 'Learning the head', zh: '学习分类头' },
  streams: ['target'],
  featuresOf: network,
  groups: () => [head.group(1)],
  begin: (access) => head.begin(access),
  step: (batches) => {
    const { inputs, labels, classWeights } = targetBatch(batches)
    const logits = head.logits(inputs as tf.Tensor as tf.Tensor2D)
    return { losses: { total: crossEntropy(logits, labels, classWeights) }, logits }
  },
  afterStep: () => head.fold(),
  state: () => head.state
})
