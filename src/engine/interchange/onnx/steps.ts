import type { FileTensor } from '../shared/model-format'
import type { FileGraph, GraphNode, Sides, Step } from '../shared/file-graph'
import type { Constants } from './constants'
import type { OnnxModel, OnnxNode } from './messages'
import { permuted } from '../shared/permuted'
import { Unreadable } from '../../safetensors/header'

/** More steps than any network of the architectures has. */
const mostNodes = 20_000

type Weights = readonly (readonly [part: string, tensor: FileTensor])[]

/**
 * A graph's steps, and the weights of each under PyTorch's names: `<layer>.weight`, `<layer>.running_mean`.
 * @throws Unreadable where it has too many nodes; GraftError `model-too-large`
 */
export function onnxSteps({ graph }: OnnxModel, constants: Constants): { graph: FileGraph, tensors: Map<string, FileTensor> } {
  if (graph.nodes.length > mostNodes) throw new Unreadable({ en: `its graph has more than ${mostNodes} nodes`, zh: `其计算图的节点超过 ${mostNodes} 个` })
  const tensors = new Map<string, FileTensor>()
  const nodes: GraphNode[] = []
  const layers = new Set<string>()
  const makers = new Map<string, GraphNode>()
  const add = (node: OnnxNode, inputs: readonly string[], step: Omit<Step, 'name' | 'operator'>, weights: Weights = []): void => {
    const output = node.outputs[0] ?? ''
    const layer = weights.length > 0 ? layerName(node, constants, layers) : undefined
    for (const [part, tensor] of weights) tensors.set(`${layer!}.${part}`, tensor)
    const made = { step: { name: node.name || output, operator: node.operator, ...step, ...(layer !== undefined && { layer }) }, inputs, output }
    nodes.push(made)
    makers.set(output, made)
  }
  for (const node of graph.nodes) {
    if (node.operator === 'Constant' || node.outputs.length === 0) continue
    const [data = '', second, third] = node.inputs
    switch (node.operator) {
      case 'Conv': convolution(node, constants, add); break
      case 'Gemm':
      case 'MatMul': dense(node, constants, add); break
      case 'BatchNormalization': batchNormalisation(node, constants, add); break
      case 'LayerNormalization': layerNormalisation(node, constants, add); break
      case 'Relu': add(node, [data], { kind: 'relu' }); break
      case 'HardSwish': add(node, [data], { kind: 'hard-swish' }); break
      case 'HardSigmoid': add(node, [data], { kind: isHardSigmoid(node) ? 'hard-sigmoid' : 'other' }); break
      case 'Erf': add(node, [data], { kind: 'error-function' }); break
      case 'Gelu': add(node, [data], { kind: textOf(node, 'approximate') === 'tanh' ? 'other' : 'gelu' }); break
      case 'Clip': add(node, [data], { kind: clipKind(node, constants) }); break
      case 'MaxPool':
      case 'AveragePool': pooling(node, add); break
      case 'GlobalAveragePool': add(node, [data], { kind: 'average' }); break
      case 'ReduceMean': add(node, [data], { kind: meansImage(node, constants) ? 'average' : 'other' }); break
      case 'Flatten':
      case 'Reshape':
      case 'Squeeze':
      case 'Unsqueeze': add(node, [data], { kind: 'flatten', ...(makers.get(data)?.step.kind === 'nothing' && isToLast(makers.get(data)!, graph.nodes) && { channelsLast: true }) }); break
      // A view by strides, as PyTorch's exporter leaves it between the mean of an image and the head: one pixel lies the same in any order.
      case 'Gather': add(node, [data], { kind: isView(node, makers) ? 'nothing' : 'other' }); break
      case 'Identity':
      case 'CastLike':
      case 'Cast':
      case 'Dropout': add(node, [data], { kind: 'nothing' }); break
      case 'Transpose': add(node, [data], { kind: turnsImage(node) ? 'nothing' : 'other' }); break
      case 'Softmax':
      case 'LogSoftmax':
      case 'Sigmoid': add(node, [data], { kind: 'softmax' }); break
      case 'Pad': add(node, [data], padStep(node, constants)); break
      case 'Slice': add(node, [data], sliceStep(node, constants)); break
      case 'Add':
      case 'Sub':
      case 'Mul':
      case 'Div': {
        const made = makers.get(data)
        const bias = node.operator === 'Add' ? biasOf(constants.has(second) ? made : makers.get(second ?? ''), constants.has(second) ? second : data, constants, tensors) : undefined
        if (bias) {
          tensors.set(`${bias.layer}.bias`, bias.tensor)
          add(node, [constants.has(second) ? data : second!], { kind: 'nothing' })
        } else if (!constants.has(data) && !constants.has(second) && (node.operator === 'Add' || node.operator === 'Mul') && third === undefined) {
          add(node, [data, second ?? ''], { kind: node.operator === 'Add' ? 'add' : 'multiply' })
        } else if (!channelScale(node, constants, add)) affine(node, constants, add)
        break
      }
      default: add(node, node.inputs.filter((input) => input !== '' && !constants.has(input)), { kind: 'other' })
    }
  }
  return { graph: { nodes, output: graph.outputs[0]?.name ?? '' }, tensors }
}

