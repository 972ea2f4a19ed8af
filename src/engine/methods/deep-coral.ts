import * as tf from '@tensorflow/tfjs-core'
import { choice } from '../../contract/parameters'
import { coral, coralWithMeans } from '../maths/coral'
import { adaptationDefaults, adaptationNeeds, adaptationParameters, align, sourceFirstStages, TwoDomains } from './shared/adaptation'
import { capParameter, cappedWeight, countedDiscrepancy, discrepancyCap } from './shared/discrepancy-cap'
import { commonLosses } from './shared/losses'
import { defineMethod } from './shared/method'
import { startOf } from './shared/supervised'
import { trainedFeatures, trainedOf } from './shared/trained-blocks'

/**
 * Sun and Saenko 2016, arXiv:1607.01719, equations 1 and 6: cross-entropy plus λ ‖C_S − C_T‖²_F / 4d². On the backbone's
 * features; the paper takes the last layer's outputs. The paper sets λ so that both losses end about equal: for
 * hundreds of features that is far above 1, since the sum is divided by 4d²; hence the default. Weighed, it counts for at
 * most 1 unless `cap` is off, which fresh weights never reach (0.4 on digits) and a trained network's features exceed a hundredfold.
 */
export const deepCoral = defineMethod({
  id: 'deep-coral',
  title: { en: 'Deep CORAL', zh: 'Deep CORAL' },
  summary: {
    en: 'Learns the source while matching how features vary together in source and target (their covariances).',
    zh: '在学习源数据的同时，匹配源与目标特征的协方差。'
  },
  sentence: {
    en: 'Train {source} on the labelled source images and match the covariances of its features on {images} of {target}.',
    zh: '用带标签的源图像训练 {source}，并使其特征协方差与 {target} 的 {images} 相匹配。'
  },
  reference: 'Sun and Saenko 2016',
  family: 'adaptation',
  blocks: 'copied',
  needs: adaptationNeeds,
  stages: sourceFirstStages,
  parameters: {
    ...adaptationParameters,
    ...trainedFeatures,
    weight: { ...cappedWeight(3000), when: { parameter: 'moments', in: ['covariances'] } },
    weightWithMeans: { ...cappedWeight(1), when: { parameter: 'moments', in: ['means-too'] } },
    ...capParameter,
    moments: choice({
      label: { en: 'What is matched', zh: '匹配内容' },
      help: {
        en: 'The paper\'s covariances, or means too, as DomainBed and Transfer-Learning-Library do; the two need different weights.',
        zh: '论文中的协方差，或像 DomainBed 与 Transfer-Learning-Library 那样同时匹配均值；两者所需权重不同。'
      },
      options: [
        { value: 'covariances', label: { en: 'Covariances', zh: '协方差' } },
        { value: 'means-too', label: { en: 'Means and covariances', zh: '均值与协方差' } }
      ],
      default: 'covariances', advanced: true
    })
  },
  alignmentWeight: 'weight',
  trainingDefaults: adaptationDefaults,
  recipe: { classWeights: true, wholeBatches: true },
  losses: commonLosses('task', 'discrepancy'),
  create: (context, { weight: ofCovariances, weightWithMeans, sourceEpochs, sourceLearningRate, backboneFactor, trainedBlocks, moments, cap }) => {
    const [distance, weight] = moments === 'covariances' ? [coral, ofCovariances] : [coralWithMeans, weightWithMeans]
    return align({
      context,
      domains: new TwoDomains(startOf(context), context.training.seed, trainedOf(trainedBlocks)),
      first: { sourceEpochs, sourceLearningRate },
      backboneFactor,
      ...discrepancyCap(cap),
      terms: ({ source, target }) => ({
        discrepancy: countedDiscrepancy(tf.mul(distance(source.features, target.features), weight) as tf.Scalar, cap)
      })
    })
  }
})
