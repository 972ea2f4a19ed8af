import * as tf from '@tensorflow/tfjs-core'
import { blocks, boolean, integer, number } from '../../contract/parameters'
import { crossEntropy } from '../maths/cross-entropy'
import { channelAttention, deltaDistance } from '../maths/delta'
import { squaredDistance } from '../maths/l2-sp'
import { inference, type Network } from '../network/network'
import { withHeadFor } from '../surgery/surgery'
import type { GradientStage } from '../training/stage'
import { channelScores } from './shared/channel-attention'
import { fineTuningStage, headFactor } from './shared/fine-tuning'
import { commonLosses } from './shared/losses'
import { defineMethod, type MethodContext } from './shared/method'
import { allGroups, noteHead, sourceOf, targetBatch } from './shared/supervised'

/**
 * DELTA, Li et al. 2019, arXiv:1901.09229, equation 5: feature maps are pulled to the source's on the same images, each
 * channel weighed by how much the loss rises without it; the head is pulled to zero. As in the authors' code and
 * Transfer-Learning-Library a head is trained on the frozen source first to measure that rise; here only the head, on
 * cached features, and not at all where the source's own head tells the same classes apart. Both hook the last convolution
 * of a stage, before its batch normalisation; here it is what leaves a block, after shortcut and rectifier.
 */
export const delta = defineMethod({
  id: 'delta',
  title: { en: 'DELTA', zh: 'DELTA' },
  summary: {
    en: 'Fine-tuning that keeps feature maps near the source\'s, above all the channels that matter for the target.',
    zh: '微调时让特征图接近源模型的特征图，尤其是对目标重要的通道。'
  },
  sentence: {
    en: 'Train the weights of {source} on {images} of {target} and keep the feature maps of {blocks} near the source\'s.',
    zh: '在 {target} 的 {images} 上训练 {source} 的权重，并让 {blocks} 的特征图接近源模型的特征图。'
  },
  reference: 'Li et al. 2019',
  family: 'parameters',
  blocks: 'copied',
  needs: { sourceModel: true, sourceData: false, targetLabels: 'some', classes: 'any' },
  stages: [{ images: 'target', epochs: 'attentionEpochs', newHead: true }, { images: 'target' }],
  parameters: {
    alpha: number({
      label: { en: 'Pull of the maps (α)', zh: '特征图的拉力（α）' },
      help: { en: 'How strongly feature maps are kept near the source\'s.', zh: '特征图贴近源模型特征图的强度。' },
      minimum: 0, maximum: 10, default: 0.01, scale: 'logarithmic'
    }),
    beta: number({
      label: { en: 'Pull of the head to zero (β)', zh: '分类头拉向零的强度（β）' },
      help: { en: 'Plain weight decay of the head.', zh: '分类头的普通权重衰减。' },
      minimum: 0, maximum: 10, default: 0.01, scale: 'logarithmic'
    }),
    headFactor,
    blocks: blocks({
      label: { en: 'Blocks', zh: '块' },
      help: {
        en: 'Blocks whose maps are compared; the last one of every image size when none is named.',
        zh: '比较特征图的块；未指定时取每种图像尺寸的最后一个块。'
      },
      default: [], none: { en: 'the last block of every image size', zh: '每种图像尺寸的最后一个块' }
    }),
    attention: boolean({
      label: { en: 'Attention', zh: '注意力' },
      help: { en: 'Weighs channels by how much the target needs them; without it all count alike.', zh: '按目标对通道的需要程度加权；关闭时各通道同等。' },
      default: true
    }),
    attentionEpochs: integer({
      label: { en: 'Epochs for the attention', zh: '注意力的训练轮数' },
      help: { en: 'Epochs of the head on the frozen source that the channels are measured with.', zh: '为度量通道，在冻结的源模型上训练分类头的轮数。' },
      minimum: 1, maximum: 1000, default: 10, advanced: true, when: { parameter: 'attention', in: [true] }
    }),
    attentionBatches: integer({
      label: { en: 'Batches for the attention', zh: '注意力的批数' },
      help: { en: 'Batches on which each channel is switched off once.', zh: '逐一关闭各通道进行度量所用的批数。' },
      minimum: 1, maximum: 1000, default: 10, advanced: true, when: { parameter: 'attention', in: [true] }
    })
  },
  losses: { ...commonLosses('task'), maps: { en: 'Feature maps', zh: '特征图' }, head: { en: 'Head', zh: '分类头' } },
  recipe: { classWeights: true },
  create: (context, { alpha, beta, headFactor: factor, blocks: chosen, attention, attentionEpochs, attentionBatches }) => {
    const source = sourceOf(context)
    const { network, headReplaced } = withHeadFor(source, context.classes, context.training.seed)
    noteHead(context, headReplaced)
    const names = chosen.length > 0 ? chosen : lastOfEverySize(source)
    const weights = names.map((name) => uniform(name, source.sizeOf(name).at(-1)!))
    const probe = attention && headReplaced ? withHeadFor(source, context.classes, context.training.seed, { newHead: true }).network : undefined
    const stage: GradientStage = {
      ...fineTuningStage(context, {
        network,
        groups: () => allGroups(network, factor),
        blocks: names,
        terms: ({ inputs, blocks: maps }) => {
          const wanted = source.outputs(inputs, names, inference).blocks
          const distances = maps.map((map, index) => deltaDistance(
            map as tf.Tensor4D, wanted[index] as tf.Tensor4D, weights[index]!.variable as tf.Tensor as tf.Tensor1D
          ))
          return {
            maps: tf.mul(tf.addN(distances), alpha) as tf.Scalar,
            head: tf.mul(squaredDistance(network.trainableOf('head')), beta) as tf.Scalar
          }
        }
      }),
      state: () => new Map(weights.map(({ key, variable }) => [key, variable])),
      ...(attention && {
        begin: async ({ streams, signal }) => {
          const scores = await channelScores(probe ?? source, names, streams.target!, attentionBatches, signal)
          tf.tidy(() => {
            for (const [index, { variable }] of weights.entries()) variable.assign(tf.tensor1d(channelAttention(scores[index]!)))
          })
        }
      })
    }
    return {
      network,
      stages: [...(probe ? [probeStage(context, probe, attentionEpochs)] : []), stage],
      dispose: () => {
        network.dispose()
        probe?.dispose()
        for (const { variable } of weights) variable.dispose()
      }
    }
  }
})

