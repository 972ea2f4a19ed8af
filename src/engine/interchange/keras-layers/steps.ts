import { z } from 'zod'
import { imageShapeSchema, type ImageShape } from '../../../contract/datasets'
import type { FileTensor } from '../shared/model-format'
import type { FileGraph, GraphNode, Sides, Step } from '../shared/file-graph'
import { Unreadable } from '../../safetensors/header'
import type { KerasFileLayer, KerasModel } from './layer'
import { ChannelPicks, pixelStep } from './pixels'

/** A layer that carries a program. */
export class RunsCode extends Error {
  constructor(readonly layer: string, readonly className: string) {
    super(layer)
  }
}

const mostLayers = 5_000
const modelClasses = new Set(['Functional', 'Sequential', 'Model'])
const layerSchema = z.looseObject({ class_name: z.string(), config: z.looseObject({ name: z.string().optional() }), inbound_nodes: z.unknown().optional() })
const modelSchema = z.looseObject({ class_name: z.string(), config: z.unknown().optional() })
const bodySchema = z.looseObject({ layers: z.array(z.unknown()), input_layers: z.unknown().optional(), output_layers: z.unknown().optional() })

/**
 * What a Keras configuration says of its layers; nothing in it is built or run.
 * @throws Unreadable; RunsCode for a layer that carries a program (Lambda)
 */
export function parseKerasModel(content: unknown, depth = 0): KerasModel {
  const model = modelSchema.safeParse(content)
  const body = bodySchema.safeParse(Array.isArray(model.data?.config) ? { layers: model.data.config } : model.data?.config)
  if (!model.success || !body.success) throw new Unreadable({ en: 'its configuration lists no layers', zh: '其配置中没有层的列表' })
  if (depth > 4 || body.data.layers.length > mostLayers) throw new Unreadable({ en: 'its configuration is too deep or too long', zh: '其配置过深或过长' })
  const layers = body.data.layers.map((entry): KerasFileLayer => {
    const layer = layerSchema.safeParse(entry)
    if (!layer.success) throw new Unreadable({ en: 'its configuration has a layer without a class', zh: '其配置中有一层没有类名' })
    const { class_name: className, config, inbound_nodes: inbound } = layer.data
    const name = config.name ?? (typeof layer.data.name === 'string' ? layer.data.name : '')
    if (className === 'Lambda') throw new RunsCode(name, className)
    return { name, className, config, inbound, ...(modelClasses.has(className) && { layers: parseKerasModel(entry, depth + 1) }) }
  })
  return { className: model.data.class_name, layers, inputs: namesIn(body.data.input_layers), outputs: namesIn(body.data.output_layers) }
}

/** Names of layers in Keras' ways of saying where a value comes from: `["conv", 0, 0, {}]`, and `keras_history` since version 3. */
function namesIn(value: unknown, depth = 0): string[] {
  if (depth > 8 || typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) {
    if (typeof value[0] === 'string' && typeof value[1] === 'number') return [value[0]]
    return value.slice(0, 64).flatMap((entry) => namesIn(entry, depth + 1))
  }
  return Object.values(value).flatMap((entry) => namesIn(entry, depth + 1))
}

/** Every layer that is no model, those of models within it included, in Keras' order. */
export const leavesOf = (model: KerasModel): KerasFileLayer[] => model.layers.flatMap((layer) => layer.layers ? leavesOf(layer.layers) : [layer])

const side = z.int().min(0).max(10_000)
const resizedSchema = z.object({ height: side.min(1), width: side.min(1) })

/** [height, width, channels] that the model takes; where it resizes or crops its pictures first, what it makes of them. */
export function kerasInput(model: KerasModel): ImageShape | undefined {
  let channels: unknown
  let found: ImageShape | undefined
  for (const { className, config } of leavesOf(model)) {
    const shape = z.array(z.unknown()).length(4).safeParse(config.batch_input_shape ?? config.batch_shape).data
    if (shape) channels ??= shape[3]
    found ??= shape && imageShapeSchema.safeParse(shape.slice(1)).data
    const resized = resizes.has(className) ? resizedSchema.safeParse(config).data : undefined
    if (resized) found = imageShapeSchema.safeParse([resized.height, resized.width, channels ?? found?.[2]]).data ?? found
    if (className === 'Conv2D' || className === 'Dense') break
  }
  return found
}

/** Whether the model brings pictures to its size by itself. */
export const kerasResizes = (model: KerasModel): boolean => leavesOf(model).some(({ className }) => resizes.has(className))

/** What the model computes, by values named after its layers. @param tensors its weights: `<layer>/kernel` */
export function kerasGraph(model: KerasModel, tensors: ReadonlyMap<string, FileTensor>): FileGraph {
  const nodes: GraphNode[] = []
  const output = addModel(model, '', undefined, nodes, tensors)
  return { nodes, output }
}