type Add = (node: OnnxNode, inputs: readonly string[], step: Omit<Step, 'name' | 'operator'>, weights?: Weights) => void

const attributeOf = (node: OnnxNode, name: string) => node.attributes.find((attribute) => attribute.name === name)
const intOf = (node: OnnxNode, name: string, otherwise: number): number => attributeOf(node, name)?.int ?? otherwise
const textOf = (node: OnnxNode, name: string): string => new TextDecoder().decode(attributeOf(node, name)?.text ?? new Uint8Array(0))
const pairOf = (ints: readonly number[] | undefined): [number, number] | undefined => ints?.length === 2 ? [ints[0]!, ints[1]!] : undefined

function paddingOf(node: OnnxNode): Step['padding'] {
  const automatic = textOf(node, 'auto_pad')
  if (automatic === 'SAME_UPPER') return 'same'
  if (automatic === 'SAME_LOWER') return undefined
  const pads = attributeOf(node, 'pads')?.ints
  return automatic === 'VALID' || !pads ? [0, 0, 0, 0] : pads.length === 4 ? [pads[0]!, pads[1]!, pads[2]!, pads[3]!] : undefined
}

const spreads = (node: OnnxNode): boolean => (attributeOf(node, 'dilations')?.ints ?? []).some((dilation) => dilation !== 1)

/** What a weight's names begin with: its own name without its part, or the module's path in the name of the node. */
function layerName(node: OnnxNode, constants: Constants, taken: Set<string>): string {
  const weight = constants.nameOf(node.inputs[1] ?? '')
  const [, own] = /^(.+)[./](?:weight|kernel|gamma|scale|layer_scale|layer_scale_parameter|depthwise_kernel)$/.exec(weight) ?? []
  const segments = node.name.split('/').filter((segment) => segment !== '').slice(0, -1)
  const path = segments.filter((segment, index) => !segments[index + 1]?.startsWith(`${segment}.`)).join('.')
  const name = own ?? (path === '' ? node.name || node.outputs[0]! : path)
  let unique = name
  for (let count = 2; taken.has(unique); count++) unique = `${name}#${count}`
  taken.add(unique)
  return unique
}

function convolution(node: OnnxNode, constants: Constants, add: Add): void {
  const [data = '', kernel, offset] = node.inputs
  const weight = constants.tensor(kernel)
  const group = intOf(node, 'group', 1)
  const padding = paddingOf(node)
  const depthwise = group > 1 && weight?.shape[0] === group && weight.shape[1] === 1
  const bias = constants.tensor(offset)
  if (weight?.shape.length !== 4 || spreads(node) || padding === undefined || (group !== 1 && !depthwise) || (offset && !bias && !constants.isZeros(offset))) {
    return add(node, [data], { kind: 'other' })
  }
  add(node, [data], {
    kind: depthwise ? 'depthwise-convolution' : 'convolution', padding, ...(bias && { biased: true }),
    strides: pairOf(attributeOf(node, 'strides')?.ints) ?? [1, 1], window: [weight.shape[2]!, weight.shape[3]!]
  }, [['weight', weight], ...(bias ? [['bias', bias] as const] : [])])
}

function dense(node: OnnxNode, constants: Constants, add: Add): void {
  const [data = '', kernel, offset] = node.inputs
  const weight = constants.tensor(kernel)
  const bias = constants.tensor(offset)
  const scaled = ['alpha', 'beta'].some((name) => (attributeOf(node, name)?.float ?? 1) !== 1)
  if (weight?.shape.length !== 2 || scaled || intOf(node, 'transA', 0) !== 0 || (offset && !bias)) return add(node, [data], { kind: 'other' })
  const [rows, columns] = weight.shape as [number, number]
  const asItIs = node.operator === 'Gemm' && intOf(node, 'transB', 0) === 1
  // A bias of a single number counts for every unit.
  const length = asItIs ? rows : columns
  if (bias && bias.data.length !== 1 && bias.data.length !== length) return add(node, [data], { kind: 'other' })
  // Many nodes may share one weight.
  if (!asItIs) constants.copy(weight.data.length)
  const turned = asItIs ? weight
    : { shape: [columns, rows], data: permuted(weight.data, [rows, columns], [1, 0]) }
  if (bias?.data.length === 1) constants.copy(length)
  const flat = bias && { shape: [length], data: bias.data.length === 1 ? new Float32Array(length).fill(bias.data[0]!) : bias.data }
  add(node, [data], { kind: 'dense' }, [['weight', turned], ...(flat ? [['bias', flat] as const] : [])])
}

