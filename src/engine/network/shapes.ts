import type { Layer, Block, NetworkDefinition } from './definition'
import { weightName } from './definition'
import { GraftError } from '../../contract/errors'

/** Size of one example between layers: [height, width, channels] or [features]. */
export type Size = readonly [number, number, number] | readonly [number]

export interface WeightShape {
  name: string
  block: string
  layer: Layer
  /** `kernel`, `bias`, `gamma`, … */
  weight: string
  shape: number[]
  trainable: boolean
}

type Padding = 'same' | 'valid' | number

function windowed(length: number, size: number, stride: number, padding: Padding): number {
  if (padding === 'same') return Math.ceil(length / stride)
  const padded = padding === 'valid' ? length : length + 2 * padding
  return Math.floor((padded - size) / stride) + 1
}

function image(size: Size, layer: Layer): readonly [number, number, number] {
  if (size.length === 3) return size
  throw new GraftError('layer-misfit', {
    en: `Layer ${layer.name} (${layer.kind}) needs an image but gets a vector of ${size[0]} numbers.`,
    zh: `层 ${layer.name}（${layer.kind}）需要图像，但得到的是 ${size[0]} 个数的向量。`
  })
}

function windowedSize(
  size: Size, layer: Layer, window: readonly [number, number], strides: readonly [number, number], padding: Padding, channels?: number
): Size {
  const [height, width, inputChannels] = image(size, layer)
  const result = [
    windowed(height, window[0], strides[0], padding), windowed(width, window[1], strides[1], padding), channels ?? inputChannels
  ] as const
  if (result[0] >= 1 && result[1] >= 1) return result
  throw new GraftError('image-too-small', {
    en: `An image of ${height}×${width} is too small for layer ${layer.name} of this network.`,
    zh: `${height}×${width} 的图像对该网络的层 ${layer.name} 来说太小。`
  }, { remedy: { en: 'Use larger images, or another architecture.', zh: '请使用更大的图像，或换一种架构。' } })
}

/** Size of a layer's output from the size of its first input. */
export function outputSize(layer: Layer, size: Size): Size {
  switch (layer.kind) {
    case 'convolution': return windowedSize(size, layer, layer.kernelSize, layer.strides, layer.padding, layer.filters)
    case 'depthwise-convolution': return windowedSize(size, layer, layer.kernelSize, layer.strides, layer.padding)
    case 'max-pooling':
    case 'average-pooling': return windowedSize(size, layer, layer.size, layer.strides, layer.padding)
    case 'dense': return [layer.units]
    case 'graph': return [layer.features]
    case 'flatten': return [size.reduce((product, length) => product * length, 1)]
    case 'global-average-pooling': return [image(size, layer)[2]]
    case 'squeeze': return [1, 1, image(size, layer)[2]]
    case 'tokens': {
      const [height, width, channels] = image(size, layer)
      return [layer.count + height * width, 1, channels]
    }
    case 'attention': {
      const [places, , channels] = image(size, layer)
      return [places, 1, channels / 3]
    }
    case 'first-token': return [image(size, layer)[2]]
    case 'padded-shortcut': {
      const [height, width] = image(size, layer)
      return [Math.ceil(height / layer.stride), Math.ceil(width / layer.stride), layer.channels]
    }
    case 'zero-padding': {
      const [height, width, channels] = image(size, layer)
      const [top, bottom, left, right] = layer.sides
      return [height + top + bottom, width + left + right, channels]
    }
    case 'batch-normalisation':
    case 'relu':
    case 'relu6':
    case 'silu':
    case 'gelu':
    case 'sigmoid':
    case 'hard-sigmoid':
    case 'hard-swish':
    case 'layer-normalisation':
    case 'channel-scale':
    case 'positions':
    case 'multiply':
    case 'dropout':
    case 'add': return size
  }
}