/** @returns the value that leaves the model */
function addModel(model: KerasModel, prefix: string, input: string | undefined, nodes: GraphNode[], tensors: ReadonlyMap<string, FileTensor>): string {
  let last = input ?? `${prefix}input`
  const ends = new Map<string, string>()
  const channels = new ChannelPicks()
  for (const layer of model.layers) {
    const name = `${prefix}${layer.name}`
    const from = model.className === 'Sequential' ? [last] : firstUse(layer.inbound).map((each) => ends.get(each) ?? `${prefix}${each}`)
    if (layer.className === 'InputLayer') {
      ends.set(layer.name, input ?? name)
      last = input ?? name
      continue
    }
    const pixels = layer.layers ? undefined : pixelStep(layer, from, channels)
    if (pixels) {
      nodes.push({ step: { name: layer.name, operator: layer.className, ...pixels.said }, inputs: pixels.inputs, output: name })
      last = name
    } else last = layer.layers ? addModel(layer.layers, `${name}/`, from[0], nodes, tensors) : addLayer(layer, name, from, nodes, tensors)
    ends.set(layer.name, last)
  }
  const [end] = model.outputs
  return model.className === 'Sequential' || end === undefined ? last : ends.get(end) ?? last
}

/** A layer may be used several times; the first use is the one within its own model. */
const firstUse = (inbound: unknown): string[] => Array.isArray(inbound) ? namesIn([inbound[0]]) : namesIn(inbound)

function addLayer(layer: KerasFileLayer, value: string, inputs: readonly string[], nodes: GraphNode[], tensors: ReadonlyMap<string, FileTensor>): string {
  const { name, className, config } = layer
  const step: Step = { name, operator: className, ...stepOf(layer, tensors) }
  const activation = className === 'Activation' ? undefined : activationOf(config.activation)
  const own = activation === undefined || activation === 'linear' || className === 'ReLU' || className === 'Softmax' ? value : `${value}:linear`
  nodes.push({ step, inputs, output: own })
  if (own !== value) nodes.push({ step: { name, operator: `${className} (${activation!})`, kind: activationKind(activation) }, inputs: [own], output: value })
  return value
}

const activationOf = (found: unknown): string | undefined => typeof found === 'string' ? found : found === undefined || found === null ? undefined : 'of its own'

function activationKind(activation: string | undefined): Step['kind'] {
  switch (activation) {
    case undefined:
    case 'linear': return 'nothing'
    case 'relu': return 'relu'
    case 'relu6': return 'relu6'
    case 'swish':
    case 'silu': return 'silu'
    case 'gelu': return 'gelu'
    case 'hard_silu':
    case 'hard_swish': return 'hard-swish'
    case 'softmax':
    case 'sigmoid': return 'softmax'
    default: return 'other'
  }
}

const pairSchema = z.union([z.tuple([z.int().positive(), z.int().positive()]), z.int().positive().transform((side): [number, number] => [side, side])])
const pair = (found: unknown): [number, number] | undefined => pairSchema.safeParse(found).data
const sidesSchema = z.union([
  side.transform((all): Sides => [all, all, all, all]),
  z.tuple([side, side]).transform(([height, width]): Sides => [height, width, height, width]),
  z.tuple([z.tuple([side, side]), z.tuple([side, side])]).transform(([[top, bottom], [left, right]]): Sides => [top, left, bottom, right])
])
const perChannel = z.union([z.number().transform((value) => [value]), z.array(z.number()).max(4)])

type Said = Omit<Step, 'name' | 'operator'>
const other: Said = { kind: 'other' }

/** Layers that bring pictures to a size; a crop at random takes the middle when a model answers. */
const resizes = new Set(['Resizing', 'CenterCrop', 'RandomCrop'])

/** Layers that do nothing when a model answers. */
const idle = new Set([
  'Dropout', 'SpatialDropout2D', 'GaussianNoise', 'GaussianDropout', 'AlphaDropout', 'ActivityRegularization', 'RandAugment', 'AugMix',
  'CutMix', 'MixUp', 'StochasticDepth'
])

