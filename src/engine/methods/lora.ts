import { GraftError } from '../../contract/errors'
import { blocks, choice, integer, number } from '../../contract/parameters'
import { withHeadFor } from '../surgery/surgery'
import { fineTuningStage, headFactor } from './shared/fine-tuning'
import { adaptedKernels, LowRankUpdates } from './shared/low-rank'
import { defineMethod } from './shared/method'
import { noteHead, sourceOf } from './shared/supervised'

/**
 * Hu et al. 2021, arXiv:2106.09685, equation 3: W + α/r · A B with W frozen, A and B of rank r. A begins as PEFT has it (Kaiming
 * uniform, U(±1/√fan-in)), B at zero, so that the start answers as the source. Graft keeps W with the update added all along: a
 * run's network is a plain one at every epoch, in exports and in evaluation. The head is trained whole.
 */
export const lora = defineMethod({
  id: 'lora',
  title: { en: 'LoRA', zh: 'LoRA' },
  summary: {
    en: 'Keeps the source\'s weights and learns small updates of low rank beside them, and the head. Very few numbers move.',
    zh: '保持源模型权重不变，只学习附加的低秩更新与分类头。变动的参数极少。'
  },
  sentence: {
    en: 'Keep the weights of {source} and learn updates of low rank to them on {images} of {target}.',
    zh: '保持 {source} 的权重，在 {target} 的 {images} 上学习其低秩更新。'
  },
  reference: 'Hu et al. 2021',
  family: 'parameters',
  blocks: 'copied',
  needs: { sourceModel: true, sourceData: false, targetLabels: 'some', classes: 'any' },
  parameters: {
    rank: integer({
      label: { en: 'Rank (r)', zh: '秩（r）' },
      help: {
        en: 'How many directions each update has. More can learn more, and more numbers move.', zh: '每个更新的方向数。越大能学到的越多，变动的参数也越多。'
      },
      minimum: 1, maximum: 256, default: 8
    }),
    alpha: number({
      label: { en: 'Scale (α)', zh: '缩放（α）' },
      help: { en: 'The update counts α / r times. Changing it is much like changing the learning rate.', zh: '更新乘以 α / r。改变它大致等同于改变学习率。' },
      minimum: 0.1, maximum: 1024, default: 8, scale: 'logarithmic'
    }),
    layers: choice({
      label: { en: 'Layers', zh: '层' },
      help: {
        en: 'A transformer\'s attention alone, as the paper has it, or every convolution and dense layer. Networks without attention take every one.',
        zh: '仅 Transformer 的注意力层（如论文所述），或全部卷积层与全连接层。没有注意力的网络取全部。'
      },
      options: [
        { value: 'attention', label: { en: 'Attention', zh: '注意力' } }, { value: 'all', label: { en: 'All', zh: '全部' } }
      ],
      default: 'attention'
    }),
    blocks: blocks({
      label: { en: 'Blocks', zh: '块' },
      help: { en: 'Where updates are learned; all blocks where none is named.', zh: '学习更新的块；不指定时为全部块。' },
      default: [], none: { en: 'all blocks', zh: '全部块' }
    }),
    headFactor
  },
  recipe: { classWeights: true },
  create: (context, { rank, alpha, layers, blocks: named, headFactor: factor }) => {
    const source = sourceOf(context)
    const kernels = adaptedKernels(source.definition, { attentionOnly: layers === 'attention', blocks: named })
    if (kernels.length === 0) throw nothingToAdapt(named)
    const { network, headReplaced } = withHeadFor(source, context.classes, context.training.seed)
    noteHead(context, headReplaced)
    const updates = new LowRankUpdates(network, kernels, { rank, scale: alpha / rank, seed: context.training.seed })
    const stage = fineTuningStage(context, {
      network,
      frozen: () => network.blockNames,
      weights: () => updates.updated(),
      groups: () => [
        { name: 'head', variables: network.trainableOf('head'), learningRateFactor: factor },
        { name: 'updates', variables: updates.variables, learningRateFactor: 1 }
      ]
    })
    const count = [...updates.variables.values()].reduce((sum, { size }) => sum + size, 0)
    context.note({
      en: `Of the backbone ${count.toLocaleString('en')} numbers are learned, in ${kernels.length} layers.`,
      zh: `主干中学习 ${count.toLocaleString('en')} 个数，分布在 ${kernels.length} 层。`
    })
    return {
      network,
      stages: [{ ...stage, afterStep: () => updates.merge(), state: () => updates.variables }],
      dispose: () => {
        updates.dispose()
        network.dispose()
      }
    }
  }
})

/** With no update only the head would be trained, under another name. */
function nothingToAdapt(named: readonly string[]): GraftError {
  const [en, zh] = named.length === 0 ? ['The source', '源模型'] : [named.join(', '), named.join('、')]
  return new GraftError('nothing-to-adapt', {
    en: `${en} has no layer that LoRA would adapt: no update would be learned.`, zh: `${zh} 中没有 LoRA 可调整的层：学不到任何更新。`
  }, {
    field: 'method.params.blocks', usage: true,
    remedy: {
      en: 'Name blocks with attention, or set Layers (layers) to all; to train the head alone, choose linear-probe.',
      zh: '请指定含有注意力的块，或将“层”（layers）设为 all；若只训练分类头，请选择 linear-probe。'
    }
  })
}
