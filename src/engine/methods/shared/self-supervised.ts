import * as tf from '@tensorflow/tfjs-core'
import type { ImageShape } from '../../../contract/datasets'
import { blocks, choice, integer, number, type ValuesOf } from '../../../contract/parameters'
import type { Network } from '../../network/network'
import type { Block, NetworkDefinition } from '../../network/definition'
import { endingAfter } from '../../surgery/surgery'
import type { GradientStage, ParameterGroup, Position } from '../../training/stage'
import { fineTuningStage } from './fine-tuning'
import type { MethodContext, MethodRun } from './method'
import { probeStage } from './probe'
import { startOf } from './supervised'
import type { Companion } from './vector-network'

/** The few labels make few steps per epoch, so that it takes many; both stages end in small steps. */
export const pretrainingDefaults = { optimizer: 'adam', learningRate: 0.001, schedule: 'cosine', epochs: 100 }

/** How long every self-supervised method pre-trains, and what it does with the labels then. */
export const pretrainingParameters = {
  pretextEpochs: integer({
    label: { en: 'Epochs without labels', zh: '无标签训练轮数' },
    help: {
      en: 'Epochs of pre-training before any label is used; 0 leaves it out, as a control.',
      zh: '使用标签之前，每张目标图像被使用的次数；0 表示不做预训练，可作对照。'
    },
    minimum: 0, maximum: 10_000, default: 20
  }),
  lastBlock: blocks({
    label: { en: 'Last block kept', zh: '保留的最后一个块' },
    help: {
      en: 'The block after which the final network ends. Later blocks serve only the pre-training and are then removed. If none is named: the last with a convolution.',
      zh: '网络止于该块；其后的块只用于完成任务，之后丢弃。未指定时取最后一个带卷积的块。'
    },
    default: [], single: true, advanced: true
  }),
  then: choice({
    label: { en: 'With the labels', zh: '有标签阶段' },
    help: {
      en: 'A probe learns a head on the features as they are; fine-tuning trains every block on.', zh: '线性探测只在现有特征上学习分类头；微调则继续训练所有块。'
    },
    options: [
      { value: 'probe', label: { en: 'learn a head', zh: '学习分类头' } },
      { value: 'fine-tuning', label: { en: 'fine-tune all of it', zh: '微调整个网络' } }
    ],
    default: 'probe'
  }),
  probeFactor: number({
    label: { en: 'Learning rate of the probe', zh: '探测学习率倍数' },
    help: {
      en: 'Times the learning rate of the training: a head alone takes larger steps than a whole network.',
      zh: '训练学习率的倍数：只学习分类头时，步幅可比训练整个网络更大。'
    },
    minimum: 0.01, maximum: 100, default: 10, scale: 'logarithmic', advanced: true, when: { parameter: 'then', in: ['probe'] }
  })
}

/** The last block with a convolution: what comes after it answers a task rather than describes an image. */
function lastConvolution({ blocks }: NetworkDefinition): string {
  const found = blocks.findLast(({ layers }) => layers.some(({ kind }) => kind.endsWith('convolution')))
  return (found ?? blocks.at(-1)!).name
}

/**
 * A network that learns a task of its own (Chen et al. 2020, section 4.2; Gidaris et al. 2018, table 1): up to a block it
 * is kept, and the labels are learned on that; the blocks after it solve the task together with the task's own head, and
 * go with it. The deeper a block lies in the task, the less it knows of anything else.
 */
export class PretextNetwork {
  /** What is kept. */
  readonly network: Network
  /** The blocks that go with the task. */
  private readonly rest: readonly Block[]
  private readonly last: string
  private readonly start: Network
  private readonly head: Companion

  /**
   * @param kept names the last block to keep; the last one with a convolution when empty
   * @param headOf the task's head on vectors of a length, for a network with this input
   */
  constructor(
    private readonly context: MethodContext, kept: readonly string[], headOf: (at: { length: number, input: ImageShape, seed: number }) => Companion
  ) {
    const { classes, training: { seed } } = context
    // With a new head: what the source answered has no part in the task.
    this.start = startOf(context, { newHead: true })
    const { start: { definition } } = this
    this.last = kept[0] ?? lastConvolution(definition)
    this.rest = definition.blocks.slice(definition.blocks.findIndex(({ name }) => name === this.last) + 1)
    this.network = this.rest.length === 0 ? this.start : endingAfter(this.start, this.last, classes, seed)
    this.head = headOf({ length: this.start.featureLength, input: definition.input, seed })
  }

  /** The task's answers [batch, length] to normalised images. */
  answers(images: tf.Tensor4D, { stage, step }: Position): tf.Tensor2D {
    const mode = { training: true, randomKey: [this.context.training.seed, stage, step] }
    const output = this.start.runBlocks(this.rest, this.network.blockOutput(images, this.last, mode), mode)
    return this.head.outputs(tf.reshape(output, [output.shape[0]!, -1]) as tf.Tensor2D, mode.randomKey)
  }

  /** Every kept block, the rest and the task's head; the network's own head waits for the labels. */
  groups(): ParameterGroup[] {
    const kept = this.network.blockNames.map((name) => ({ name, variables: this.network.trainableOf(name), learningRateFactor: 1 }))
    return [...kept, { name: 'rest', variables: this.variablesOfRest, learningRateFactor: 1 }, this.head.group()]
  }

  /** What a checkpoint keeps beside the network. */
  get state(): ReadonlyMap<string, tf.Variable> {
    return new Map([...this.variablesOfRest, ...this.head.variables])
  }

  dispose(): void {
    this.network.dispose()
    if (this.start !== this.network) this.start.dispose()
    this.head.dispose()
  }

  private get variablesOfRest(): ReadonlyMap<string, tf.Variable> {
    return new Map(this.rest.flatMap(({ name }) =>
      [...this.start.trainableOf(name)].map(([weight, variable]): [string, tf.Variable] => [`rest/${weight}`, variable])))
  }
}

/** A task that the images themselves pose. */
type Pretext = Pick<GradientStage, 'name' | 'step' | 'transforms' | 'views' | 'wholeBatches'>

/** Two stages: the pretext on all target images without labels, then the granted labels. */
export function pretrainedRun(
  context: MethodContext, pretrained: PretextNetwork, { pretextEpochs, then, probeFactor }: ValuesOf<typeof pretrainingParameters>, task: Pretext
): MethodRun {
  const { network } = pretrained
  const pretext: GradientStage = {
    ...task, kind: 'gradient', streams: ['target-unlabelled'], epochs: pretextEpochs, pretext: true,
    groups: () => pretrained.groups(), state: () => pretrained.state
  }
  const labelled = then === 'probe' ? probeStage(context, network, probeFactor) : fineTuningStage(context, { network })
  return { network, stages: pretextEpochs === 0 ? [labelled] : [pretext, labelled], dispose: () => pretrained.dispose() }
}
