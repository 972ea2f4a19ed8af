import { choice } from '../../../contract/parameters'
import type { Layer } from '../../network/definition'
import type { Network } from '../../network/network'
import type { ParameterGroup } from '../../training/stage'

const options = {
  all: { value: 'all', label: { en: 'All of it', zh: '全部' } },
  last: { value: 'last', label: { en: 'Its last block', zh: '最后一块' } },
  none: { value: 'none', label: { en: 'None: it stays as it is', zh: '不训练：保持原样' } }
}

/** What of the backbone is trained beside the head. */
export type TrainedBlocks = keyof typeof options

const label = { en: 'Backbone that is trained', zh: '训练的主干' }

/** For methods that have something to learn in the head alone. */
export const trainedParameter = {
  trainedBlocks: choice({
    label,
    help: {
      en: 'What is not trained stays as the source has it, with its batch statistics: often best for few photographs and a large trained network, and much quicker.',
      zh: '不训练的部分与源完全一致，包括其批统计量：照片较少而网络较大时往往效果最好，也快得多。'
    },
    options: [options.all, options.last, options.none], default: 'all', advanced: true
  })
}

/** For methods that work by moving features: with none of the backbone trained there would be nothing to move. */
export const trainedFeatures = {
  trainedBlocks: choice({
    label,
    help: {
      en: 'What is not trained stays as the source has it, with its batch statistics. The method works by moving features, so one block at least is trained.',
      zh: '不训练的部分与源完全一致，包括其批统计量。该方法靠改变特征起作用，因此至少要训练一块。'
    },
    options: [options.all, options.last], default: 'all', advanced: true
  })
}

/** Fresh weights that are not trained would be noise. */
export const trainedWhile = { parameter: 'trainedBlocks', in: ['last', 'none'] }

/** The setting, wherever a choice of texts comes from. */
export const trainedOf = (value: string): TrainedBlocks => value === 'last' || value === 'none' ? value : 'all'

const withKernel: readonly Layer['kind'][] = ['convolution', 'depthwise-convolution', 'dense', 'attention']

/**
 * Names of the blocks that stay as they are. The last block is the last that has a kernel, with what follows: transformers and
 * ConvNeXt end in a block that is a normalisation alone.
 */
export function fixedBlocks({ definition: { blocks } }: Pick<Network, 'definition'>, trained: TrainedBlocks): ReadonlySet<string> {
  if (trained === 'all') return new Set()
  const last = blocks.findLastIndex(({ layers }) => layers.some(({ kind }) => withKernel.includes(kind)))
  return new Set((trained === 'last' ? blocks.slice(0, last) : blocks).map(({ name }) => name))
}

/** The groups whose blocks are trained. */
export const withoutFixed = (groups: readonly ParameterGroup[], fixed: ReadonlySet<string>): ParameterGroup[] =>
  groups.filter(({ name }) => !fixed.has(name))
