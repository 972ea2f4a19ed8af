import * as tf from '@tensorflow/tfjs-core'
import { number } from '../../contract/parameters'
import { reversalCoefficient, reverseGradient } from '../maths/gradient-reversal'
import { marginDisparity } from '../maths/margin-disparity'
import { adaptationDefaults, adaptationNeeds, adaptationParameters, align, sourceFirstStages, TwoDomains, type AlignmentStep } from './shared/adaptation'
import { rampParameter } from './shared/adversarial'
import { commonLosses } from './shared/losses'
import { defineMethod } from './shared/method'
import { secondHead } from './shared/vector-network'
import { startOf } from './shared/supervised'
import { trainedFeatures, trainedOf } from './shared/trained-blocks'

/**
 * Zhang et al. 2019, arXiv:1904.05801, equations 26 to 30: a second head learns to answer like the first on the source and
 * unlike it on the target; its reversed gradient makes features on which the two cannot differ. Both heads are the
 * architecture's, where the authors' have a hidden layer on a bottleneck. The reversed gradient grows to a tenth, as in
 * Transfer-Learning-Library, with DANN's ramp over the training in place of 1,000 steps.
 */
export const mdd = defineMethod({
  id: 'mdd',
  title: { en: 'MDD', zh: 'MDD' },
  summary: {
    en: 'A second head agrees with the first on the source and contradicts it on the target; features are learned that leave it no room to.',
    zh: '第二个分类头在源上与第一个一致、在目标上与之相反；所学特征使其无从反驳。'
  },
  sentence: {
    en: 'Train {source} on the labelled source images, against a second head that contradicts it on {images} of {target}.',
    zh: '用带标签的源图像训练 {source}，并与在 {target} 的 {images} 上唱反调的第二个分类头对抗。'
  },
  reference: 'Zhang et al. 2019',
  family: 'adaptation',
  blocks: 'copied',
  needs: adaptationNeeds,
  stages: sourceFirstStages,
  parameters: {
    ...adaptationParameters,
    ...trainedFeatures,
    margin: number({
      label: { en: 'Margin (γ)', zh: '间隔（γ）' },
      help: {
        en: 'How much more it counts to agree on the source than to differ on the target; the authors take 2 to 4.',
        zh: '在源上一致比在目标上分歧重要多少倍；作者取 2 到 4。'
      },
      minimum: 0.1, maximum: 20, default: 4
    }),
    reversal: number({
      label: { en: 'Turned gradient ×', zh: '反转梯度倍数' },
      help: {
        en: 'How strongly the second head\'s gradient, turned round, moves the features in the end.', zh: '第二个分类头的反转梯度最终以多大强度推动特征。'
      },
      minimum: 0, maximum: 10, default: 0.1, advanced: true
    }),
    ramp: rampParameter
  },
  trainingDefaults: adaptationDefaults,
  recipe: { classWeights: true, wholeBatches: true },
  alignmentWeight: 'weight',
  losses: { ...commonLosses('task'), disparity: { en: 'Disparity', zh: '分歧' } },
  create: (context, { weight, sourceEpochs, sourceLearningRate, backboneFactor, trainedBlocks, margin, reversal, ramp }) => {
    const { seed } = context.training
    const network = startOf(context)
    const second = secondHead(network, seed)
    const adversaryOf = ({ source, target, position, progress }: AlignmentStep): [tf.Tensor2D, tf.Tensor2D] => {
      const coefficient = reversal * (ramp === 0 ? 1 : reversalCoefficient(progress, ramp))
      const features = reverseGradient(tf.concat([source.features, target.features]), coefficient)
      const logits = second.outputs(features, [seed, position.stage, position.step])
      return tf.split(logits, [source.features.shape[0], target.features.shape[0]]) as [tf.Tensor2D, tf.Tensor2D]
    }
    return align({
      context,
      domains: new TwoDomains(network, seed, trainedOf(trainedBlocks)),
      first: { sourceEpochs, sourceLearningRate },
      backboneFactor,
      companions: [second],
      terms: (step) => {
        const [source, target] = adversaryOf(step)
        const disparity = marginDisparity(
          { head: step.source.logits, adversary: source }, { head: step.target.logits, adversary: target }, margin
        )
        return { disparity: tf.mul(disparity, weight) as tf.Scalar }
      }
    })
  }
})
