import type { Block, Layer } from '../network/definition'
import { denseHead, imageNetNormalisation, normalisedConvolution, normalisedDepthwise, square, squeezeExcitation } from './shared/layers'
import { defineArchitecture } from './shared/architecture'
import { asTensorFlow, lukemelasNames, placeIn, timmNames, type Parts } from './shared/inverted-residuals'
import { readAsPyTorchs, type LayerNames } from './shared/layer-names'

/** Expansion, kernel size, output channels, repeats, stride of the first repeat: table 1 of the paper. */
const stages = [
  [1, 3, 16, 1, 1], [6, 3, 24, 2, 2], [6, 5, 40, 2, 2], [6, 3, 80, 3, 2], [6, 5, 112, 3, 1], [6, 5, 192, 4, 2], [6, 3, 320, 1, 1]
] as const

const initialisation = 'he-normal'

function invertedResidual(
  name: string, input: number, output: number, { expansion, size, stride }: { expansion: number, size: number, stride: number }
): Block {
  const expanded = input * expansion
  const silu = (layer: string): Layer => ({ kind: 'silu', name: layer })
  return {
    name,
    title: `Inverted residual ${output}`,
    layers: [
      ...(expansion === 1 ? [] : [...normalisedConvolution('expansion', { filters: expanded, size: 1 }), silu('activation1')]),
      ...normalisedDepthwise('depthwise', { size, stride, padding: Math.floor(size / 2), initialisation }),
      silu('activation2'),
      // A quarter of what goes into the block, not of what it is expanded to.
      ...squeezeExcitation({ of: 'activation2', channels: expanded, squeezed: input / 4, activation: 'silu', gate: 'sigmoid', initialisation }),
      ...normalisedConvolution('projection', { filters: output, size: 1 }),
      ...(stride === 1 && input === output ? [{ kind: 'add' as const, name: 'add', inputs: ['projection-normalisation', 'input'] }] : [])
    ]
  }
}

function body(): Block[] {
  let input = 32
  return stages.flatMap(([expansion, size, output, repeats, firstStride], stage) => Array.from({ length: repeats }, (_, index) => {
    const block = invertedResidual(`stage${stage + 1}-${index + 1}`, input, output, { expansion, size, stride: index === 0 ? firstStride : 1 })
    input = output
    return block
  }))
}

const repeats = stages.map(([, , , count]) => count)
const placeOf = (block: string) => placeIn(repeats, block)

/** torchvision: a list of features by stage; within a block a list of what it has. */
const torchNames: LayerNames = {
  id: 'torchvision',
  title: 'PyTorch (torchvision)',
  layer(block, layer) {
    const part = layer.endsWith('-normalisation') ? 1 : 0
    if (block === 'stem') return `features.0.${part}`
    if (block === 'last') return `features.8.${part}`
    const at = placeOf(block)
    if (!at) return undefined
    const first = at.stage === 1 ? 0 : 1
    const name = `features.${at.stage}.${at.index - 1}.block`
    switch (layer.replace('-normalisation', '')) {
      case 'expansion': return first === 0 ? undefined : `${name}.0.${part}`
      case 'depthwise': return `${name}.${first}.${part}`
      case 'squeeze-reduction': return `${name}.${first + 1}.fc1`
      case 'squeeze-expansion': return `${name}.${first + 1}.fc2`
      case 'projection': return `${name}.${first + 2}.${part}`
      default: return undefined
    }
  },
  heads: ['classifier.1', 'classifier', 'fc', 'head']
}

const huggingFaceParts: Parts = {
  'expansion': 'expansion.expand_conv', 'expansion-normalisation': 'expansion.expand_bn', 'depthwise': 'depthwise_conv.depthwise_conv',
  'depthwise-normalisation': 'depthwise_conv.depthwise_norm', 'squeeze-reduction': 'squeeze_excite.reduce',
  'squeeze-expansion': 'squeeze_excite.expand', 'projection': 'projection.project_conv', 'projection-normalisation': 'projection.project_bn'
}

/** Hugging Face, whose weights are Google's. */
const huggingFaceNames: LayerNames = {
  id: 'hugging-face',
  title: 'PyTorch (Hugging Face)',
  layer(block, layer) {
    if (block === 'stem') return layer === 'convolution' ? 'embeddings.convolution' : 'embeddings.batchnorm'
    if (block === 'last') return layer === 'convolution' ? 'encoder.top_conv' : 'encoder.top_bn'
    const [at, part] = [placeOf(block), huggingFaceParts[layer]]
    return !at || part === undefined ? undefined : `encoder.blocks.${at.before}.${part}`
  },
  heads: ['classifier'],
  adapt: asTensorFlow(0.01)
}

/**
 * Tan and Le 2019, arXiv:1905.11946; padding and epsilon as torchvision and timm have them. Kernels are drawn as the authors' code
 * does; a new head starts as PyTorch's. Whole residual branches are not dropped in training (stochastic depth, 0.2).
 */
export const efficientnetB0 = defineArchitecture({
  id: 'efficientnet-b0',
  title: { en: 'EfficientNet-B0', zh: 'EfficientNet-B0' },
  summary: {
    en: 'Inverted residuals with squeeze-and-excitation, searched for accuracy per multiplication.', zh: '带压缩激励的倒残差网络，按每次乘法的准确率搜索得到。'
  },
  reference: 'Tan & Le 2019',
  defaultInput: square(224),
  normalisation: imageNetNormalisation,
  parameters: {},
  names: [
    torchNames,
    // `efficientnet_b0`, padded as PyTorch does; `tf_efficientnet_b0` has the same names and says nothing of its padding.
    timmNames({ place: placeOf, assumed: readAsPyTorchs('efficientnet_b0') }),
    // Whose weights are Google's.
    lukemelasNames('PyTorch (efficientnet_pytorch)', placeOf, { adapt: asTensorFlow(0.01) }),
    huggingFaceNames
  ],
  build: (_input, classes) => ({
    blocks: [
      {
        name: 'stem',
        title: 'Convolution 32',
        layers: [...normalisedConvolution('convolution', { filters: 32, size: 3, stride: 2 }), { kind: 'silu', name: 'activation' }]
      },
      ...body(),
      {
        name: 'last',
        title: 'Convolution 1280',
        layers: [
          ...normalisedConvolution('convolution', { filters: 1280, size: 1 }),
          { kind: 'silu', name: 'activation' },
          { kind: 'global-average-pooling', name: 'pooling' }
        ]
      }
    ],
    head: denseHead(classes, undefined, [{ kind: 'dropout', name: 'dropout', rate: 0.2 }])
  })
})
