import { boolean } from '../../contract/parameters'
import { irmPenalty } from '../maths/irm'
import {
  domainRisks, generalisationDefaults, generalisationNeeds, generaliseWithPenalty, meanOf, penaltyParameters, penaltyWeight
} from './shared/generalisation'
import { commonLosses } from './shared/losses'
import { defineMethod } from './shared/method'
import { trainedParameter } from './shared/trained-blocks'

/**
 * Arjovsky et al. 2019, arXiv:1907.02893, IRMv1 (section 3.1): mean risk of the domains plus λ · mean ‖∇_w risk(w · f)‖²
 * at w = 1. The penalty joins after `annealSteps` and the loss is then divided by λ, as in the authors' code
 * (InvariantRiskMinimization, colored_mnist). Weights at first are DomainBed's.
 * Graft's own: the norm of the weights can be put inside what is divided (`l2`), since that is where that code has it.
 */
export const irm = defineMethod({
  id: 'irm',
  title: { en: 'IRM', zh: 'IRM（不变风险最小化）' },
  summary: {
    en: 'Learns features on which one and the same head is best in every source domain, so that what changes from domain to domain is not relied on.',
    zh: '学习使同一个分类头在每个源域都最优的特征，从而不依赖随域变化的线索。'
  },
  sentence: {
    en: 'Train {source} on all source domains so that one head is best in each (penalty {weight}), and use it on {target}, which it has not seen.',
    zh: '在所有源域上训练 {source}，使同一分类头在各域均最优（惩罚权重 {weight}），并用于从未见过的 {target}。'
  },
  reference: 'Arjovsky et al. 2019',
  family: 'generalisation',
  blocks: 'copied',
  needs: generalisationNeeds,
  parameters: {
    weight: penaltyWeight(100),
    ...penaltyParameters,
    ...trainedParameter,
    halves: boolean({
      label: { en: 'Unbiased penalty', zh: '无偏惩罚' },
      help: {
        en: 'Estimates the penalty from the gradients of two halves of a batch (the paper\'s appendix D): right for small batches. Turn it off when one batch is the whole data set.',
        zh: '以批内两半样本梯度之积代替平方（论文附录 D），适合小批量；整个数据集作为一批时应关闭。'
      },
      default: true, advanced: true
    })
  },
  trainingDefaults: generalisationDefaults,
  losses: commonLosses('task', 'penalty'),
  create: (context, { halves, ...annealing }) => generaliseWithPenalty(context, annealing, (step) => {
    const { logits } = step.forward(step.inputs)
    const truth = step.byDomain(step.labels)
    const task = meanOf(domainRisks(step, logits))
    const penalty = meanOf(step.byDomain(logits).map((part, domain) => irmPenalty(part, truth[domain]!, { halves })))
    return { task, penalty, logits }
  })
})
