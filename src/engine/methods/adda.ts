import * as tf from '@tensorflow/tfjs-core'
import { integer, number } from '../../contract/parameters'
import { domainCrossEntropy } from '../maths/domain-adversarial'
import { stopGradient } from '../maths/stop-gradient'
import { inference, type Network } from '../network/network'
import { copyWeights, freshLike } from '../surgery/surgery'
import type { GradientStage, ParameterGroup } from '../training/stage'
import { adaptationNeeds, sourceBatch, sourceEpochsParameter, sourceFirstStages, sourceStage, startsTrained, unlabelledBatch } from './shared/adaptation'
import { domainsOf } from './shared/adversarial'
import { commonLosses } from './shared/losses'
import { defineMethod } from './shared/method'
import { allGroups, sourceOf, startOf } from './shared/supervised'
import { discriminator, type Companion } from './shared/vector-network'

/**
 * Tzeng et al. 2017, arXiv:1702.05464, equations 5, 7 and 9: the source's encoder is trained and then fixed; the target
 * gets a copy of it that learns to give outputs which a discriminator takes for the source's. As in the authors' code
 * the discriminator sees the logits (over ReLU features the encoder can die); unlike there the head stays the source's,
 * as in the paper. Dropout is off in the second stage: its noise would tell the discriminator which encoder is which.
 */
export const adda = defineMethod({
  id: 'adda',
  title: { en: 'ADDA', zh: 'ADDA' },
  summary: {
    en: 'First learns the source; then a copy for the target learns features that a discriminator takes for the source\'s.',
    zh: '先学习源数据；然后为目标复制一份编码器，使判别器把它的特征当作源特征。'
  },
  sentence: {
    en: 'Train {source} on the labelled source images, then adapt a copy of it to {images} of {target} against a discriminator.',
    zh: '用带标签的源图像训练 {source}，再与判别器对抗，将其副本适应到 {target} 的 {images}。'
  },
  reference: 'Tzeng et al. 2017',
  family: 'adaptation',
  blocks: 'copied',
  needs: { ...adaptationNeeds, sourceModelWhile: { parameter: 'sourceEpochs', in: [0] } },
  stages: sourceFirstStages,
  parameters: {
    sourceEpochs: sourceEpochsParameter(3),
    adversarialFactor: number({
      label: { en: 'Adversarial learning rate ×', zh: '对抗学习率倍数' },
      help: { en: 'The second stage learns this many times slower or faster than the first.', zh: '第二阶段的学习率是第一阶段的多少倍。' },
      minimum: 0.001, maximum: 10, default: 0.2, scale: 'logarithmic', advanced: true
    }),
    hidden: integer({
      label: { en: 'Discriminator units', zh: '判别器单元数' },
      help: { en: 'Units of each of the discriminator\'s two hidden layers.', zh: '判别器两个隐藏层各自的单元数。' },
      minimum: 1, maximum: 8192, default: 500, advanced: true
    })
  },
  trainingDefaults: { optimizer: 'adam', learningRate: 0.001, batchSize: 128 },
  recipe: { classWeights: true, wholeBatches: true },
  losses: { ...commonLosses('task'), discriminator: { en: 'Discriminator', zh: '判别器' }, encoder: { en: 'Encoder', zh: '编码器' } },
  create: (context, { sourceEpochs, adversarialFactor, hidden }) => {
    // Without epochs on the source its encoder is the source model's, which there must be then.
    if (sourceEpochs === 0) sourceOf(context)
    const { seed } = context.training
    const network = startOf(context)
    const sourceEncoder = freshLike(network, context.classes, seed)
    const adversary = discriminator({ length: context.classes.length, hidden, seed, batchNormalisation: false })
    const startCompetes = sourceEpochs > 0 || startsTrained(context)
    const adversarial = adversarialStage({ network, sourceEncoder, adversary, seed, adversarialFactor, startCompetes })
    return {
      network,
      stages: sourceEpochs > 0 ? [sourceStage(context, network, { epochs: sourceEpochs, groups: allGroups(network) }), adversarial] : [adversarial],
      dispose: () => {
        network.dispose()
        sourceEncoder.dispose()
        adversary.dispose()
      }
    }
  }
})

interface Parts { network: Network, sourceEncoder: Network, adversary: Companion, seed: number, adversarialFactor: number, startCompetes: boolean }

function adversarialStage({ network, sourceEncoder, adversary, seed, adversarialFactor, startCompetes }: Parts): GradientStage {
  const target = { training: true, dropout: false }
  const encoder: ParameterGroup[] = allGroups(network).filter(({ name }) => name !== 'head')
    .map((group) => ({ ...group, learningRateFactor: adversarialFactor }))
  const blocks = [...network.blockNames, 'head']
  return {
    kind: 'gradient',
    name: { en: 'Adversarial adaptation', zh: '对抗适应' },
    streams: ['source', 'target-unlabelled'],
    wholeBatches: true,
    startCompetes,
    begin: () => {
      copyWeights(network, sourceEncoder, blocks)
      return Promise.resolve()
    },
    groups: () => [adversary.group(adversarialFactor)],
    step: (batches, position) => {
      const { inputs } = sourceBatch(batches)
      const images = unlabelledBatch(batches)
      const sources = sourceEncoder.forward(inputs, inference)
      const targets = network.forward(images, { ...target, statisticsMomentum: 0 })
      const logits = adversary.outputs(stopGradient(tf.concat([sources, targets])), [seed, position.stage, position.step])
      const discriminatorLoss = domainCrossEntropy(logits, domainsOf(sources.shape[0], targets.shape[0]))
      return { losses: { total: tf.clone(discriminatorLoss), discriminator: discriminatorLoss } }
    },
    further: [{
      groups: () => encoder,
      step: (batches, position) => {
        const outputs = network.forward(unlabelledBatch(batches), target)
        const logits = adversary.outputs(outputs, [seed, position.stage, position.step])
        const encoderLoss = domainCrossEntropy(logits, tf.ones([outputs.shape[0]]) as tf.Tensor1D)
        return { losses: { total: tf.clone(encoderLoss), encoder: encoderLoss } }
      }
    }],
    state: () => new Map([
      ...adversary.variables,
      ...[...sourceEncoder.weights].map(([name, variable]): [string, tf.Variable] => [`source/${name}`, variable])
    ]),
    source: {
      features: (inputs) => sourceEncoder.features(inputs as tf.Tensor4D, inference),
      logits: (features) => sourceEncoder.logits(features, inference)
    }
  }
}
