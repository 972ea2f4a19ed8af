import { integer, number } from '../../contract/parameters'
import { withHeadFor } from '../surgery/surgery'
import type { ParameterGroup } from '../training/stage'
import { fineTuningStage, headFactor } from './shared/fine-tuning'
import { defineMethod } from './shared/method'
import { keepRows, noteHead, sourceOf } from './shared/supervised'

/**
 * Yosinski et al. 2014, arXiv:1411.1792: the source's weights as the start, all trained on the target.
 * Layer-wise learning rates and gradual unfreezing as in ULMFiT (Howard and Ruder 2018, arXiv:1801.06146, 3.2 and 3.3),
 * with a block as the layer.
 */
export const fineTuning = defineMethod({
  id: 'fine-tuning',
  title: { en: 'Fine-tuning', zh: '微调' },
  summary: {
    en: 'Starts from the source model\'s weights and trains all of them on the target; the head is new where the classes differ.',
    zh: '以源模型的权重为起点，在目标数据上训练全部权重；类别不同时更换分类头。'
  },
  sentence: {
    en: 'Take the weights of {source} and train them further on {images} of {target}.',
    zh: '以 {source} 的权重为起点，在 {target} 的 {images} 上继续训练。'
  },
  reference: 'Yosinski et al. 2014',
  family: 'parameters',
  blocks: 'copied',
  needs: { sourceModel: true, sourceData: false, targetLabels: 'some', classes: 'any' },
  parameters: {
    layerDecay: number({
      label: { en: 'Layer-wise decay', zh: '逐层衰减' },
      help: {
        en: 'Each block further from the head learns this much slower than the next; 1 treats all alike.',
        zh: '离分类头每远一个块，学习率就乘以该系数；1 表示一视同仁。'
      },
      minimum: 0.1, maximum: 1, default: 1
    }),
    headFactor,
    keepRows,
    unfreezeEvery: integer({
      label: { en: 'Unfreeze a block every (epochs)', zh: '每隔几轮解冻一个块' },
      help: {
        en: 'Starts with the head alone and adds the next block after this many epochs; 0 trains everything from the start.',
        zh: '先只训练分类头，之后每隔这么多轮再解冻一个块；0 表示一开始就全部训练。'
      },
      minimum: 0, maximum: 1000, default: 0
    })
  },
  recipe: { classWeights: true },
  create: (context, { layerDecay, headFactor: factor, unfreezeEvery, keepRows: rows }) => {
    const { network, headReplaced, rowsKept } = withHeadFor(sourceOf(context), context.classes, context.training.seed, { keepRows: rows })
    noteHead(context, headReplaced, rowsKept)
    const fromTheTop = [...network.blockNames].reverse()
    const unfrozen = (epoch: number) =>
      unfreezeEvery === 0 ? fromTheTop : fromTheTop.slice(0, Math.floor(epoch / unfreezeEvery))

    const groups = (epoch: number): ParameterGroup[] => [
      { name: 'head', variables: network.trainableOf('head'), learningRateFactor: factor },
      ...unfrozen(epoch).map((block, depth) => ({
        name: block, variables: network.trainableOf(block), learningRateFactor: layerDecay ** (depth + 1)
      }))
    ]

    return {
      network,
      stages: [fineTuningStage(context, {
        network,
        groups,
        frozen: (epoch) => {
          const training = new Set(unfrozen(epoch))
          return network.blockNames.filter((block) => !training.has(block))
        }
      })],
      dispose: () => network.dispose()
    }
  }
})
