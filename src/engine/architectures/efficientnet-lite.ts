import type { Normalisation } from '../../contract/models'
import type { Block } from '../network/definition'
import { defineArchitecture } from './shared/architecture'
import { lukemelasNames, placeIn, timmNames } from './shared/inverted-residuals'
import { readAsTensorFlows, type LayerNames } from './shared/layer-names'
import { denseHead, normalisedConvolution, normalisedDepthwise, roundedFilters, square } from './shared/layers'

/** Of TensorFlow's code: ε, and 1 − 0.99 of its moving averages. */
const normalisation = { epsilon: 1e-3, momentum: 0.01 }

/** Expansion, kernel size, output channels, repeats, stride of the first repeat: B0's, of the paper's table 1. */
const stages = [
  [1, 3, 16, 1, 1], [6, 3, 24, 2, 2], [6, 5, 40, 2, 2], [6, 3, 80, 3, 2], [6, 5, 112, 3, 1], [6, 5, 192, 4, 2], [6, 3, 320, 1, 1]
] as const

/** Width, depth, side of the images, dropout before the head: `efficientnet_lite_builder.py`. */
const variants = [[1, 1, 224, 0.2], [1, 1.1, 240, 0.2], [1.1, 1.2, 260, 0.3], [1.2, 1.4, 280, 0.3], [1.4, 1.8, 300, 0.3]] as const

/** (byte − 127) / 128, as the authors' `MEAN_RGB` and `STDDEV_RGB`. */
const byteNormalisation = (channels: number): Normalisation => ({
  mean: Array.from({ length: channels }, () => 127 / 255), standardDeviation: Array.from({ length: channels }, () => 128 / 255)
})

function invertedResidual(
  name: string, { input, output, expansion, size, stride }: { input: number, output: number, expansion: number, size: number, stride: number }
): Block {
  return {
    name,
    title: `Inverted residual ${output}`,
    layers: [
      ...(expansion === 1 ? [] : [
        ...normalisedConvolution('expansion', { filters: input * expansion, size: 1, padding: 'same', normalisation }),
        { kind: 'relu6' as const, name: 'relu1' }
      ]),
      ...normalisedDepthwise('depthwise', { size, stride, padding: 'same', initialisation: 'he-normal', normalisation }),
      { kind: 'relu6', name: 'relu2' },
      ...normalisedConvolution('projection', { filters: output, size: 1, padding: 'same', normalisation }),
      ...(stride === 1 && input === output ? [{ kind: 'add' as const, name: 'add', inputs: ['projection-normalisation', 'input'] }] : [])
    ]
  }
}

const filtersAt = (count: number, width: number): number => roundedFilters(count * width)

/** How often a stage, counted from 0, repeats its block. Stem, first and last stage keep their size in every variant. */
function repeatsOf(stage: number, depth: number): number {
  const [, , , repeats] = stages[stage]!
  return stage === 0 || stage === stages.length - 1 ? repeats : Math.ceil(repeats * depth)
}

function body(width: number, depth: number): Block[] {
  let input = 32
  return stages.flatMap(([expansion, size, filters, , firstStride], stage) => {
    const output = filtersAt(filters, width)
    return Array.from({ length: repeatsOf(stage, depth) }, (_, index) => {
      const block = invertedResidual(`stage${stage + 1}-${index + 1}`, { input, output, expansion, size, stride: index === 0 ? firstStride : 1 })
      input = output
      return block
    })
  })
}

/** With timm's `tf_efficientnet_lite0` … `lite4`. */
function namesOf(variant: number, depth: number): LayerNames[] {
  const repeats = stages.map((_, stage) => repeatsOf(stage, depth))
  const place = (block: string) => placeIn(repeats, block)
  return [lukemelasNames('PyTorch (efficientnet_lite_pytorch)', place), timmNames({ place, assumed: readAsTensorFlows(`efficientnet_lite${variant}`) })]
}

/**
 * Tan and Le 2019, arXiv:1905.11946, as TensorFlow's EfficientNet-Lite has it: no squeeze-and-excitation, ReLU6, stem and last
 * convolution of one size. Graft leaves out the drop of whole residual branches in training (drop connect, 0.2), and a new head
 * starts as PyTorch's.
 */
function efficientnetLite(variant: 0 | 1 | 2 | 3 | 4) {
  const [width, depth, side, dropout] = variants[variant]
  return defineArchitecture({
    id: `efficientnet-lite${variant}`,
    title: { en: `EfficientNet-Lite${variant}`, zh: `EfficientNet-Lite${variant}` },
    summary: variant === 0
      ? {
          en: 'Inverted residuals whose width, depth and image size were searched together, for small devices.',
          zh: '宽度、深度与图像尺寸联合搜索得到的倒残差网络，适合小型设备。'
        }
      : {
          en: `Lite0 grown in width, depth and image size: for images of ${side} pixels.`, zh: `在宽度、深度与图像尺寸上放大的 Lite0：适用于 ${side} 像素的图像。`
        },
    reference: 'Tan & Le 2019',
    defaultInput: square(side),
    normalisation: byteNormalisation,
    parameters: {},
    names: namesOf(variant, depth),
    build: (_input, classes) => ({
      blocks: [
        {
          name: 'stem',
          title: 'Convolution 32',
          layers: [
            ...normalisedConvolution('convolution', { filters: 32, size: 3, stride: 2, padding: 'same', normalisation }),
            { kind: 'relu6', name: 'relu' }
          ]
        },
        ...body(width, depth),
        {
          name: 'last',
          title: 'Convolution 1280',
          layers: [
            ...normalisedConvolution('convolution', { filters: 1280, size: 1, padding: 'same', normalisation }),
            { kind: 'relu6', name: 'relu' },
            { kind: 'global-average-pooling', name: 'pooling' }
          ]
        }
      ],
      head: denseHead(classes, undefined, [{ kind: 'dropout', name: 'dropout', rate: dropout }])
    })
  })
}

export const efficientnetLites = ([0, 1, 2, 3, 4] as const).map(efficientnetLite)
