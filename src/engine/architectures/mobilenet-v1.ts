import type { Block } from '../network/definition'
import { denseHead, evenNormalisation, normalisedConvolution, normalisedDepthwise, scaled, square, width } from './shared/layers'
import { defineArchitecture } from './shared/architecture'
import { halves, mapLayers, type LayerNames } from './shared/layer-names'

const normalisation = { epsilon: 1e-3, momentum: 0.01 }
/** Of every weight, as the authors' code (TensorFlow's slim). */
const initialisation = 'truncated-normal'
const strides = [1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1]
const filters = [64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024]

function separable(index: number, factor: number): Block {
  const output = scaled(filters[index]!, factor)
  return {
    name: `block${index + 1}`,
    title: `Separable ${output}`,
    layers: [
      ...normalisedDepthwise('depthwise', { stride: strides[index]!, padding: 'same', initialisation, normalisation }),
      { kind: 'relu6', name: 'relu1' },
      ...normalisedConvolution('pointwise', { filters: output, size: 1, padding: 'same', initialisation, normalisation }),
      { kind: 'relu6', name: 'relu2' }
    ]
  }
}

/** `block3` is Keras' third separable pair, `conv_dw_3` and `conv_pw_3`. */
function kerasName(block: string, layer: string): string | undefined {
  const suffix = layer.endsWith('-normalisation') ? '_bn' : ''
  if (block === 'stem') return `conv1${suffix}`
  const [, number] = /^block(\d+)$/.exec(block) ?? []
  if (number === undefined) return undefined
  return `conv_${layer.startsWith('depthwise') ? 'dw' : 'pw'}_${number}${suffix}`
}

/** Keras applications, also as TensorFlow.js serves it. */
const kerasNames: LayerNames = {
  id: 'keras-applications',
  title: 'Keras applications',
  layer: kerasName,
  heads: ['conv_preds', 'predictions', 'preds', 'dense'],
  // Later versions pad below and on the right themselves, which differs from `same` where a side is odd.
  adapt: (definition, hints) => mapLayers(definition, (block, layer) => {
    if (!halves(layer) || hints.get(kerasName(block.name, layer.name) ?? '')?.padding !== 'valid') return [layer]
    return [{ kind: 'zero-padding', name: `${layer.name}-padding`, sides: [0, 1, 0, 1] }, { ...layer, padding: 'valid' }]
  }),
  normalisation: evenNormalisation
}

/** Howard et al. 2017, arXiv:1704.04861, table 1, with ReLU6 as the published weights have it. */
export const mobilenetV1 = defineArchitecture({
  id: 'mobilenet-v1',
  title: { en: 'MobileNet v1', zh: 'MobileNet v1' },
  summary: {
    en: 'Depthwise separable convolutions: small and quick for photographs.', zh: '深度可分离卷积：处理照片时小巧快速。'
  },
  reference: 'Howard et al. 2017',
  defaultInput: square(224),
  normalisation: evenNormalisation,
  parameters: { width },
  names: [kerasNames],
  build: (_input, classes, { width: factor }) => {
    const first = scaled(32, factor)
    const blocks: Block[] = [
      {
        name: 'stem',
        title: `Convolution ${first}`,
        layers: [
          ...normalisedConvolution('convolution', { filters: first, size: 3, stride: 2, padding: 'same', initialisation, normalisation }),
          { kind: 'relu6', name: 'relu' }
        ]
      },
      ...strides.map((_, index) => separable(index, factor))
    ]
    blocks[blocks.length - 1]!.layers.push({ kind: 'global-average-pooling', name: 'pooling' })
    return { blocks, head: denseHead(classes, initialisation) }
  }
})
