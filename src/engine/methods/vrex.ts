import * as tf from '@tensorflow/tfjs-core'
import { riskVariance } from '../maths/v-rex'
import {
  domainRisks, generalisationDefaults, generalisationNeeds, generaliseWithPenalty, meanOf, penaltyParameters, penaltyWeight
} from './shared/generalisation'
import { commonLosses } from './shared/losses'
import { defineMethod } from './shared/method'
import { trainedParameter } from './shared/trained-blocks'

/**
 * Krueger et al. 2021, arXiv:2003.00688, equation 8: mean risk of the domains (the paper's sum) plus β · variance of the
 * risks. The penalty joins after `annealSteps` with the loss divided by β, the norm of the weights (`l2`) included, as
 * the authors' code does on Coloured MNIST; the variance is divided by the number of domains, as DomainBed's, whose weight
 * is the default.
 */
export const vrex = defineMethod({
  id: 'vrex',
  title: { en: 'V-REx', zh: 'V-REx' },
  summary: {
    en: 'Learns until the loss is the same in every source domain, by a penalty on how much the domains\' losses differ.',
    zh: '通过惩罚各源域损失之间的差异，使模型在每个源域上损失相同。'
  },
  sentence: {
    en: 'Train {source} on all source domains with a penalty of {weight} on how their losses differ, and use it on {target}, which it has not seen.',
    zh: '在所有源域上训练 {source}，以权重 {weight} 惩罚各域损失的差异，并用于从未见过的 {target}。'
  },
  reference: 'Krueger et al. 2021',
  family: 'generalisation',
  blocks: 'copied',
  needs: generalisationNeeds,
  parameters: { weight: penaltyWeight(10), ...penaltyParameters, ...trainedParameter },
  trainingDefaults: generalisationDefaults,
  losses: commonLosses('task', 'penalty'),
  recipe: { classWeights: true },
  create: (context, annealing) => generaliseWithPenalty(context, annealing, (step) => {
    const { logits } = step.forward(step.inputs)
    const risks = domainRisks(step, logits)
    return { task: meanOf(risks), penalty: riskVariance(tf.stack(risks) as tf.Tensor1D), logits }
  })
})
