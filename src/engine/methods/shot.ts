import * as tf from '@tensorflow/tfjs-core'
import { number } from '../../contract/parameters'
import { crossEntropy } from '../maths/cross-entropy'
import { informationMaximisation } from '../maths/entropy'
import type { Network } from '../network/network'
import { withHeadFor } from '../surgery/surgery'
import type { GradientStage, StepResult } from '../training/stage'
import { adaptationParameters, unlabelledBatch } from './shared/adaptation'
import { defineMethod, type MethodContext } from './shared/method'
import { clusterLabels } from './shared/pseudo-labels'
import { allGroups, sourceOf } from './shared/supervised'

/** Without its condition: SHOT trains the whole backbone always. */
const { when: _, ...backboneFactor } = adaptationParameters.backboneFactor

/**
 * Liang et al. 2020, arXiv:2002.08546, equation 7: the head stays, the backbone moves by information maximisation plus β
 * times the cross-entropy with labels found by clustering at each epoch's start. The authors' source models have a
 * bottleneck with batch normalisation, a weight-normalised head and label smoothing. Here the source is what it is:
 * `source-only` trains one with the bottleneck, which matters most, and label smoothing, and the head as it is.
 */
export const shot = defineMethod({
  id: 'shot',
  title: { en: 'SHOT', zh: 'SHOT' },
  summary: {
    en: 'Keeps the source\'s head and moves its backbone until predictions on the target are certain and varied. Needs no source data.',
    zh: '保持源模型的分类头，调整主干，使对目标的预测既确定又多样。不需要源数据。'
  },
  sentence: {
    en: 'Keep the head of {source} and fit its backbone to {images} of {target}, by certainty and by clusters.',
    zh: '保持 {source} 的分类头，依据确定性与聚类使其主干适应 {target} 的 {images}。'
  },
  reference: 'Liang et al. 2020',
  family: 'adaptation',
  blocks: 'copied',
  needs: { sourceModel: true, sourceData: false, targetImages: true, targetLabels: 'none', classes: 'same' },
  parameters: {
    pseudoLabelWeight: number({
      label: { en: 'Weight of the clusters\' labels (β)', zh: '聚类标签的权重（β）' },
      help: {
        en: 'How much the labels found by clustering count; the authors take 0.3, and 0.1 for digits. 0 leaves clustering out.',
        zh: '聚类所得标签的权重；作者取 0.3，手写数字取 0.1。0 表示不聚类。'
      },
      minimum: 0, maximum: 10, default: 0.3
    }),
    informationWeight: number({
      label: { en: 'Weight of certainty and variety', zh: '确定性与多样性的权重' },
      help: { en: 'How much information maximisation counts.', zh: '信息最大化的权重。' },
      minimum: 0, maximum: 10, default: 1, advanced: true
    }),
    backboneFactor: {
      ...backboneFactor,
      help: {
        en: 'The blocks before a bottleneck learn this many times slower or faster than it, and all blocks where there is none; the authors take 0.1 for ImageNet weights.',
        zh: '瓶颈层之前各块的学习率倍数；没有瓶颈层时适用于所有块。使用 ImageNet 权重时作者取 0.1。'
      }
    }
  },
  trainingDefaults: { learningRate: 0.01, weightDecay: 0.001, schedule: 'inverse', epochs: 15 },
  recipe: { wholeBatches: true },
  losses: { information: { en: 'Information', zh: '信息' }, clusters: { en: 'Clusters', zh: '聚类' } },
  create: (context, weights) => {
    const { network } = withHeadFor(sourceOf(context), context.classes, context.training.seed)
    const stage = new ShotStage(context, network, weights)
    return {
      network,
      stages: [stage.gradient],
      dispose: () => {
        stage.dispose()
        network.dispose()
      }
    }
  }
})

class ShotStage {
  /** Class of each target image, found anew at each epoch's start. */
  private readonly labels: tf.Variable

  constructor(
    private readonly context: MethodContext, private readonly network: Network,
    private readonly weights: { pseudoLabelWeight: number, informationWeight: number, backboneFactor: number }
  ) {
    this.labels = tf.tidy(() => tf.variable(tf.zeros([context.targetImages], 'int32'), false))
  }

  readonly gradient: GradientStage = {
    kind: 'gradient',
    name: { en: 'Source-free adaptation', zh: '无源适应' },
    streams: ['target-unlabelled'],
    wholeBatches: true,
    startCompetes: true,
    groups: () => allGroups(this.network).filter(({ name }) => name !== 'head')
      .map((group) => group.name === 'bottleneck' ? group : { ...group, learningRateFactor: this.weights.backboneFactor }),
    beginEpoch: async (_epoch, access) => {
      if (this.weights.pseudoLabelWeight === 0) return
      const images = access.inOrder('target-unlabelled')
      try {
        const labels = await clusterLabels(this.network, images, access.signal)
        tf.tidy(() => this.labels.assign(tf.tensor1d(labels, 'int32')))
      } finally {
        await images.close()
      }
    },
    step: (batches, position): StepResult => {
      const { pseudoLabelWeight, informationWeight } = this.weights
      const mode = {
        training: true, frozen: new Set(['head']), randomKey: [this.context.training.seed, position.stage, position.step]
      }
      const logits = this.network.forward(unlabelledBatch(batches), mode)
      const information = tf.mul(informationMaximisation(logits), informationWeight) as tf.Scalar
      if (pseudoLabelWeight === 0) return { losses: { total: tf.clone(information), information } }
      const places = tf.tensor1d(batches['target-unlabelled']!.positions, 'int32')
      const labels = tf.gather(this.labels, places) as tf.Tensor1D
      const clusters = tf.mul(crossEntropy(logits, labels), pseudoLabelWeight) as tf.Scalar
      return { losses: { total: tf.add(information, clusters), information, clusters } }
    },
    state: () => new Map([['pseudo-labels', this.labels]])
  }

  dispose(): void {
    this.labels.dispose()
  }
}
