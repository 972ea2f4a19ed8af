import * as tf from '@tensorflow/tfjs-core'
import { coralWithMeans } from '../maths/coral'
import { domainRisks, generalisationDefaults, generalisationNeeds, generalise, meanOf } from './shared/generalisation'
import { capParameter, cappedWeight, countedDiscrepancy, discrepancyCap } from './shared/discrepancy-cap'
import { commonLosses } from './shared/losses'
import { defineMethod } from './shared/method'
import { trainedFeatures } from './shared/trained-blocks'

/**
 * Sun and Saenko 2016, arXiv:1607.01719, among source domains as in DomainBed: mean risk plus γ · the mean over all pairs
 * of domains of the distance between their features' means and covariances (both as plain means of squares). All domains
 * pass the network in one batch, so batch normalisation sees them together. As in DomainBed the distance is not bounded unless
 * `cap` is on: then it counts, weighed, for at most 1. Features of a trained network can be a hundred times larger than fresh ones.
 */
export const domainCoral = defineMethod({
  id: 'domain-coral',
  title: { en: 'CORAL across domains', zh: '跨域 CORAL' },
  summary: {
    en: 'Learns features whose means and covariances are the same in all source domains, in the hope that they are so in the target too.',
    zh: '学习在所有源域中均值与协方差一致的特征，期望它们在目标域也保持一致。'
  },
  sentence: {
    en: 'Train {source} on all source domains, matching its features among them with weight {weight}, and use it on {target}, which it has not seen.',
    zh: '在所有源域上训练 {source}，以权重 {weight} 匹配各域特征，并用于从未见过的 {target}。'
  },
  reference: 'Sun and Saenko 2016; Gulrajani and Lopez-Paz 2021',
  family: 'generalisation',
  blocks: 'copied',
  needs: generalisationNeeds,
  parameters: {
    ...trainedFeatures,
    weight: {
      ...cappedWeight(1, { en: 'How strongly the domains\' features are matched, against learning the labels.', zh: '相对于学习标签，匹配各域特征的强度。' }),
      label: { en: 'Weight (γ)', zh: '权重（γ）' }
    },
    cap: { ...capParameter.cap, default: false }
  },
  trainingDefaults: generalisationDefaults,
  losses: commonLosses('task', 'discrepancy'),
  recipe: { classWeights: true },
  create: (context, { weight, cap, trainedBlocks }) => generalise(context, (step) => {
    const { features, logits } = step.forward(step.inputs)
    const parts = step.byDomain(features)
    const task = meanOf(domainRisks(step, logits))
    const distances = parts.flatMap((one, index) => parts.slice(index + 1).map((other) => coralWithMeans(one, other)))
    const discrepancy = countedDiscrepancy(tf.mul(meanOf(distances), weight) as tf.Scalar, cap)
    return { losses: { total: tf.add(task, discrepancy) as tf.Scalar, task, discrepancy }, logits }
  }, { trainedBlocks, ...discrepancyCap(cap) })
})
