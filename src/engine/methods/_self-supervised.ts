import { choice, integer, number, type ValuesOf } from '../../contract/parameters'
import type { Network } from '../network/network'
import { withHeadFor } from '../network/surgery'
import type { GradientStage } from '../training/_stage'
import { fineTuningStage } from './_fine-tuning'
import type { MethodContext, MethodRun } from './_method'
import { probeStage } from './_probe'

/** How long every self-supervised method pre-trains, and what it does with the labels then. */
export const pretrainingParameters = {
  pretextEpochs: integer({
    label: { en: 'Epochs without labels', zh: '无标签训练轮数' },
    help: {
      en: 'How often every target image is seen before the labels are; 0 leaves the pre-training out, as a control.',
      zh: '使用标签之前，每张目标图像被使用的次数；0 表示不做预训练，可作对照。'
    },
    minimum: 0, maximum: 10_000, default: 20
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

/** The network that is pre-trained: the source's weights where it has some, else fresh ones; with a new head. */
export function startOf({ source, classes, training: { seed }, freshNetwork }: MethodContext): Network {
  return source ? withHeadFor(source, classes, seed, { newHead: true }).network : freshNetwork()
}

/** A task that the images themselves pose. */
export interface Pretext extends Pick<GradientStage, 'name' | 'groups' | 'step' | 'transforms' | 'views' | 'wholeBatches' | 'state'> {
  /** Frees what the task made beside the network. */
  dispose(): void
}

/** Two stages: the pretext on all target images without labels, then the granted labels. */
export function pretrainedRun(
  context: MethodContext, network: Network, { pretextEpochs, then, probeFactor }: ValuesOf<typeof pretrainingParameters>,
  { dispose, ...task }: Pretext
): MethodRun {
  const pretext: GradientStage = { ...task, kind: 'gradient', streams: ['target-unlabelled'], epochs: pretextEpochs, pretext: true }
  const labelled = then === 'probe' ? probeStage(context, network, probeFactor) : fineTuningStage(context, { network })
  return {
    network,
    stages: pretextEpochs === 0 ? [labelled] : [pretext, labelled],
    dispose: () => {
      network.dispose()
      dispose()
    }
  }
}

/** Every block of the backbone; the head waits for the labels. */
export const backboneGroups = (network: Network) => network.blockNames.map((name) => ({
  name, variables: network.trainableOf(name), learningRateFactor: 1
}))
