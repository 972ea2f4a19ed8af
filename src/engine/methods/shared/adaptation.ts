import * as tf from '@tensorflow/tfjs-core'
import { number } from '../../../contract/parameters'
import { crossEntropy } from '../../maths/cross-entropy'
import { inference, type Mode, type Network } from '../../network/network'
import { sameClasses } from '../../../rules/classes'
import type { Batch } from '../../batches/batch-stream'
import type { GradientStage, ParameterGroup, Position, StreamName } from '../../training/stage'
import { ownStatistics } from './batch-norm'
import type { MethodContext, MethodRun } from './method'
import { allGroups, labelledBatch, type LabelledBatch } from './supervised'
import { fixedBlocks, trainedWhile, withoutFixed, type TrainedBlocks } from './trained-blocks'
import type { Companion } from './vector-network'

/** Parameters of every method that draws two domains together. */
export const adaptationParameters = {
  weight: number({
    label: { en: 'Weight', zh: '权重' },
    help: { en: 'How strongly the domains are drawn together, against learning the source.', zh: '相对于学习源数据，拉近两个域的强度。' },
    minimum: 0, maximum: 10_000, default: 1, scale: 'logarithmic'
  }),
  backboneFactor: number({
    label: { en: 'Backbone learning rate ×', zh: '主干学习率倍数' },
    help: { en: 'The backbone learns this many times slower or faster than the head; 0.1 is usual for ImageNet weights.', zh: '主干学习率是分类头的多少倍；使用 ImageNet 权重时通常为 0.1。' },
    minimum: 0, maximum: 10, default: 1, advanced: true, when: { parameter: 'trainedBlocks', in: ['all', 'last'] }
  })
}

/** Training settings of Transfer-Learning-Library's examples, which all these methods share. */
export const adaptationDefaults = { learningRate: 0.01, weightDecay: 0.001, schedule: 'inverse' }

/** What these methods need: labelled source images, unlabelled target images, the same classes. */
export const adaptationNeeds = {
  sourceModel: false, sourceModelWhile: trainedWhile, sourceData: true, targetImages: true, targetLabels: 'none', classes: 'same'
} as const

/** Whether the network a method starts with answers already: its source is trained, and for these classes. */
export const startsTrained = ({ source, classes }: MethodContext): boolean =>
  source !== undefined && sameClasses(source.definition.classes, classes)

/**
 * Says in the run's record that a discrepancy is matched from the first step on, over features that mean nothing yet: on
 * the samples DDC, DAN and JAN then end 4 to 17 points below source only (docs/results.md).
 */
export function noteFreshStart(context: MethodContext): void {
  if (startsTrained(context)) return
  context.note({
    en: 'It began with a network that did not know the source yet. Drawing the domains together holds such a network back: it may end below source only. Train the source alone first, and take that run as the source.',
    zh: '它从尚未学过源数据的网络开始。此时拉近两个域会妨碍学习，结果可能低于仅用源数据。请先只用源数据训练，再以该运行作为源模型。'
  })
}

/** The labelled source batch of a step. */
export function sourceBatch(batches: Partial<Record<StreamName, Batch>>): LabelledBatch {
  const batch = batches.source
  if (!batch?.labels) throw new Error('This step needs a labelled source batch')
  return labelledBatch(batch, batch.labels)
}

/** The images of the unlabelled target batch of a step. */
export function unlabelledBatch(batches: Partial<Record<StreamName, Batch>>): tf.Tensor4D {
  const batch = batches['target-unlabelled']
  if (!batch) throw new Error('This step needs a target batch')
  return batch.inputs as tf.Tensor4D
}

/**
 * One network that both domains pass through, each on its own and with its own statistics of the batch normalisations:
 * the network's are the target's, the source's lie beside them (Li et al. 2016; mixed ones cost tens of points).
 */
export class TwoDomains {
  private readonly statistics: ReadonlyMap<string, tf.Variable>

  private readonly fixed: ReadonlySet<string>

  constructor(readonly network: Network, private readonly seed: number, readonly trained: TrainedBlocks = 'all') {
    this.fixed = fixedBlocks(network, trained)
    this.statistics = ownStatistics(network, 'source')
  }