function stepOf({ name, className, config }: KerasFileLayer, tensors: ReadonlyMap<string, FileTensor>): Said {
  if (resizes.has(className)) return { kind: 'resizing' }
  if (idle.has(className) || /^Random[A-Z]/.test(className)) return { kind: 'nothing' }
  if (config.data_format === 'channels_first') return other
  const padding = z.enum(['same', 'valid']).safeParse(config.padding).data
  const spread = pair(config.dilation_rate ?? 1)?.some((rate) => rate !== 1) ?? true
  switch (className) {
    case 'Conv2D':
    case 'DepthwiseConv2D': {
      const kernel = tensors.get(`${name}/${className === 'Conv2D' ? 'kernel' : 'depthwise_kernel'}`)
      // One channel in each group is a depthwise convolution, as Keras' ConvNeXt has it.
      const groups = config.groups ?? 1
      const depthwise = className === 'DepthwiseConv2D' || (groups !== 1 && kernel?.shape[2] === 1 && kernel.shape[3] === groups)
      if (!padding || spread || (groups !== 1 && !depthwise) || (config.depth_multiplier ?? 1) !== 1) return other
      const said = {
        layer: name, padding, strides: pair(config.strides) ?? [1, 1] as [number, number], ...(tensors.has(`${name}/bias`) && { biased: true })
      }
      if (depthwise) return kernel?.shape[0] === 1 && kernel.shape[1] === 1 && !said.biased ? { kind: 'channel-scale', layer: name } : { kind: 'depthwise-convolution', ...said }
      const before = kernel && config.use_bias !== true ? channelsCarried(kernel) : undefined
      return before === undefined ? { kind: 'convolution', ...said } : { kind: 'shortcut', channelsBefore: before, stride: said.strides[0]! }
    }
    case 'Dense': {
      const units = tensors.get(`${name}/kernel`)?.shape[1]
      return { kind: 'dense', layer: name, ...(units !== undefined && { units }) }
    }
    case 'LayerScale': return { kind: 'channel-scale', layer: name }
    case 'BatchNormalization': {
      const axis = Array.isArray(config.axis) ? config.axis[0] as unknown : config.axis
      const epsilon = z.number().positive().safeParse(config.epsilon ?? 1e-3).data
      return epsilon === undefined || (axis !== undefined && axis !== -1 && axis !== 3) ? other : { kind: 'batch-normalisation', layer: name, epsilon }
    }
    case 'LayerNormalization': {
      const axis = Array.isArray(config.axis) ? config.axis[0] as unknown : config.axis
      const epsilon = z.number().positive().safeParse(config.epsilon ?? 1e-3).data
      return epsilon === undefined || (axis !== undefined && axis !== -1 && axis !== 3) ? other : { kind: 'layer-normalisation', layer: name, epsilon }
    }
    case 'Activation': return { kind: activationKind(activationOf(config.activation)) }
    case 'ReLU': {
      const plain = (config.negative_slope ?? 0) === 0 && (config.threshold ?? 0) === 0
      const most = config.max_value ?? undefined
      return { kind: !plain ? 'other' : most === undefined ? 'relu' : most === 6 ? 'relu6' : 'other' }
    }
    case 'Softmax': return { kind: 'softmax' }
    case 'MaxPooling2D':
    case 'AveragePooling2D': {
      const window = pair(config.pool_size)
      if (!window || !padding || (className === 'AveragePooling2D' && padding === 'same')) return other
      return { kind: className === 'MaxPooling2D' ? 'max-pooling' : 'average', window, strides: pair(config.strides) ?? window, padding }
    }
    case 'GlobalAveragePooling2D': return { kind: 'average' }
    case 'Flatten':
    case 'Reshape': return { kind: 'flatten' }
    case 'Add': return { kind: 'add' }
    case 'Multiply': return { kind: 'multiply' }
    case 'ZeroPadding2D': {
      const sides = sidesSchema.safeParse(config.padding).data
      return sides ? { kind: 'zero-padding', padding: sides } : other
    }
    case 'Rescaling': {
      const [scale, offset] = [perChannel.safeParse(config.scale).data, perChannel.safeParse(config.offset ?? 0).data]
      return scale && offset ? { kind: 'affine', scale, offset } : other
    }
    case 'Normalization': return normalising(name, config, tensors)
    default: return other
  }
}

/** Keras' own: (x − mean) / max(√variance, 1e-7). */
function normalising(name: string, config: Record<string, unknown>, tensors: ReadonlyMap<string, FileTensor>): Said {
  const values = (part: 'mean' | 'variance'): number[] | undefined =>
    perChannel.safeParse(config[part]).data ?? [...tensors.get(`${name}/${part}`)?.data ?? []]
  const [mean, variance] = [values('mean'), values('variance')]
  if (!mean || !variance || mean.length === 0 || mean.length > 4 || mean.length !== variance.length || config.invert === true) return other
  const scale = variance.map((value) => 1 / Math.max(Math.sqrt(value), 1e-7))
  return { kind: 'affine', scale, offset: mean.map((value, channel) => -value * scale[channel]!) }
}

/** Of a 1×1 kernel that only carries channels over, one 1 each: how many channels of zeros it puts in front. */
function channelsCarried({ shape, data }: FileTensor): number | undefined {
  const [height, width, into, out] = shape as [number, number, number, number]
  if (shape.length !== 4 || height !== 1 || width !== 1 || out <= into) return undefined
  const before = data.indexOf(1)
  return data.every((value, index) => value === (index % out === before + Math.floor(index / out) ? 1 : 0)) ? before : undefined
}
