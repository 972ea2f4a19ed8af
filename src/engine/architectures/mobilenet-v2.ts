import type { Block } from '../network/definition'
import { denseHead, imageNetNormalisation, normalisedConvolution, normalisedDepthwise, square, width } from './shared/layers'
import { defineArchitecture } from './shared/architecture'

/** Expansion, output channels, repeats, stride: table 2 of the paper. */
const stages = [[1, 16, 1, 1], [6, 24, 2, 2], [6, 32, 3, 2], [6, 64, 4, 2], [6, 96, 3, 1], [6, 160, 3, 2], [6, 320, 1, 1]] as const

/** Of every weight, as the authors' code (TensorFlow's slim). */
const initialisation = 'truncated-normal'

function invertedResidual(name: string, input: number, output: number, expansion: number, stride: number): Block {
  return {
    name,
    title: `Inverted residual ${output}`,
    layers: [
      ...(expansion === 1 ? [] : [
        ...normalisedConvolution('expansion', { filters: input * expansion, size: 1, padding: 0, initialisation }),
        { kind: 'relu6' as const, name: 'relu1' }
      ]),
      ...normalisedDepthwise('depthwise', { stride, padding: 1, initialisation }),
      { kind: 'relu6', name: 'relu2' },
      ...normalisedConvolution('projection', { filters: output, size: 1, padding: 0, initialisation }),
      ...(stride === 1 && input === output ? [{ kind: 'add' as const, name: 'add', inputs: ['projection-normalisation', 'input'] }] : [])
    ]
  }
}

/** Filters at a width: a multiple of 8 that is no tenth below, as the authors' own code has it. */
function filtersAt(count: number, factor: number): number {
  const rounded = Math.max(8, Math.floor((count * factor + 4) / 8) * 8)
  return rounded < 0.9 * count * factor ? rounded + 8 : rounded
}

function body(factor: number): Block[] {
  let channels = filtersAt(32, factor)
  return stages.flatMap(([expansion, filters, repeats, firstStride], stage) => Array.from({ length: repeats }, (_, index) => {
    const output = filtersAt(filters, factor)
    const block = invertedResidual(`stage${stage + 1}-${index + 1}`, channels, output, expansion, index === 0 ? firstStride : 1)
    channels = output
    return block
  }))
}

/** Sandler et al. 2018, arXiv:1801.04381; padding as torchvision. */
export const mobilenetV2 = defineArchitecture({
  id: 'mobilenet-v2',
  title: { en: 'MobileNet v2', zh: 'MobileNet v2' },
  summary: {
    en: 'Inverted residuals with linear bottlenecks: more accurate than v1 at fewer multiplications.',
    zh: '带线性瓶颈的倒残差结构：比 v1 更准确，乘法更少。'
  },
  reference: 'Sandler et al. 2018',
  defaultInput: square(224),
  normalisation: imageNetNormalisation,
  parameters: { width },
  build: (_input, classes, { width: factor }) => ({
    blocks: [
      {
        name: 'stem',
        title: `Convolution ${filtersAt(32, factor)}`,
        layers: [
          ...normalisedConvolution('convolution', { filters: filtersAt(32, factor), size: 3, stride: 2, initialisation }),
          { kind: 'relu6', name: 'relu' }
        ]
      },
      ...body(factor),
      {
        name: 'last',
        title: `Convolution ${filtersAt(1280, Math.max(1, factor))}`,
        layers: [
          ...normalisedConvolution('convolution', { filters: filtersAt(1280, Math.max(1, factor)), size: 1, padding: 0, initialisation }),
          { kind: 'relu6', name: 'relu' },
          { kind: 'global-average-pooling', name: 'pooling' }
        ]
      }
    ],
    head: denseHead(classes, initialisation, [{ kind: 'dropout', name: 'dropout', rate: 0.2 }])
  })
})
