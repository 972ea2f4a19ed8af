import * as tf from '@tensorflow/tfjs-core'
import { number } from '../../contract/parameters'
import { groupDro as groupDroStep } from '../maths/group-dro'
import { domainCount, domainRisks, generalisationDefaults, generalisationNeeds, generalise } from './shared/generalisation'
import { commonLosses } from './shared/losses'
import { defineMethod } from './shared/method'
import { trainedParameter } from './shared/trained-blocks'

/**
 * Sagawa et al. 2020, arXiv:1911.08731, algorithm 1: the worst domain's loss, by weights that grow with each domain's own.
 * Groups are the source domains, as in DomainBed (the paper's are domain and class), and every step holds each of them.
 * Without the paper's adjustment for small groups (section 3.3).
 */
export const groupDro = defineMethod({
  id: 'group-dro',
  title: { en: 'Group DRO', zh: 'Group DRO' },
  summary: {
    en: 'Learns most from the source domain that does worst: the weight of a domain grows with its loss.',
    zh: '着重学习表现最差的源域：域的权重随其损失增长。'
  },
  sentence: {
    en: 'Train {source} on all source domains, most on the worst of them, and use it on {target}, which it has not seen.',
    zh: '在所有源域上训练 {source}，侧重其中表现最差的域，并用于从未见过的 {target}。'
  },
  reference: 'Sagawa et al. 2020',
  family: 'generalisation',
  blocks: 'copied',
  needs: generalisationNeeds,
  parameters: {
    ...trainedParameter,
    stepSize: number({
      label: { en: 'Step size of the weights (η)', zh: '权重步长（η）' },
      help: { en: 'How quickly a domain with a high loss gains weight; 0 keeps all domains alike.', zh: '损失高的域获得权重的快慢；0 表示各域保持相同权重。' },
      minimum: 0, maximum: 1, default: 0.01
    })
  },
  trainingDefaults: generalisationDefaults,
  losses: { ...commonLosses('task'), worst: { en: 'Worst domain', zh: '最差的域' } },
  recipe: { classWeights: true },
  create: (context, { stepSize, trainedBlocks }) => {
    const domains = domainCount(context)
    const weights = tf.tidy(() => tf.variable(tf.fill([domains], 1 / domains), false)) as tf.Variable<tf.Rank.R1>
    return generalise(context, (step) => {
      const { logits } = step.forward(step.inputs)
      const risks = tf.stack(domainRisks(step, logits)) as tf.Tensor1D
      const { loss: total, weights: next } = groupDroStep(risks, weights, stepSize)
      weights.assign(next)
      return { losses: { total, task: tf.mean(risks), worst: tf.max(risks) }, logits }
    }, { trainedBlocks, state: new Map([['domain-weights', weights]]) })
  }
})
