import type { ImageShape } from '../../../contract/datasets'
import type { Normalisation } from '../../../contract/models'
import { number } from '../../../contract/parameters'
import type { Block, Initialisation, Layer } from '../../network/definition'

/** The same mean and deviation for every channel. */
export const evenNormalisation = (channels: number): Normalisation => ({
  mean: Array.from({ length: channels }, () => 0.5), standardDeviation: Array.from({ length: channels }, () => 0.5)
})

/** ImageNet's mean and standard deviation (as torchvision), or 0.5 for grey images. */
export const imageNetNormalisation = (channels: number): Normalisation => channels === 3
  ? { mean: [0.485, 0.456, 0.406], standardDeviation: [0.229, 0.224, 0.225] }
  : evenNormalisation(channels)

/** Means alone are taken from bytes, as Caffe's networks and Keras' ResNet have it. Red, green, blue. */
export const meansOnlyNormalisation = (channels: number): Normalisation => channels === 3
  ? { mean: [123.68, 116.779, 103.939].map((mean) => mean / 255), standardDeviation: [1, 1, 1].map((one) => one / 255) }
  : evenNormalisation(channels)

interface BatchNormalisationSettings { epsilon: number, momentum: number }
/** PyTorch's default. */
const torchBatchNormalisation: BatchNormalisationSettings = { epsilon: 1e-5, momentum: 0.1 }

interface ConvolutionSettings {
  filters: number
  size: number
  stride?: number
  padding?: 'same' | 'valid' | number
  initialisation?: Initialisation
  inputs?: string[]
  normalisation?: BatchNormalisationSettings
}

/** A convolution without bias and its batch normalisation: `<name>` and `<name>-normalisation`. */
export function normalisedConvolution(name: string, settings: ConvolutionSettings): Layer[] {
  const { filters, size, stride = 1, padding = Math.floor(size / 2), initialisation = 'he-normal', inputs, normalisation = torchBatchNormalisation } = settings
  return [
    {
      kind: 'convolution', name, filters, kernelSize: [size, size], strides: [stride, stride], padding, bias: false, initialisation,
      ...(inputs && { inputs })
    },
    { kind: 'batch-normalisation', name: `${name}-normalisation`, ...normalisation }
  ]
}

/** A depthwise convolution without bias and its batch normalisation. */
export function normalisedDepthwise(
  name: string,
  settings: { size?: number, stride: number, padding: 'same' | number, initialisation: Initialisation, normalisation?: BatchNormalisationSettings }
): Layer[] {
  const { size = 3, stride, padding, initialisation, normalisation = torchBatchNormalisation } = settings
  return [
    {
      kind: 'depthwise-convolution', name, kernelSize: [size, size], strides: [stride, stride], padding, bias: false, initialisation
    },
    { kind: 'batch-normalisation', name: `${name}-normalisation`, ...normalisation }
  ]
}

interface SqueezeExcitationSettings {
  /** The layer whose channels are weighted. */
  of: string
  channels: number
  squeezed: number
  activation: 'relu' | 'silu'
  gate: 'sigmoid' | 'hard-sigmoid'
  initialisation: Initialisation
}

/** Squeeze-and-excitation (Hu et al. 2018, arXiv:1709.01507): each channel times what two layers make of all channels' means. */
export function squeezeExcitation({ of, channels, squeezed, activation, gate, initialisation }: SqueezeExcitationSettings): Layer[] {
  const pointwise = (name: string, filters: number): Layer =>
    ({ kind: 'convolution', name, filters, kernelSize: [1, 1], strides: [1, 1], padding: 0, bias: true, initialisation })
  return [
    { kind: 'squeeze', name: 'squeeze', inputs: [of] },
    pointwise('squeeze-reduction', squeezed),
    { kind: activation, name: 'squeeze-activation' },
    pointwise('squeeze-expansion', channels),
    { kind: gate, name: 'excitation' },
    { kind: 'multiply', name: 'excited', inputs: [of, 'excitation'] }
  ]
}

/** A multiple of 8 that is no tenth below: how the authors of the MobileNets round filters. */
export function roundedFilters(count: number): number {
  const rounded = Math.max(8, Math.floor((count + 4) / 8) * 8)
  return rounded < 0.9 * count ? rounded + 8 : rounded
}

/** One dense layer from features to logits. */
export const denseHead = (classes: number, initialisation?: Initialisation, before: Layer[] = []): Block => ({
  name: 'head',
  title: 'Head',
  layers: [...before, { kind: 'dense', name: 'dense', units: classes, bias: true, ...(initialisation && { initialisation }) }]
})

/** [height, width] of a square input with so many channels. */
export const square = (side: number, channels: 1 | 3 = 3): ImageShape => [side, side, channels]

/** How wide a network is against its original. */
export const width = number({
  label: { en: 'Width', zh: '宽度' },
  help: {
    en: 'Multiplies the filters and units of every layer: 0.5 is half as wide, with about a quarter of the parameters.',
    zh: '各层滤波器与单元数的倍数：0.5 表示宽度减半，参数约为四分之一。'
  },
  minimum: 0.125, maximum: 4, default: 1
})

/** So many filters or units at a width; at least one. */
export const scaled = (count: number, factor: number): number => Math.max(1, Math.round(count * factor))
