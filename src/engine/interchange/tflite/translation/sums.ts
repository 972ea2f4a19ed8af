import { Unreadable } from '../../../safetensors/header'
import { attributes } from '../../onnx/messages'
import { activated } from './activations'
import { axisOf, orderOf } from './arithmetic'
import { sizeOf } from './numbers'
import { axisInFirst, untranslated, type Step } from './translation'

const reductions: Readonly<Record<string, string>> = { MEAN: 'ReduceMean', SUM: 'ReduceSum', REDUCE_MAX: 'ReduceMax', REDUCE_MIN: 'ReduceMin', REDUCE_PROD: 'ReduceProd' }

export function reduction(step: Step): void {
  const { name, inputs: [input = -1], outputs: [output = -1], options, graph } = step
  const shape = graph.shape(input)
  const axes = [...new Set(graph.ints(step, 1).map((axis) => axisOf(name, axis, shape.length)))].sort()
  const keeps = options?.flag(0) ?? false
  const left = shape.flatMap((length, axis) => axes.includes(axis) ? keeps ? [1] : [] : [length])
  const known = graph.constant(input)
  // How many numbers a shape that is known comes to.
  if (known && shape.length === 1 && name === 'REDUCE_PROD') return graph.setConstant(output, left, [known.data.reduce((product, length) => product * length, 1)])
  // Without height and width the order is the same.
  const order = graph.isFirst(input) && (keeps || (axes.includes(1) && axes.includes(2))) ? 'first' : 'last'
  const places = order === 'first' ? axes.map(axisInFirst) : axes
  const made = graph.add(graph.tensor(output).name, reductions[name]!, [graph[order](input), ...(name === 'SUM' ? [graph.wholes(places)] : [])], [
    ...(name === 'SUM' ? [] : [attributes.ints('axes', places)]), attributes.int('keepdims', keeps ? 1 : 0)
  ])
  graph.set(output, left, keeps && order === 'first' ? 'first' : 'last', made)
}

/** Weights are [units, inputs]; whatever goes in is taken as rows of so many numbers. */
export function fullyConnected({ name, inputs: [input = -1, kernel = -1, bias = -1], outputs: [output = -1], options, graph }: Step): void {
  const shape = graph.shape(input)
  const [units = 0, length = 0] = graph.shape(kernel)
  const rows = sizeOf(shape) / length
  if (graph.shape(kernel).length !== 2 || !Number.isInteger(rows) || (options?.byte(1) ?? 0) !== 0) throw untranslated(name, { en: 'with weights in another order', zh: '其权重为其他排列' })
  const own = graph.tensor(output).name
  const flat = shape.length === 2 && shape[1] === length ? graph.last(input) : graph.add(`${own}/rows`, 'Reshape', [flatOf(graph, input), graph.wholes([rows, length])])
  const weights = graph.constant(kernel)
  const offset = graph.constant(bias)
  if (offset && offset.data.length !== units) throw untranslated(name, { en: 'with a bias of another length', zh: '其偏置长度不符' })
  const layer = graph.name(`${own}/layer`)
  const made = graph.add(own, 'Gemm', [
    flat, weights ? graph.floats(`${layer}.weight`, weights.shape, weights.data) : graph.last(kernel),
    ...(offset ? [graph.floats(`${layer}.bias`, [units], offset.data)] : bias >= 0 ? [graph.last(bias)] : [])
  ], [attributes.int('transB', 1)])
  const active = activated(graph, made, options?.byte(0) ?? 0)
  const whole = [...shape.slice(0, -1), units]
  const keeps = (options?.flag(2) ?? false) && shape.length !== 2
  graph.set(output, keeps ? whole : [rows, units], 'last', keeps ? graph.add(`${own}/whole`, 'Reshape', [active, graph.wholes(whole)]) : active)
}

/** A value whose numbers lie in the order of TensorFlow Lite: an image of one pixel has it either way. */
export function flatOf(graph: Step['graph'], input: number): string {
  const [, height, width] = graph.shape(input)
  return graph.isFirst(input) && height === 1 && width === 1 ? graph.first(input) : graph.last(input)
}

export function matrixProduct({ inputs: [first = -1, second = -1], outputs: [output = -1], options, graph }: Step): void {
  const own = graph.tensor(output).name
  const turned = (index: number, turns: boolean): { name: string, shape: readonly number[] } => {
    const shape = graph.shape(index)
    const axes = shape.map((_, axis) => axis)
    if (shape.length < 2) throw new Unreadable({ en: 'it multiplies what is no matrix', zh: '相乘的不是矩阵' })
    if (!turns) return { name: graph.last(index), shape }
    axes.push(...axes.splice(-2).reverse())
    return { name: graph.add(`${own}/turned`, 'Transpose', [graph.last(index)], [attributes.ints('perm', axes)]), shape: axes.map((axis) => shape[axis]!) }
  }
  const [one, other] = [turned(first, options?.flag(0) ?? false), turned(second, options?.flag(1) ?? false)]
  if (one.shape.length !== other.shape.length) throw new Unreadable({ en: 'it multiplies matrices of different ranks', zh: '相乘的矩阵阶数不同' })
  const rank = one.shape.length
  const shape = one.shape.map((length, axis) => axis === rank - 1 ? other.shape[axis]! : axis === rank - 2 ? length : Math.max(length, other.shape[axis]!))
  graph.set(output, shape, 'last', graph.add(own, 'MatMul', [one.name, other.name]))
}

/** Shares, their logarithms, or vectors of length 1, along the channels. */
export function alongChannels(step: Step): void {
  const { name, inputs: [input = -1], outputs: [output = -1], options, graph } = step
  const order = orderOf(step)
  const axis = attributes.int('axis', order === 'first' ? 1 : -1)
  const own = graph.tensor(output).name
  const beta = name === 'SOFTMAX' ? options?.float(0) ?? 1 : 1
  const from = beta === 1 ? graph[order](input) : graph.add(`${own}/beta`, 'Mul', [graph[order](input), graph.floats('beta', [], Float32Array.of(beta))])
  const made = name === 'SOFTMAX' ? graph.add(own, 'Softmax', [from], [axis]) : name === 'LOG_SOFTMAX' ? graph.add(own, 'LogSoftmax', [from], [axis])
    : graph.add(own, 'LpNormalization', [from], [axis, attributes.int('p', 2)])
  graph.set(output, graph.shape(input), order, activated(graph, made, name === 'L2_NORMALIZATION' ? options?.byte(0) ?? 0 : 0))
}