/** The bias that is added after a dense step or a convolution without one. */
function biasOf(
  made: GraphNode | undefined, name: string | undefined, constants: Constants, tensors: ReadonlyMap<string, FileTensor>
): { layer: string, tensor: FileTensor } | undefined {
  const layer = made?.step.layer
  if (layer === undefined || !['dense', 'convolution', 'depthwise-convolution'].includes(made!.step.kind) || tensors.has(`${layer}.bias`)) return undefined
  const units = tensors.get(`${layer}.weight`)!.shape[0]!
  const shape = name === undefined ? undefined : constants.shapeOf(name)
  const numbers = shape?.reduce((product, length) => product * length, 1)
  const perChannel = made!.step.kind === 'dense' ? shape?.at(-1) === units : shape?.at(-3) === units
  if (numbers !== units || !perChannel) return undefined
  return { layer, tensor: { shape: [units], data: constants.tensor(name)!.data } }
}

function batchNormalisation(node: OnnxNode, constants: Constants, add: Add): void {
  const [data = '', ...names] = node.inputs
  const [weight, bias, mean, variance] = names.map((name) => constants.tensor(name))
  if (!weight || !bias || !mean || !variance) return add(node, [data], { kind: 'other' })
  add(node, [data], { kind: 'batch-normalisation', epsilon: attributeOf(node, 'epsilon')?.float ?? 1e-5 }, [
    ['weight', weight], ['bias', bias], ['running_mean', mean], ['running_var', variance]
  ])
}

function layerNormalisation(node: OnnxNode, constants: Constants, add: Add): void {
  const [data = '', ...names] = node.inputs
  const [weight, bias] = names.map((name) => constants.tensor(name))
  const axis = intOf(node, 'axis', -1)
  if (!weight || !bias || (axis !== -1 && axis !== 3)) return add(node, [data], { kind: 'other' })
  add(node, [data], { kind: 'layer-normalisation', epsilon: attributeOf(node, 'epsilon')?.float ?? 1e-5 }, [['weight', weight], ['bias', bias]])
}

const isHardSigmoid = (node: OnnxNode): boolean =>
  Math.abs((attributeOf(node, 'alpha')?.float ?? 0.2) - 1 / 6) < 1e-4 && Math.abs((attributeOf(node, 'beta')?.float ?? 0.5) - 0.5) < 1e-4

/** A product with one learned number a channel. @returns whether it is that */
function channelScale(node: OnnxNode, constants: Constants, add: Add): boolean {
  const [first = '', second = ''] = node.inputs
  const [data, name] = constants.has(second) ? [first, second] : [second, first]
  const shape = node.operator === 'Mul' && constants.has(name) && !constants.has(data) ? constants.shapeOf(name) : undefined
  const lengths = (shape ?? []).filter((length) => length !== 1)
  if (lengths.length !== 1 || lengths[0]! <= 4) return false
  const tensor = constants.tensor(name)!
  add({ ...node, inputs: [data, name] }, [data], { kind: 'channel-scale' }, [['scale', { shape: [lengths[0]!], data: tensor.data }]])
  return true
}

function clipKind(node: OnnxNode, constants: Constants): Step['kind'] {
  const bound = (at: number, name: string): number | undefined => constants.tensor(node.inputs[at])?.data[0] ?? attributeOf(node, name)?.float
  const [minimum, maximum] = [bound(1, 'min'), bound(2, 'max')]
  if (minimum !== 0) return 'other'
  if (maximum === 6) return 'relu6'
  return maximum === undefined && !node.inputs[2] ? 'relu' : 'other'
}

