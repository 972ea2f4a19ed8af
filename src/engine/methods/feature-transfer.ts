import { blocks } from '../../contract/parameters'
import { copyWeights } from '../surgery/surgery'
import { fineTuningStage } from './shared/fine-tuning'
import { defineMethod } from './shared/method'
import { allGroups, noteHead, sourceOf } from './shared/supervised'

/**
 * Yosinski et al. 2014, arXiv:1411.1792: some named blocks of the source copied, each then frozen (their A-n-B) or
 * tuned (A-n-B⁺); every other block new. With a study over the copied blocks it gives the depth-of-transfer curve.
 */
export const featureTransfer = defineMethod({
  id: 'feature-transfer',
  title: { en: 'Feature transfer', zh: '特征迁移' },
  summary: {
    en: 'Copies the blocks you choose from the source, each kept as it is or trained further; the rest starts anew.',
    zh: '从源模型复制所选的块，每个块可保持不变或继续训练；其余部分重新开始。'
  },
  sentence: {
    en: 'Copy {copied} of {source}, keep {frozen} as they are, and train the rest on {images} of {target}.',
    zh: '复制 {source} 的 {copied}，保持 {frozen} 不变，其余部分在 {target} 的 {images} 上训练。'
  },
  reference: 'Yosinski et al. 2014',
  family: 'features',
  blocks: 'copied',
  needs: { sourceModel: true, sourceData: false, targetLabels: 'some', classes: 'any' },
  parameters: {
    copied: blocks({
      label: { en: 'Copied blocks', zh: '复制的块' },
      help: { en: 'Blocks that start with the source\'s weights; all of them when none is named.', zh: '以源模型权重为起点的块；未指定时为全部。' },
      default: [], none: { en: 'all blocks', zh: '所有块' }
    }),
    frozen: blocks({
      label: { en: 'Frozen blocks', zh: '冻结的块' },
      help: { en: 'Copied blocks that stay as they are; the others are trained further.', zh: '保持不变的已复制块；其余的继续训练。' },
      default: [], none: { en: 'none', zh: '（无）' }, among: 'copied'
    })
  },
  recipe: { classWeights: true },
  create: (context, { copied, frozen }) => {
    const source = sourceOf(context)
    const chosen = copied.length === 0 ? source.blockNames : copied
    if (frozen.some((block) => !chosen.includes(block))) throw new Error('Only what is copied is frozen, or the blocks are refused before')
    const network = context.freshNetwork()
    copyWeights(source, network, chosen)
    noteHead(context, true)
    return {
      network,
      stages: [fineTuningStage(context, {
        network,
        groups: () => allGroups(network).filter(({ name }) => !frozen.includes(name)),
        frozen: () => frozen
      })],
      dispose: () => network.dispose()
    }
  }
})
