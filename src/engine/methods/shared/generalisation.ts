import * as tf from '@tensorflow/tfjs-core'
import { boolean, integer, number } from '../../../contract/parameters'
import { domainSteps } from '../../../rules/domains'
import { crossEntropy } from '../../maths/cross-entropy'
import type { Network } from '../../network/network'
import type { GradientStage, Position, StepResult } from '../../training/stage'
import { sourceBatch } from './adaptation'
import type { MethodContext, MethodRun } from './method'
import { allGroups, startOf } from './supervised'
import { fixedBlocks, trainedOf, trainedWhile, withoutFixed } from './trained-blocks'

/** What these methods need: labelled source images of several domains and the same classes; nothing of the target. */
export const generalisationNeeds = {
  sourceModel: false, sourceModelWhile: trainedWhile, sourceData: true, targetLabels: 'none', classes: 'same', domains: 2
} as const

/** DomainBed's for small images; for a large pre-trained network it takes 0.00005. */
export const generalisationDefaults = { optimizer: 'adam', learningRate: 0.001 }

/**
 * One step over a batch of every source domain. The spec's batch size is shared by the domains, where DomainBed's is each
 * domain's own: its 32 with three domains are 96 here.
 */
interface DomainStep {
  network: Network
  position: Position
  /** All domains' images, one domain after the other. */
  inputs: tf.Tensor4D
  labels: tf.Tensor1D
  classWeights?: readonly number[]
  /** Runs the network in training; one call a step, since it moves statistics and draws dropout. */
  forward(inputs: tf.Tensor4D): { features: tf.Tensor2D, logits: tf.Tensor2D }
  /** Rows of a whole batch as one part a domain. */
  byDomain<Rows extends tf.Tensor>(rows: Rows): Rows[]
}

/** Mean cross-entropy of each domain. @param logits [batch, classes] of the whole batch */
export function domainRisks({ byDomain, labels, classWeights }: DomainStep, logits: tf.Tensor2D): tf.Scalar[] {
  const truth = byDomain(labels)
  return byDomain(logits).map((part, domain) => crossEntropy(part, truth[domain]!, classWeights))
}

/** Mean of some scalars. */
export const meanOf = (values: readonly tf.Scalar[]): tf.Scalar => tf.div(tf.addN([...values]), values.length) as tf.Scalar

/** Domains that have images to train on. */
export const domainCount = ({ sourceData }: MethodContext): number =>
  sourceData?.splits.train?.perDomain?.filter((count) => count > 0).length ?? 0

/** A penalty that joins late and then rules. */
export const penaltyParameters = {
  annealSteps: integer({
    label: { en: 'Steps before the penalty', zh: '惩罚项起效前的步数' },
    help: {
      en: 'Up to this step the penalty has weight 1, then its full weight. Too early, and nothing is learned. Only epochs that end later can be kept.',
      zh: '在此步数之前惩罚项权重为 1，之后使用设定的权重。过早起效则什么也学不到。只有在此之后结束的轮次才可被保留。'
    },
    minimum: 0, maximum: 1_000_000, default: 500
  }),
  anew: boolean({
    label: { en: 'Optimiser anew with the penalty', zh: '惩罚项起效时重置优化器' },
    help: {
      en: 'When the penalty joins, the optimiser forgets the gradients of the loss before, as in DomainBed; else they slow it down for hundreds of steps.',
      zh: '惩罚项起效时，优化器忘掉此前损失的梯度（同 DomainBed）；否则它们会在数百步内拖慢训练。'
    },
    default: true, advanced: true
  }),
  l2: number({
    label: { en: 'L2 inside the loss', zh: '损失内的 L2' },
    help: {
      en: 'Weight of the squared norm of all weights. Unlike weight decay it is part of the loss and is scaled with it.',
      zh: '损失中全部权重平方范数的系数；与权重衰减不同，它会与其余部分一起被缩放。'
    },
    minimum: 0, maximum: 1, default: 0, advanced: true
  })
}

/** Weight of a penalty. @param usual DomainBed's default */
export const penaltyWeight = (usual: number) => number({
  label: { en: 'Penalty weight', zh: '惩罚权重' },
  help: { en: 'How much the penalty counts against the mean loss, once it is on.', zh: '惩罚项起效后相对于平均损失的权重。' },
  minimum: 0, maximum: 1_000_000, default: usual, scale: 'logarithmic'
})