let instances = 0

/** Attention that weighs all channels alike. */
function uniform(name: string, channels: number): { key: string, variable: tf.Variable } {
  const key = `attention-${name}`
  return { key, variable: tf.tidy(() => tf.variable(tf.fill([channels], 1 / channels), false, `delta${++instances}/${key}`)) }
}

function probeStage(context: MethodContext, probe: Network, epochs: number): GradientStage {
  return {
    kind: 'gradient',
    name: { en: 'Measuring channels', zh: '度量通道' },
    streams: ['target'],
    featuresOf: probe,
    epochs,
    pretext: true,
    groups: () => [{ name: 'head', variables: probe.trainableOf('head'), learningRateFactor: 1 }],
    step: (batches, position) => {
      const { inputs, labels, classWeights } = targetBatch(batches)
      const logits = probe.logits(inputs as tf.Tensor as tf.Tensor2D, {
        training: true, randomKey: [context.training.seed, position.stage, position.step]
      })
      return { losses: { total: crossEntropy(logits, labels, classWeights) }, logits }
    },
    state: () => new Map([...probe.weightsOf('head')].map(([name, variable]) => [`probe.${name}`, variable]))
  }
}

/**
 * Of the blocks that give maps, the last one before each change of the map's size. A block that ends in global pooling
 * gives none: in a ResNet the last size is compared at the block before its last.
 */
function lastOfEverySize(network: Network): string[] {
  const sizes = network.blockNames.map((name) => ({ name, size: network.sizeOf(name) }))
  const maps = sizes.filter(({ size }) => size.length === 3)
  const last = maps.filter(({ size }, index) => maps[index + 1]?.size[0] !== size[0])
  return (last.length > 0 ? last : sizes.slice(-1)).map(({ name }) => name)
}
