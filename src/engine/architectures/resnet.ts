import type { Block, Layer } from '../network/definition'
import { denseHead, imageNetNormalisation, meansOnlyNormalisation, normalisedConvolution, square } from './shared/layers'
import { defineArchitecture } from './shared/architecture'
import { mapLayers, type LayerNames } from './shared/layer-names'
import { huggingFaceResnetNames, torchResnetNames } from './shared/torch-resnet-names'

const shortcut = (filters: number, stride: number): Layer[] =>
  normalisedConvolution('shortcut', { filters, size: 1, stride, padding: 0, inputs: ['input'] })

function residual(name: string, title: string, body: Layer[], end: string, projection: Layer[]): Block {
  return {
    name,
    title,
    layers: [
      ...body,
      ...projection,
      { kind: 'add', name: 'add', inputs: [end, projection.length > 0 ? 'shortcut-normalisation' : 'input'] },
      { kind: 'relu', name: 'relu' }
    ]
  }
}

function basic(name: string, filters: number, stride: number): Block {
  return residual(name, `Residual ${filters}`, [
    ...normalisedConvolution('convolution1', { filters, size: 3, stride }),
    { kind: 'relu', name: 'relu1' },
    ...normalisedConvolution('convolution2', { filters, size: 3 })
  ], 'convolution2-normalisation', stride !== 1 ? shortcut(filters, stride) : [])
}

/** The stride lies on the 3×3 convolution, as torchvision has it (v1.5). */
function bottleneck(name: string, filters: number, stride: number, first: boolean): Block {
  return residual(name, `Bottleneck ${filters * 4}`, [
    ...normalisedConvolution('convolution1', { filters, size: 1, padding: 0 }),
    { kind: 'relu', name: 'relu1' },
    ...normalisedConvolution('convolution2', { filters, size: 3, stride }),
    { kind: 'relu', name: 'relu2' },
    ...normalisedConvolution('convolution3', { filters: filters * 4, size: 1, padding: 0 })
  ], 'convolution3-normalisation', first ? shortcut(filters * 4, stride) : [])
}

/** Keras applications: every convolution has an offset, and a block halves the sides at its first one. */
const kerasNames: LayerNames = {
  id: 'keras-applications',
  title: 'Keras applications',
  layer(block, layer) {
    const part = layer.endsWith('-normalisation') ? 'bn' : 'conv'
    if (block === 'stem') return `conv1_${part}`
    const [, stage, index] = /^stage(\d+)-(\d+)$/.exec(block) ?? []
    const [, number = '0'] = /^convolution(\d)/.exec(layer) ?? []
    return stage === undefined ? undefined : `conv${Number(stage) + 1}_block${index}_${number}_${part}`
  },
  heads: ['predictions', 'probs', 'fc1000', 'dense'],
  adapt: (definition) => mapLayers(definition, (block, layer) => {
    if (layer.kind === 'batch-normalisation') return [{ ...layer, epsilon: 1.001e-5, momentum: 0.01 }]
    if (layer.kind !== 'convolution') return [layer]
    const halving = block.layers.some((other) => other.kind === 'convolution' && other.strides[0] === 2) && block.name !== 'stem'
    const stride = halving && (layer.name === 'convolution1' || layer.name === 'shortcut') ? 2 : block.name === 'stem' ? 2 : 1
    return [{ ...layer, strides: [stride, stride], bias: true }]
  }),
  normalisation: meansOnlyNormalisation,
  channelOrder: 'bgr'
}

/** He et al. 2016, arXiv:1512.03385, table 1. */
function resnet(depth: 18 | 34 | 50) {
  const lengths = depth === 18 ? [2, 2, 2, 2] : [3, 4, 6, 3]
  const stages = lengths.flatMap((length, stage) => Array.from({ length }, (_, index) => {
    const [name, filters] = [`stage${stage + 1}-${index + 1}`, 64 * 2 ** stage]
    const stride = stage > 0 && index === 0 ? 2 : 1
    return depth < 50 ? basic(name, filters, stride) : bottleneck(name, filters, stride, index === 0)
  }))
  stages[stages.length - 1]!.layers.push({ kind: 'global-average-pooling', name: 'pooling' })
  const stem: Block = {
    name: 'stem',
    title: 'Convolution 64',
    layers: [
      ...normalisedConvolution('convolution', { filters: 64, size: 7, stride: 2 }),
      { kind: 'relu', name: 'relu' },
      { kind: 'max-pooling', name: 'pooling', size: [3, 3], strides: [2, 2], padding: 1 }
    ]
  }
  return defineArchitecture({
    id: `resnet-${depth}`,
    title: { en: `ResNet-${depth}`, zh: `ResNet-${depth}` },
    summary: {
      en: `A residual network of ${depth} layers for photographs.`, zh: `面向照片的 ${depth} 层残差网络。`
    },
    reference: 'He et al. 2016',
    defaultInput: square(224),
    normalisation: imageNetNormalisation,
    parameters: {},
    names: [torchResnetNames, huggingFaceResnetNames, ...(depth === 50 ? [kerasNames] : [])],
    build: (_input, classes) => ({ blocks: [stem, ...stages], head: denseHead(classes) })
  })
}

export const resnet18 = resnet(18)
export const resnet34 = resnet(34)
export const resnet50 = resnet(50)