/**
 * A run that minimises `(task + l2 · ‖weights‖² + w · penalty) / max(1, w)` with w = 1 before `annealSteps` and the weight
 * from then on: as the code of IRM's and V-REx's authors does, the whole loss is divided so that the step stays of one
 * size. DomainBed divides nothing and makes its Adam anew instead, to which the size of a loss is all the same: `anew`
 * does that too, since the second moments of the loss before would keep the steps of a thousand times smaller one small.
 */
export function generaliseWithPenalty(
  context: MethodContext,
  { weight, annealSteps, anew, l2, trainedBlocks }: { weight: number, annealSteps: number, anew: boolean, l2: number, trainedBlocks: string },
  step: (step: DomainStep) => { task: tf.Scalar, penalty: tf.Scalar, logits: tf.Tensor2D }
): MethodRun {
  noteAbsentPenalty(context, annealSteps)
  return generalise(context, (at) => {
    const { task, penalty, logits } = step(at)
    const kept = l2 === 0 ? task : tf.add(task, tf.mul(squaredNorm(at.network, trainedBlocks), l2))
    const factor = at.position.step < annealSteps ? 1 : weight
    const total = tf.div(tf.add(kept, tf.mul(penalty, factor)), Math.max(1, factor)) as tf.Scalar
    return { losses: { total, task, penalty }, logits }
  }, { trainedBlocks, settledAfter: annealSteps, ...(anew && annealSteps > 0 && { optimizerAnewAt: annealSteps }) })
}

/** Of the weights that are trained. */
function squaredNorm(network: Network, trainedBlocks: string): tf.Scalar {
  const groups = withoutFixed(allGroups(network), fixedBlocks(network, trainedOf(trainedBlocks)))
  const variables = groups.flatMap((group) => [...group.variables.values()])
  return tf.addN(variables.map((variable) => tf.sum(tf.square(variable)))) as tf.Scalar
}

/** Says in the run's record that the training is over before the penalty counts. */
function noteAbsentPenalty({ sourceData, training, note }: MethodContext, annealSteps: number): void {
  const images = (sourceData?.splits.train?.perDomain ?? []).filter((count) => count > 0)
  const steps = training.epochs * (training.epochSteps > 0 ? training.epochSteps : domainSteps(images, training.batchSize))
  if (annealSteps < steps) return
  note({
    en: `The penalty never had its full weight: the training has ${steps} steps, and the penalty joins after ${annealSteps}. Take fewer steps before the penalty, or train longer.`,
    zh: `惩罚项从未以设定的权重起效：训练共 ${steps} 步，而惩罚项在 ${annealSteps} 步之后才起效。请减少起效前的步数，或延长训练。`
  })
}

interface Generalisation extends Pick<GradientStage, 'settledAfter' | 'optimizerAnewAt' | 'cap'> {
  /** Variables of the method's own, by name; freed with the run. */
  state?: ReadonlyMap<string, tf.Variable>
  /** What of the backbone is trained. */
  trainedBlocks?: string
  /** The method works on images, so that features of them cannot take their place. */
  onImages?: boolean
}

/** A run of one stage over all source domains. */
export function generalise(
  context: MethodContext, step: (step: DomainStep) => StepResult,
  { state = new Map(), trainedBlocks = 'all', onImages = false, ...moments }: Generalisation = {}
): MethodRun {
  const network = startOf(context)
  const frozen = fixedBlocks(network, trainedOf(trainedBlocks))
  const cached = trainedBlocks === 'none' && !onImages && context.training.augmentation === 'none'
  return {
    network,
    stages: [{
      kind: 'gradient',
      name: { en: 'Training across domains', zh: '跨域训练' },
      streams: ['source'],
      byDomain: true,
      ...moments,
      ...(cached && { featuresOf: network }),
      groups: () => withoutFixed(allGroups(network), frozen),
      step: (batches, position) => {
        const sizes = batches.source?.domainSizes
        if (!sizes) throw new Error('This step needs a batch by domain')
        return step({
          ...sourceBatch(batches), network, position,
          forward: (inputs) => {
            const mode = { training: true, frozen, randomKey: [context.training.seed, position.stage, position.step] }
            const features = cached ? inputs as tf.Tensor as tf.Tensor2D : network.features(inputs, mode)
            return { features, logits: network.logits(features, mode) }
          },
          byDomain: <Rows extends tf.Tensor>(rows: Rows) => tf.split(rows, [...sizes]) as unknown as Rows[]
        })
      },
      state: () => state
    }],
    dispose: () => {
      network.dispose()
      for (const variable of state.values()) variable.dispose()
    }
  }
}
