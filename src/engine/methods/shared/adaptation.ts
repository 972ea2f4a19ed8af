import * as tf from '@tensorflow/tfjs-core'
import { integer, number } from '../../../contract/parameters'
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

/** Epochs of training on the source before anything else. */
export const sourceEpochsParameter = (usual: number) => integer({
  label: { en: 'Source epochs', zh: '源训练轮数' },
  help: { en: 'Epochs of training on the source first; 0 where the source model knows the source already.', zh: '先在源数据上训练的轮数；源模型已学过源数据时取 0。' },
  minimum: 0, maximum: 10_000, default: usual
})

/** How fast it goes there. */
const sourceLearningRate = number({
  label: { en: 'Learning rate of the source epochs', zh: '源训练学习率' },
  help: {
    en: 'Of Adam, falling to zero by the end of the source epochs. The rates of the adaptations\' authors are for networks that know something already.',
    zh: '源训练轮数内 Adam 的学习率，到结束时降为零。域适应作者给出的学习率适用于已有所学的网络。'
  },
  minimum: 1e-7, maximum: 10, default: 0.001, scale: 'logarithmic', advanced: true
})

/** The stages of a method that learns the source first and adapts then. */
export const sourceFirstStages = [{ images: 'source', epochs: 'sourceEpochs' }, { images: 'source' }] as const

/** Parameters of every method that draws two domains together. */
export const adaptationParameters = {
  sourceEpochs: sourceEpochsParameter(0),
  sourceLearningRate,
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
export function noteFreshStart(context: MethodContext, sourceEpochs: number): void {
  if (sourceEpochs > 0 || startsTrained(context)) return
  context.note({
    en: 'It began with a network that did not know the source yet. Drawing the domains together holds such a network back: it may end below source only. Let it learn the source alone first: source epochs.',
    zh: '它从尚未学过源数据的网络开始。此时拉近两个域会妨碍学习，结果可能低于仅用源数据。请先让它只学习源数据（源训练轮数）。'
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

  /** Blocks that stay as they are. */
  readonly fixed: ReadonlySet<string>

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

  /** Where the network has learned the source so far: what it has seen is the source's, and the target's begins there. */
  splitHere(): void {
    const own = this.network.movingStatistics
    for (const [name, variable] of this.statistics) variable.assign(own.get(name)!)
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

interface SourceStage {
  epochs: number
  /** Of Adam; the spec's own optimiser and rate when absent. */
  learningRate?: number
  groups: readonly ParameterGroup[]
  /** Blocks that stay as they are. */
  fixed?: ReadonlySet<string>
  /** Whether they are all of them, so that each image is seen once. */
  cached?: boolean
  /** Heads beside the network's that learn the same from the same features. */
  further?: readonly Companion[]
}

/**
 * Training on the source alone, in which alignment over features that mean nothing yet cannot stand in the way of learning.
 */
export function sourceStage(
  { training: { seed } }: Pick<MethodContext, 'training'>, network: Network,
  { epochs, learningRate, groups, fixed = new Set(), cached = false, further = [] }: SourceStage
): GradientStage {
  return {
    kind: 'gradient',
    name: { en: 'Training on the source', zh: '在源数据上训练' },
    streams: ['source'],
    epochs,
    ...(learningRate !== undefined && { settings: { optimizer: 'adam', schedule: 'cosine', learningRate } }),
    ...(cached && { featuresOf: network }),
    groups: () => [...groups],
    step: (batches, position) => {
      const { inputs, labels, classWeights } = sourceBatch(batches)
      const randomKey = [seed, position.stage, position.step]
      const mode = { training: true, frozen: fixed, randomKey }
      const features = cached ? inputs as tf.Tensor as tf.Tensor2D : network.features(inputs, mode)
      const logits = network.logits(features, mode)
      const task = crossEntropy(logits, labels, classWeights)
      const total = further.reduce((sum, head) => tf.add(sum, crossEntropy(head.outputs(features, randomKey), labels, classWeights)), tf.clone(task))
      return { losses: { total, task }, logits }
    },
    state: () => new Map(further.flatMap((part) => [...part.variables]))
  }
}

/** Training on the source before the adaptation: its epochs, and the learning rate of its Adam. */
interface SourceFirst { sourceEpochs: number, sourceLearningRate: number }

interface Alignment {
  context: MethodContext
  domains: TwoDomains
  /** Training on the source before: for how long, and how fast. */
  first: SourceFirst
  backboneFactor: number
  /** Loss terms by name, added to the source's cross-entropy. */
  terms(step: AlignmentStep): Record<string, tf.Scalar>
  /** The term that is capped, where one is. */
  cap?: GradientStage['cap']
  /** Networks that are trained along. */
  companions?: readonly Companion[]
}

/** What every adaptation of two domains has in common: what it sees, and how it begins after so many epochs on the source alone. */
export const adaptationOf = (context: MethodContext, domains: TwoDomains, sourceEpochs: number) => ({
  kind: 'gradient',
  name: { en: 'Adaptation', zh: '域适应' },
  streams: ['source', 'target-unlabelled'],
  wholeBatches: true,
  startCompetes: sourceEpochs > 0 || startsTrained(context),
  ...(sourceEpochs > 0 && {
    begin: () => {
      domains.splitHere()
      return Promise.resolve()
    }
  })
} satisfies Partial<GradientStage>)

/** Cross-entropy on the source, and terms that draw the domains together; before that the source alone, where it is asked for. */
export function align({ context, domains, first: { sourceEpochs, sourceLearningRate }, backboneFactor, terms, cap, companions = [] }: Alignment): MethodRun {
  const { network } = domains
  // A backbone that stays as it is sees each image once. Augmented images it has to see anew.
  const cached = domains.trained === 'none' && context.training.augmentation === 'none'
  const groups = [...domains.groups(backboneFactor), ...companions.map((part) => part.group())]
  const stage: GradientStage = {
    ...adaptationOf(context, domains, sourceEpochs),
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
  const first = sourceStage(context, network, {
    epochs: sourceEpochs, learningRate: sourceLearningRate, groups: domains.groups(backboneFactor), fixed: domains.fixed, cached
  })
  return {
    network,
    stages: sourceEpochs > 0 ? [first, stage] : [stage],
    dispose: () => {
      domains.dispose()
      for (const part of companions) part.dispose()
    }
  }
}
