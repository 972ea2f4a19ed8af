import * as tf from '@tensorflow/tfjs-core'
import { linearMmd } from '../maths/linear-mmd'
import { adaptationDefaults, adaptationNeeds, adaptationParameters, align, noteFreshStart, sourceFirstStages, TwoDomains } from './shared/adaptation'
import { capParameter, cappedWeight, countedDiscrepancy, discrepancyCap } from './shared/discrepancy-cap'
import { commonLosses } from './shared/losses'
import { defineMethod } from './shared/method'
import { startOf } from './shared/supervised'
import { trainedFeatures, trainedOf } from './shared/trained-blocks'

/**
 * Tzeng et al. 2014, arXiv:1412.3474, equation 3: L_C + λ · MMD², the discrepancy of the means. On the backbone's
 * features, where the paper adds an adaptation layer of its own. Weighed, it counts for at most 1, unless `cap` is off: features of a trained
 * network can be so large that one step of the whole would put every unit out.
 */
export const ddc = defineMethod({
  id: 'ddc',
  title: { en: 'DDC', zh: 'DDC' },
  summary: {
    en: 'Learns the source while pulling the mean features of source and target together. The simplest adaptation.',
    zh: '在学习源数据的同时拉近源与目标特征的均值。最简单的域适应。'
  },
  sentence: {
    en: 'Train {source} on the labelled source images and pull its mean features on {images} of {target} to the source\'s.',
    zh: '用带标签的源图像训练 {source}，并使其在 {target} 的 {images} 上的特征均值靠近源的均值。'
  },
  reference: 'Tzeng et al. 2014',
  family: 'adaptation',
  blocks: 'copied',
  needs: adaptationNeeds,
  stages: sourceFirstStages,
  parameters: { ...adaptationParameters, ...trainedFeatures, weight: cappedWeight(0.25), ...capParameter },
  alignmentWeight: 'weight',
  trainingDefaults: adaptationDefaults,
  recipe: { classWeights: true, wholeBatches: true },
  losses: commonLosses('task', 'discrepancy'),
  create: (context, { weight, sourceEpochs, sourceLearningRate, backboneFactor, trainedBlocks, cap }) => {
    noteFreshStart(context, sourceEpochs)
    return align({
      context,
      domains: new TwoDomains(startOf(context), context.training.seed, trainedOf(trainedBlocks)),
      first: { sourceEpochs, sourceLearningRate },
      backboneFactor,
      ...discrepancyCap(cap),
      terms: ({ source, target }) => ({
        discrepancy: countedDiscrepancy(tf.mul(linearMmd(source.features, target.features), weight) as tf.Scalar, cap)
      })
    })
  }
})
