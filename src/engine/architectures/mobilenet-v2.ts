import type { Block } from '../network/definition'
import { denseHead, evenNormalisation, imageNetNormalisation, normalisedConvolution, normalisedDepthwise, roundedFilters, square, width } from './shared/layers'
import { defineArchitecture } from './shared/architecture'
import { asTensorFlow, placeIn, timmNames } from './shared/inverted-residuals'
import type { LayerNames } from './shared/layer-names'

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

/** Filters at a width, rounded as the authors' own code has it. */
const filtersAt = (count: number, factor: number): number => roundedFilters(count * factor)

function body(factor: number): Block[] {
  let channels = filtersAt(32, factor)
  return stages.flatMap(([expansion, filters, repeats, firstStride], stage) => Array.from({ length: repeats }, (_, index) => {
    const output = filtersAt(filters, factor)
    const block = invertedResidual(`stage${stage + 1}-${index + 1}`, channels, output, expansion, index === 0 ? firstStride : 1)
    channels = output
    return block
  }))
}

const repeats = stages.map(([, , count]) => count)
const placeOf = (block: string) => placeIn(repeats, block)

/** Place of a layer in torchvision's `conv`: expansion 0, depthwise 1, projection 2 and 3; without expansion one less. */
const torchParts: Record<string, [expanded: string, plain: string | undefined]> = {
  'expansion': ['conv.0.0', undefined],
  'expansion-normalisation': ['conv.0.1', undefined],
  'depthwise': ['conv.1.0', 'conv.0.0'],
  'depthwise-normalisation': ['conv.1.1', 'conv.0.1'],
  'projection': ['conv.2', 'conv.1'],
  'projection-normalisation': ['conv.3', 'conv.2']
}

/** torchvision: one list of features. */
const torchNames: LayerNames = {
  id: 'torchvision',
  title: 'PyTorch (torchvision)',
  layer(block, layer) {
    if (block === 'stem') return layer === 'convolution' ? 'features.0.0' : 'features.0.1'
    if (block === 'last') return layer === 'convolution' ? 'features.18.0' : 'features.18.1'
    const at = placeOf(block)
    const part = at && torchParts[layer]?.[at.stage === 1 ? 1 : 0]
    return at === undefined || part === undefined ? undefined : `features.${at.before + 1}.${part}`
  },
  heads: ['classifier.1', 'classifier', 'fc', 'head'],
  normalisation: imageNetNormalisation
}

const kerasParts: Record<string, string> = {
  'expansion': 'expand',
  'expansion-normalisation': 'expand_BN',
  'depthwise': 'depthwise',
  'depthwise-normalisation': 'depthwise_BN',
  'projection': 'project',
  'projection-normalisation': 'project_BN'
}

/** Keras applications: padding as TensorFlow's `same`, and its own epsilon. */
const kerasNames: LayerNames = {
  id: 'keras-applications',
  title: 'Keras applications',
  layer(block, layer) {
    if (block === 'stem') return layer === 'convolution' ? 'Conv1' : 'bn_Conv1'
    if (block === 'last') return layer === 'convolution' ? 'Conv_1' : 'Conv_1_bn'
    const [at, part] = [placeOf(block), kerasParts[layer]]
    if (at === undefined || part === undefined) return undefined
    return at.before === 0 ? `expanded_conv_${part}` : `block_${at.before}_${part}`
  },
  heads: ['predictions', 'Logits', 'dense'],
  adapt: asTensorFlow(0.001),
  normalisation: evenNormalisation
}

const huggingFaceParts: Record<string, string> = { expansion: 'expand_1x1', depthwise: 'conv_3x3', projection: 'reduce_1x1' }

/** Hugging Face, whose weights are Google's: padding as TensorFlow's `same`, and its epsilon. The first inverted residual lies in the stem. */
const huggingFaceNames: LayerNames = {
  id: 'hugging-face',
  title: 'PyTorch (Hugging Face)',
  layer(block, layer) {
    const part = layer.endsWith('-normalisation') ? 'normalization' : 'convolution'
    if (block === 'stem') return `conv_stem.first_conv.${part}`
    if (block === 'last') return `conv_1x1.${part}`
    const [at, way] = [placeOf(block), huggingFaceParts[layer.replace('-normalisation', '')]]
    if (at === undefined || way === undefined) return undefined
    return at.before === 0 ? `conv_stem.${way}.${part}` : `layer.${at.before - 1}.${way}.${part}`
  },
  heads: ['classifier'],
  adapt: asTensorFlow(0.001),
  normalisation: evenNormalisation
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
  names: [torchNames, kerasNames, timmNames({ place: placeOf, normalisation: imageNetNormalisation }), huggingFaceNames],
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
