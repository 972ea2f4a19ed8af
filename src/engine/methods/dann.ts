import * as tf from '@tensorflow/tfjs-core'
import { adaptationDefaults, adaptationNeeds, adaptationParameters, align, sourceFirstStages, TwoDomains } from './shared/adaptation'
import { adversarialLoss, discriminatorParameters, rampParameter } from './shared/adversarial'
import { commonLosses } from './shared/losses'
import { defineMethod } from './shared/method'
import { discriminator } from './shared/vector-network'
import { startOf } from './shared/supervised'
import { trainedFeatures, trainedOf } from './shared/trained-blocks'

/**
 * Ganin et al. 2016, arXiv:1505.07818, equations 10 to 18: a discriminator tells source from target features, and its
 * reversed gradient makes the backbone's features alike. Schedules of section 5.2: 2 / (1 + exp(−10 p)) − 1 for the
 * reversal, (1 + 10 p)^−0.75 for the learning rate. The discriminator is Transfer-Learning-Library's.
 */
export const dann = defineMethod({
  id: 'dann',
  title: { en: 'DANN', zh: 'DANN' },
  summary: {
    en: 'Learns features by which a discriminator cannot tell source from target, while learning the source.',
    zh: '在学习源数据的同时，学习让判别器无法区分源与目标的特征。'
  },
  sentence: {
    en: 'Train {source} on the labelled source images, against a discriminator that tells them from {images} of {target}.',
    zh: '用带标签的源图像训练 {source}，并与一个将其同 {target} 的 {images} 区分开的判别器对抗。'
  },
  reference: 'Ganin et al. 2016',
  family: 'adaptation',
  blocks: 'copied',
  needs: adaptationNeeds,
  stages: sourceFirstStages,
  parameters: { ...adaptationParameters, ...trainedFeatures, ramp: rampParameter, ...discriminatorParameters },
  alignmentWeight: 'weight',
  trainingDefaults: adaptationDefaults,
  recipe: { classWeights: true, wholeBatches: true },
  losses: commonLosses('task', 'domain'),
  create: (context, { weight, sourceEpochs, sourceLearningRate, backboneFactor, trainedBlocks, ramp, hidden, batchNormalisation }) => {
    const { seed } = context.training
    const domains = new TwoDomains(startOf(context), seed, trainedOf(trainedBlocks))
    const adversary = discriminator({ length: domains.network.featureLength, hidden, seed, batchNormalisation })
    return align({
      context,
      domains,
      first: { sourceEpochs, sourceLearningRate },
      backboneFactor,
      companions: [adversary],
      terms: (step) => {
        const features = tf.concat([step.source.features, step.target.features])
        return { domain: tf.mul(adversarialLoss(step, features, adversary, { ramp, seed }), weight) as tf.Scalar }
      }
    })
  }
})
