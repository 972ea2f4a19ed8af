import { Unreadable } from '../../../safetensors/header'
import { attributes } from '../../onnx/messages'
import { permuted } from '../../shared/permuted'
import type { Table } from '../reading/table'
import { activated } from './activations'
import { untranslated, type Step } from './translation'

interface Window { same: boolean, strides: [number, number], size: [number, number], dilations: [number, number] }

const notImages = (name: string): Unreadable => new Unreadable({ en: `its step ${name} is not of images`, zh: `其中的算子 ${name} 不作用于图像` })

const windowAttributes = ({ same, strides, dilations }: Window) => [
  attributes.text('auto_pad', same ? 'SAME_UPPER' : 'VALID'), attributes.ints('strides', strides),
  ...(dilations.some((each) => each !== 1) ? [attributes.ints('dilations', dilations)] : [])
]

/** [batch, height, width, channels] of what leaves a window that goes over an image. */
function outputShape(
  name: string, [batch = 1, height = 0, width = 0]: readonly number[], channels: number, { same, strides, size, dilations }: Window
): number[] {
  const length = (from: number, axis: 0 | 1): number =>
    Math.ceil((same ? from : from - (size[axis] - 1) * dilations[axis]) / strides[axis])
  if (![...strides, ...size, ...dilations].every((each) => each > 0)) throw notImages(name)
  return [batch, length(height, 0), length(width, 1), channels]
}

/** Kernels are [out, height, width, in] or, depthwise, [1, height, width, out]. */
export function convolution({ name, inputs: [images = -1, kernel = -1, bias = -1], outputs: [output = -1], options, graph }: Step): void {
  const isDepthwise = name === 'DEPTHWISE_CONV_2D'
  const shape = graph.shape(images)
  const weights = graph.constant(kernel)
  if (!weights) throw untranslated(name, { en: 'with computed weights', zh: '其权重由计算得出' })
  if (shape.length !== 4 || weights.shape.length !== 4) throw notImages(name)
  const [out, height, width, within] = weights.shape as [number, number, number, number]
  const [units, channels] = isDepthwise ? [within, shape[3]!] : [out, shape[3]!]
  const groups = isDepthwise ? channels : channels / within
  if (!Number.isInteger(groups) || !Number.isInteger(units / groups) || groups < 1 || (isDepthwise && out !== 1)) throw notImages(name)
  const at = isDepthwise ? 5 : 4
  const window: Window = { same: isSame(options), strides: pair(options, 2, 1), size: [height, width], dilations: pair(options, at + 1, at) }
  const order = isDepthwise ? [3, 0, 1, 2] : [0, 3, 1, 2]
  const own = graph.tensor(output).name
  const offset = graph.constant(bias)
  if (bias >= 0 && offset?.data.length !== units) throw untranslated(name, { en: 'with a bias of another length', zh: '其偏置长度不符' })
  const layer = graph.name(`${own}/layer`)
  const made = graph.add(own, 'Conv', [
    graph.first(images), graph.floats(`${layer}.weight`, order.map((axis) => weights.shape[axis]!), permuted(weights.data, weights.shape, order)),
    ...(offset ? [graph.floats(`${layer}.bias`, [units], offset.data)] : [])
  ], [attributes.int('group', groups), attributes.ints('kernel_shape', window.size), ...windowAttributes(window)])
  graph.set(output, outputShape(name, shape, units, window), 'first', activated(graph, made, options?.byte(isDepthwise ? 4 : 3) ?? 0))
}

export function pooling({ name, inputs: [images = -1], outputs: [output = -1], options, graph }: Step): void {
  const shape = graph.shape(images)
  if (shape.length !== 4) throw notImages(name)
  const window: Window = { same: isSame(options), strides: pair(options, 2, 1), size: pair(options, 4, 3), dilations: [1, 1] }
  const isMaximum = name === 'MAX_POOL_2D'
  const made = graph.add(graph.tensor(output).name, isMaximum ? 'MaxPool' : 'AveragePool', [graph.first(images)], [
    attributes.ints('kernel_shape', window.size), ...windowAttributes(window)
  ])
  graph.set(output, outputShape(name, shape, shape[3]!, window), 'first', activated(graph, made, options?.byte(5) ?? 0), isMaximum ? images : undefined)
}

const isSame = (options: Table | undefined): boolean => (options?.byte(0) ?? 0) === 0
/** [height, width]; the schema has width first, and 1 where the file says nothing. */
const pair = (options: Table | undefined, height: number, width: number): [number, number] => [options?.int(height, 1) || 1, options?.int(width, 1) || 1]
