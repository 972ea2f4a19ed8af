import { evenNormalisation } from '../../../architectures/shared/layers'
import type { Block, Layer, NetworkDefinition } from '../../../network/definition'
import { defineNaming } from './shared/naming'

const kerasEpsilon = 1e-3

function mapLayers(definition: NetworkDefinition, change: (block: Block, layer: Layer) => Layer[]): NetworkDefinition {
  return {
    ...definition,
    blocks: definition.blocks.map((block) => ({ ...block, layers: block.layers.flatMap((layer) => change(block, layer)) }))
  }
}

const strided = (layer: Layer): layer is Extract<Layer, { kind: 'convolution' | 'depthwise-convolution' }> =>
  (layer.kind === 'convolution' || layer.kind === 'depthwise-convolution') && layer.strides[0] === 2

/** `block3` of MobileNet v1 is Keras' third separable pair, `conv_dw_3` and `conv_pw_3`. */
function nameV1(block: string, layer: string): string | undefined {
  const suffix = layer.endsWith('-normalisation') ? '_bn' : ''
  if (block === 'stem') return `conv1${suffix}`
  const [, number] = /^block(\d+)$/.exec(block) ?? []
  if (number === undefined) return undefined
  return `conv_${layer.startsWith('depthwise') ? 'dw' : 'pw'}_${number}${suffix}`
}

/** MobileNet v1 of Keras applications, also as TensorFlow.js serves it. */
export const kerasMobilenetV1 = defineNaming({
  id: 'keras-applications',
  title: 'Keras applications',
  architectures: ['mobilenet-v1'],
  layer: nameV1,
  heads: ['conv_preds', 'predictions', 'preds', 'dense'],
  // Later versions pad below and on the right themselves, which differs from `same` where a side is odd.
  adapt: (definition, hints) => mapLayers(definition, (block, layer) => {
    if (!strided(layer) || hints.get(nameV1(block.name, layer.name) ?? '')?.padding !== 'valid') return [layer]
    return [{ kind: 'zero-padding', name: `${layer.name}-padding`, sides: [0, 1, 0, 1] }, { ...layer, padding: 'valid' }]
  }),
  normalisation: evenNormalisation
})

const repeats = [1, 2, 3, 4, 3, 3, 1]
const partsV2: Record<string, string> = {
  'expansion': 'expand',
  'expansion-normalisation': 'expand_BN',
  'depthwise': 'depthwise',
  'depthwise-normalisation': 'depthwise_BN',
  'projection': 'project',
  'projection-normalisation': 'project_BN'
}

/** MobileNet v2 of Keras applications: padding as TensorFlow's `same`, and its own epsilon. */
export const kerasMobilenetV2 = defineNaming({
  id: 'keras-applications',
  title: 'Keras applications',
  architectures: ['mobilenet-v2'],
  layer(block, layer) {
    if (block === 'stem') return layer === 'convolution' ? 'Conv1' : 'bn_Conv1'
    if (block === 'last') return layer === 'convolution' ? 'Conv_1' : 'Conv_1_bn'
    const [, stage, index] = (/^stage(\d+)-(\d+)$/.exec(block) ?? []).map(Number)
    const part = partsV2[layer]
    if (stage === undefined || index === undefined || part === undefined) return undefined
    const number = repeats.slice(0, stage - 1).reduce((sum, count) => sum + count, 0) + index - 1
    return number === 0 ? `expanded_conv_${part}` : `block_${number}_${part}`
  },
  heads: ['predictions', 'Logits', 'dense'],
  adapt: (definition) => mapLayers(definition, (_block, layer) => {
    if (layer.kind === 'batch-normalisation') return [{ ...layer, epsilon: kerasEpsilon, momentum: 0.001 }]
    return [strided(layer) ? { ...layer, padding: 'same' } : layer]
  }),
  normalisation: evenNormalisation
})
