import { Unreadable } from '../../../safetensors/header'
import { attributes } from '../../onnx/messages'
import { activated } from './activations'
import { untranslated, axisInFirst, type Order, type Step } from './translation'

/** Numbers known before anything runs are computed at once where they are as few as lengths are. */
const mostComputed = 64

const binaries: Readonly<Record<string, { onnx: string, compute: (first: number, second: number) => number }>> = {
  ADD: { onnx: 'Add', compute: (first, second) => first + second },
  SUB: { onnx: 'Sub', compute: (first, second) => first - second },
  MUL: { onnx: 'Mul', compute: (first, second) => first * second },
  DIV: { onnx: 'Div', compute: (first, second) => first / second },
  MAXIMUM: { onnx: 'Max', compute: Math.max },
  MINIMUM: { onnx: 'Min', compute: Math.min },
  POW: { onnx: 'Pow', compute: Math.pow },
  PRELU: { onnx: 'PRelu', compute: (value, slope) => value < 0 ? value * slope : value },
  SQUARED_DIFFERENCE: { onnx: 'Sub', compute: (first, second) => (first - second) ** 2 }
}

/** Lengths of two values together, where an axis of one is spread over the other. */
function spread(first: readonly number[], second: readonly number[]): number[] {
  const rank = Math.max(first.length, second.length)
  return Array.from({ length: rank }, (_, axis) => {
    const [one, other] = [first, second].map((shape) => shape[axis - rank + shape.length] ?? 1) as [number, number]
    if (one !== other && one !== 1 && other !== 1) throw new Unreadable({ en: 'two values that it joins differ in their lengths', zh: '相结合的两个值长度不同' })
    return one === 1 ? other : one
  })
}

/** Channels first where one of the values of a step lies so and all can. */
export function orderOf({ graph, inputs }: Pick<Step, 'graph' | 'inputs'>): Order {
  const values = inputs.filter((index) => index >= 0 && !graph.constant(index))
  return values.some((index) => graph.isFirst(index)) && values.every((index) => graph.shape(index).length === 4) ? 'first' : 'last'
}

export function binary(step: Step): void {
  const { name, inputs: [first = -1, second = -1], outputs: [output = -1], options, graph } = step
  const { onnx, compute } = binaries[name]!
  const [one, other] = [graph.constant(first), graph.constant(second)]
  const shape = spread(graph.shape(first), graph.shape(second))
  if (one && other) {
    const [left, right] = [one.data, other.data]
    const count = Math.max(left.length, right.length)
    const fits = count <= mostComputed && [left, right].every(({ length }) => length === 1 || length === count)
    if (!fits) throw untranslated(name, { en: 'of two constants', zh: '作用于两个常量' })
    const at = (list: Float32Array, index: number): number => list[list.length === 1 ? 0 : index]!
    return graph.setConstant(output, shape, Array.from({ length: count }, (_, index) => compute(at(left, index), at(right, index))))
  }
  const order = orderOf(step)
  const own = graph.tensor(output).name
  let made = graph.add(own, onnx, [graph[order](first), graph[order](second)])
  if (name === 'SQUARED_DIFFERENCE') made = graph.add(`${own}/square`, 'Mul', [made, made])
  const fuses = ['ADD', 'SUB', 'MUL', 'DIV'].includes(name)
  graph.set(output, shape, order, activated(graph, made, fuses ? options?.byte(0) ?? 0 : 0))
}

/** Several values after another along an axis. */
export function concatenation(step: Step): void {
  const { name, inputs, outputs: [output = -1], options, graph } = step
  const shapes = inputs.map((index) => graph.shape(index))
  const [model = []] = shapes
  const axis = axisOf(name, options?.int(0) ?? 0, model.length)
  const fits = shapes.every((shape) => shape.length === model.length && shape.every((length, at) => at === axis || length === model[at]))
  if (!fits) throw new Unreadable({ en: 'values that it joins differ in their lengths', zh: '相结合的值长度不同' })
  const known = inputs.map((index) => graph.constant(index))
  const shape = model.map((length, at) => at === axis ? shapes.reduce((sum, each) => sum + each[at]!, 0) : length)
  if (model.length === 1 && shape[0]! <= mostComputed && known.every((each) => each !== undefined)) {
    return graph.setConstant(output, shape, known.flatMap(({ data }) => [...data]))
  }
  const order = orderOf(step)
  const along = attributes.int('axis', order === 'first' ? axisInFirst(axis) : axis)
  const made = graph.add(graph.tensor(output).name, 'Concat', inputs.map((index) => graph[order](index)), [along])
  graph.set(output, shape, order, activated(graph, made, options?.byte(1) ?? 0))
}

/** Counted from the first axis. */
export function axisOf(name: string, axis: number, rank: number): number {
  const found = axis < 0 ? axis + rank : axis
  if (!(found >= 0 && found < rank)) throw untranslated(name, { en: `along axis ${axis}`, zh: `沿轴 ${axis}` })
  return found
}