function pooling(node: OnnxNode, add: Add): void {
  const [data = ''] = node.inputs
  const [window, strides, padding] = [pairOf(attributeOf(node, 'kernel_shape')?.ints), pairOf(attributeOf(node, 'strides')?.ints) ?? [1, 1] as [number, number], paddingOf(node)]
  const average = node.operator === 'AveragePool'
  const zeros = Array.isArray(padding) && (padding as unknown as Sides).every((side) => side === 0)
  if (!window || padding === undefined || spreads(node) || intOf(node, 'ceil_mode', 0) !== 0 || (average && !zeros)) return add(node, [data], { kind: 'other' })
  add(node, [data], { kind: average ? 'average' : 'max-pooling', window, strides, padding })
}

function isView(node: OnnxNode, makers: ReadonlyMap<string, GraphNode>): boolean {
  if (!/as_strided/.test(`${node.name} ${node.outputs[0] ?? ''}`)) return false
  let made = makers.get(node.inputs[0] ?? '')
  while (made && (made.step.kind === 'flatten' || made.step.kind === 'nothing')) made = makers.get(made.inputs[0] ?? '')
  return made?.step.kind === 'average' && made.step.window === undefined
}

function meansImage(node: OnnxNode, constants: Constants): boolean {
  const axes = attributeOf(node, 'axes')?.ints ?? constants.ints(node.inputs[1])?.data ?? []
  const positive = axes.map((axis) => axis < 0 ? axis + 4 : axis).sort()
  return positive.join() === '2,3' || positive.join() === '1,2'
}

const orders = ['0,2,3,1', '0,3,1,2']
const turnsImage = (node: OnnxNode): boolean => orders.includes((attributeOf(node, 'perm')?.ints ?? []).join())

/** Whether a step brings an image into the order [height, width, channels]. */
function isToLast({ output }: GraphNode, nodes: readonly OnnxNode[]): boolean {
  const node = nodes.find(({ outputs }) => outputs[0] === output)
  return node?.operator === 'Transpose' && (attributeOf(node, 'perm')?.ints ?? []).join() === orders[0]
}

function padStep(node: OnnxNode, constants: Constants): Omit<Step, 'name' | 'operator'> {
  const pads = attributeOf(node, 'pads')?.ints ?? constants.ints(node.inputs[1])?.data
  const mode = textOf(node, 'mode')
  const filled = constants.tensor(node.inputs[2])?.data[0] ?? attributeOf(node, 'value')?.float ?? 0
  if (pads?.length !== 8 || (mode !== '' && mode !== 'constant') || filled !== 0 || pads.some((count) => count < 0) || pads[0] !== 0 || pads[4] !== 0) return { kind: 'other' }
  const [, before, top, left, , after, bottom, right] = pads as [number, number, number, number, number, number, number, number]
  if (before === 0 && after === 0) return { kind: 'zero-padding', padding: [top, left, bottom, right] }
  return top + left + bottom + right === 0 ? { kind: 'shortcut', channelsBefore: before, stride: 1 } : { kind: 'other' }
}

/** Every so many pixels of height, width or both. */
function sliceStep(node: OnnxNode, constants: Constants): Omit<Step, 'name' | 'operator'> {
  const [starts, axes, steps] = [1, 3, 4].map((at) => constants.ints(node.inputs[at])?.data)
  if (!starts?.every((start) => start === 0) || !axes || !steps || axes.some((axis) => axis !== 2 && axis !== 3 && axis !== -1 && axis !== -2)) return { kind: 'other' }
  return new Set(steps).size === 1 ? { kind: 'slice', stride: steps[0]! } : { kind: 'other' }
}

/** One number for all, or one per channel, whichever side it stands on. */
function affine(node: OnnxNode, constants: Constants, add: Add): void {
  const [first = '', second = ''] = node.inputs
  const right = constants.has(second)
  const name = right ? second : first
  const shape = constants.has(name) ? constants.shapeOf(name) : undefined
  const data = right ? first : second
  const lengths = (shape ?? []).filter((length) => length !== 1)
  const reversible = right || node.operator === 'Add' || node.operator === 'Mul'
  if (!shape || lengths.length > 1 || (lengths[0] ?? 1) > 4 || !reversible) return add(node, node.inputs.filter((input) => !constants.has(input)), { kind: 'other' })
  const values = [...constants.tensor(name)!.data]
  const zero = values.map(() => 0)
  const one = values.map(() => 1)
  const said = {
    Add: { scale: one, offset: values }, Sub: { scale: one, offset: values.map((value) => -value) },
    Mul: { scale: values, offset: zero }, Div: { scale: values.map((value) => 1 / value), offset: zero }
  }[node.operator as 'Add' | 'Sub' | 'Mul' | 'Div']
  add(node, [data], { kind: 'affine', ...said })
}