  /** How to run a domain's batch; `pass` tells several passes of one step apart, and only the first moves statistics. */
  mode(domain: 'source' | 'target', position: Position, pass = 0): Mode {
    return {
      training: true,
      frozen: this.fixed,
      randomKey: [this.seed, position.stage, position.step, domain, pass],
      ...(domain === 'source' && { statistics: this.statistics }),
      ...(pass > 0 && { statisticsMomentum: 0 })
    }
  }

  /** For the stage: what a checkpoint must keep beside the network. */
  get state(): ReadonlyMap<string, tf.Variable> {
    return new Map([...this.statistics].map(([name, variable]) => [`source/${name}`, variable]))
  }

  /** How the source's images are seen, for the stage. */
  get source(): NonNullable<GradientStage['source']> {
    const mode = { ...inference, statistics: this.statistics }
    return { features: (inputs) => this.network.features(inputs as tf.Tensor4D, mode), logits: (features) => this.network.logits(features, mode) }
  }

  /** Backbone at `backboneFactor` times the head's learning rate. */
  groups(backboneFactor: number): ParameterGroup[] {
    const groups = allGroups(this.network).map((group) => group.name === 'head' ? group : { ...group, learningRateFactor: backboneFactor })
    return withoutFixed(groups, this.fixed)
  }

  dispose(): void {
    this.network.dispose()
    for (const variable of this.statistics.values()) variable.dispose()
  }
}

/** Features and logits of a step's two batches. */
export interface AlignmentStep {
  source: { features: tf.Tensor2D, logits: tf.Tensor2D, labels: tf.Tensor1D }
  target: { features: tf.Tensor2D, logits: tf.Tensor2D }
  position: Position
  /** Share of the stage that is done, in [0, 1). */
  progress: number
}

interface Alignment {
  context: MethodContext
  domains: TwoDomains
  backboneFactor: number
  /** Loss terms by name, added to the source's cross-entropy. */
  terms(step: AlignmentStep): Record<string, tf.Scalar>
  /** The term that is capped, where one is. */
  cap?: GradientStage['cap']
  /** Networks that are trained along. */
  companions?: readonly Companion[]
}

/** A run of one stage: cross-entropy on the source, and terms that draw the domains together. */
export function align({ context, domains, backboneFactor, terms, cap, companions = [] }: Alignment): MethodRun {
  const { network } = domains
  // A backbone that stays as it is sees each image once. Augmented images it has to see anew.
  const cached = domains.trained === 'none' && context.training.augmentation === 'none'
  const groups = [...domains.groups(backboneFactor), ...companions.map((part) => part.group())]
  const stage: GradientStage = {
    kind: 'gradient',
    name: { en: 'Adaptation', zh: '域适应' },
    streams: ['source', 'target-unlabelled'],
    wholeBatches: true,
    startCompetes: startsTrained(context),
    ...(cap && { cap }),
    ...(cached && { featuresOf: network }),
    groups: () => groups,
    step: (batches, position) => {
      const { inputs, labels, classWeights } = sourceBatch(batches)
      const pass = (domain: 'source' | 'target', images: tf.Tensor4D) => {
        const mode = domains.mode(domain, position)
        const features = cached ? images as tf.Tensor as tf.Tensor2D : network.features(images, mode)
        return { features, logits: network.logits(features, mode) }
      }
      const source = { ...pass('source', inputs), labels }
      const target = pass('target', unlabelledBatch(batches))
      const task = crossEntropy(source.logits, labels, classWeights)
      const more = terms({ source, target, position, progress: position.step / position.steps })
      const total = Object.values(more).reduce((sum, term) => tf.add(sum, term), task)
      return { losses: { total, task, ...more }, logits: source.logits }
    },
    state: () => new Map([...domains.state, ...companions.flatMap((part) => [...part.variables])]),
    ...(!cached && { source: domains.source })
  }
  return {
    network,
    stages: [stage],
    dispose: () => {
      domains.dispose()
      for (const part of companions) part.dispose()
    }
  }
}
