import * as tf from '@tensorflow/tfjs-core'
import { integer, number } from '../../contract/parameters'
import { crossEntropy } from '../maths/cross-entropy'
import { smoothLabels, softCrossEntropy } from '../maths/soft-labels'
import type { Network } from '../network/network'
import { withBottleneck } from '../surgery/surgery'
import { adaptationNeeds, sourceBatch, startsTrained } from './shared/adaptation'
import { defineMethod, type MethodContext } from './shared/method'
import { allGroups, startOf } from './shared/supervised'
import { fixedBlocks, trainedOf, trainedParameter, withoutFixed } from './shared/trained-blocks'

/** No adaptation: trained on the source alone and used on the target as it is. Every adaptation has to beat this. */
export const sourceOnly = defineMethod({
  id: 'source-only',
  title: { en: 'Source only', zh: '仅用源数据' },
  summary: {
    en: 'Trains on the labelled source images alone and uses the result on the target. The control that every adaptation has to beat.',
    zh: '只用带标签的源图像训练，并直接用于目标。这是每种域适应都必须胜过的对照。'
  },
  sentence: {
    en: 'Train {source} on the labelled source images and use it on {target} as it is.',
    zh: '用带标签的源图像训练 {source}，并直接用于 {target}。'
  },
  reference: 'Control',
  family: 'baseline',
  blocks: 'copied',
  needs: adaptationNeeds,
  parameters: {
    ...trainedParameter,
    labelSmoothing: number({
      label: { en: 'Label smoothing', zh: '标签平滑' },
      help: {
        en: 'Share of each label that is spread over all classes; 0.1 for a model that SHOT is to adapt later.',
        zh: '每个标签中均分给所有类别的份额；若之后用 SHOT 适应，取 0.1。'
      },
      minimum: 0, maximum: 0.9, default: 0, advanced: true
    }),
    bottleneck: integer({
      label: { en: 'Bottleneck', zh: '瓶颈层' },
      help: {
        en: 'Units of a new layer with batch normalisation before the head, 0 for none; 256 for a model that SHOT is to adapt later.',
        zh: '分类头之前新增的带批归一化的层的单元数，0 表示不加；若之后用 SHOT 适应，取 256。'
      },
      minimum: 0, maximum: 4096, default: 0, advanced: true
    })
  },
  recipe: { classWeights: true },
  create: (context, { labelSmoothing, bottleneck, trainedBlocks }) => {
    const network = networkOf(context, bottleneck)
    // A bottleneck that was just added is new: it has to learn.
    const kept = fixedBlocks(network, trainedOf(trainedBlocks))
    const frozen = new Set([...kept].filter((name) => bottleneck === 0 || name !== 'bottleneck'))
    const cached = frozen.size === network.blockNames.length && context.training.augmentation === 'none'
    return {
      network,
      stages: [{
        kind: 'gradient',
        name: { en: 'Training on the source', zh: '在源数据上训练' },
        streams: ['source'],
        startCompetes: startsTrained(context) && bottleneck === 0,
        ...(cached && { featuresOf: network }),
        groups: () => withoutFixed(allGroups(network), frozen),
        step: (batches, position) => {
          const { inputs, labels, classWeights } = sourceBatch(batches)
          const mode = { training: true, frozen, randomKey: [context.training.seed, position.stage, position.step] }
          const logits = network.logits(cached ? inputs as tf.Tensor as tf.Tensor2D : network.features(inputs, mode), mode)
          const total = labelSmoothing === 0
            ? crossEntropy(logits, labels, classWeights)
            : softCrossEntropy(logits, smoothLabels(labels, logits.shape[1], labelSmoothing), weightsOf(labels, classWeights))
          return { losses: { total }, logits }
        }
      }],
      dispose: () => network.dispose()
    }
  }
})

/** The network that is trained: the start, with a bottleneck where one is asked for and it has none of its own. */
function networkOf(context: MethodContext, bottleneck: number): Network {
  const start = startOf(context)
  if (bottleneck === 0 || start.blockNames.includes('bottleneck')) return start
  try {
    return withBottleneck(start, bottleneck, context.training.seed)
  } finally {
    start.dispose()
  }
}

/** How much each image counts: the weight of its class. */
const weightsOf = (labels: tf.Tensor1D, classWeights: readonly number[] | undefined): tf.Tensor1D | undefined =>
  classWeights && tf.gather(tf.tensor1d([...classWeights]), labels)