/** Shapes of a layer's weights: kernels [height, width, in, out] or [in, out], vectors [channels]. */
function layerWeights(layer: Layer, size: Size): { weight: string, shape: number[], trainable: boolean }[] {
  const channels = size[size.length - 1]!
  const bias = (length: number, present: boolean) => present ? [{ weight: 'bias', shape: [length], trainable: true }] : []
  switch (layer.kind) {
    case 'convolution': return [
      { weight: 'kernel', shape: [...layer.kernelSize, channels, layer.filters], trainable: true },
      ...bias(layer.filters, layer.bias)
    ]
    case 'depthwise-convolution': return [
      { weight: 'depthwiseKernel', shape: [...layer.kernelSize, channels, 1], trainable: true },
      ...bias(channels, layer.bias)
    ]
    case 'dense': return [
      { weight: 'kernel', shape: [channels, layer.units], trainable: true },
      ...bias(layer.units, layer.bias)
    ]
    case 'batch-normalisation': return [
      { weight: 'gamma', shape: [channels], trainable: true },
      { weight: 'beta', shape: [channels], trainable: true },
      { weight: 'movingMean', shape: [channels], trainable: false },
      { weight: 'movingVariance', shape: [channels], trainable: false }
    ]
    case 'layer-normalisation': return [
      { weight: 'gamma', shape: [channels], trainable: true },
      { weight: 'beta', shape: [channels], trainable: true }
    ]
    case 'graph': return [{ weight: 'graph', shape: [Math.ceil(layer.bytes / 3)], trainable: false }]
    case 'tokens': return [{ weight: 'tokens', shape: [layer.count, channels], trainable: true }]
    case 'positions': return [{ weight: 'positions', shape: [size[0], channels], trainable: true }]
    case 'channel-scale': return [{ weight: 'scale', shape: [channels], trainable: true }]
    default: return []
  }
}

/** Sizes of every layer's output in a block, by layer name, with the block's input under `input`. */
export function blockSizes(block: Block, input: Size): Map<string, Size> {
  const sizes = new Map<string, Size>([['input', input]])
  let previous = 'input'
  for (const layer of block.layers) {
    const from = layer.inputs?.[0] ?? previous
    const size = sizes.get(from)
    if (!size) {
      throw new GraftError('layer-misfit', {
        en: `Layer ${layer.name} of block ${block.name} takes its input from ${from}, which is not there.`,
        zh: `块 ${block.name} 的层 ${layer.name} 的输入 ${from} 不存在。`
      })
    }
    sizes.set(layer.name, outputSize(layer, size))
    previous = layer.name
  }
  return sizes
}

/** Size of what leaves a block. */
export function blockOutputSize(block: Block, input: Size): Size {
  return blockSizes(block, input).get(block.layers[block.layers.length - 1]!.name)!
}

/** Every weight of a network in order, with its shape: what a file must hold to fill it. */
export function weightShapes(definition: NetworkDefinition): WeightShape[] {
  const result: WeightShape[] = []
  let size: Size = definition.input
  for (const block of [...definition.blocks, definition.head]) {
    const sizes = blockSizes(block, size)
    let previous = 'input'
    for (const layer of block.layers) {
      for (const part of layerWeights(layer, sizes.get(layer.inputs?.[0] ?? previous)!)) {
        result.push({ name: weightName(block.name, layer.name, part.weight), block: block.name, layer, ...part })
      }
      previous = layer.name
    }
    size = blockOutputSize(block, size)
  }
  return result
}

const product = (shape: readonly number[]): number => shape.reduce((total, length) => total * length, 1)

/** Trainable numbers in each block and the head, in order, as papers count them: without moving statistics. */
export function parameterCounts(definition: NetworkDefinition): { block: string, title: string, parameters: number }[] {
  const shapes = weightShapes(definition)
  return [...definition.blocks, definition.head].map(({ name, title }) => ({
    block: name,
    title,
    parameters: shapes.filter((weight) => weight.block === name && (weight.trainable || weight.layer.kind === 'graph'))
      .reduce((sum, { layer, shape }) => sum + (layer.kind === 'graph' ? layer.parameters : product(shape)), 0)
  }))
}

/** Multiplications and additions, counted as one, of convolutions and dense layers for one image. */
export function multiplyCount(definition: NetworkDefinition): number {
  let count = 0
  let size: Size = definition.input
  for (const block of [...definition.blocks, definition.head]) {
    const sizes = blockSizes(block, size)
    let previous = 'input'
    for (const layer of block.layers) {
      const channels = sizes.get(layer.inputs?.[0] ?? previous)!.at(-1)!
      const output = product(sizes.get(layer.name)!)
      if (layer.kind === 'convolution') count += output * product(layer.kernelSize) * channels
      else if (layer.kind === 'depthwise-convolution') count += output * product(layer.kernelSize)
      else if (layer.kind === 'dense') count += output * channels
      previous = layer.name
    }
    size = blockOutputSize(block, size)
  }
  return count
}
