import { z } from 'zod'
import type { GraphHead } from '../shared/runnable-graph'
import type { FileTensor } from '../shared/model-format'
import type { GraphNode, TensorFlowGraph } from './graph'

type Tensors = ReadonlyMap<string, FileTensor>

const passesOn = new Set(['Softmax', 'LogSoftmax', 'Identity', 'Squeeze', 'Reshape'])
const sums = new Set(['Add', 'AddV2', 'BiasAdd'])
/** Steps between the last dense layer and the output. */
const deepest = 8

/**
 * The dense layer that the first output comes of, perhaps through a softmax, or the convolution over one pixel that stands for
 * one, as MobileNets have it; undefined where it comes of none, or of one with a single unit.
 */
export function headIn({ nodes, outputs: [output = ''] }: TensorFlowGraph, tensors: Tensors): GraphHead | undefined {
  let value = output
  let added: FileTensor | undefined
  for (let depth = 0; depth < deepest; depth++) {
    const node = nodes.get(value)
    if (!node) return undefined
    const [first = '', second = ''] = node.inputs
    if (/^(_Fused)?(MatMul|Conv2D)$/.test(node.operation)) return ofDense(node, tensors, added)
    if (sums.has(node.operation) && !added) {
      added = tensors.get(second) ?? tensors.get(first)
      value = tensors.has(second) ? first : second
      if (!added) return undefined
    } else if (passesOn.has(node.operation)) value = first
    else return undefined
  }
  return undefined
}

const listSchema = z.looseObject({ list: z.looseObject({ s: z.array(z.string()).optional() }) })
const flagSchema = z.looseObject({ b: z.literal(true) })

/** Kernel [inputs, units] and bias of the last layer. */
function ofDense({ operation, inputs: [features = '', kernelName = '', biasName = ''], attributes }: GraphNode, tensors: Tensors, added: FileTensor | undefined): GraphHead | undefined {
  const fused = (listSchema.safeParse(attributes['fused_ops']).data?.list.s ?? []).map((text) => Buffer.from(text, 'base64').toString())
  const isTrue = (name: string): boolean => flagSchema.safeParse(attributes[name]).success
  const kernel = tensors.get(kernelName)
  if (!kernel || isTrue('transpose_a') || isTrue('transpose_b') || fused.some((each) => each !== 'BiasAdd') || (fused.length > 0 && added)) return undefined
  const shape = operation.endsWith('Conv2D') ? kernel.shape.slice(2) : kernel.shape
  const isPoint = !operation.endsWith('Conv2D') || (kernel.shape.length === 4 && kernel.shape[0] === 1 && kernel.shape[1] === 1)
  const [inputs = 0, units = 0] = shape
  const bias = fused.length > 0 ? tensors.get(biasName)?.data : added ? added.data : new Float32Array(units)
  if (!isPoint || shape.length !== 2 || units < 2 || bias?.length !== units || kernel.data.length !== inputs * units) return undefined
  return [kernel.data, bias].every((numbers) => numbers.every(Number.isFinite)) ? { features, inputs, units, kernel: kernel.data, bias } : undefined
}

/**
 * What a graph does to pixels before anything else, as x · scale + offset by channel; undefined where it begins otherwise.
 */
export function leadingAffine({ nodes }: TensorFlowGraph, tensors: Tensors): { scale: number[], offset: number[] } | undefined {
  const readers = new Map<string, GraphNode[]>()
  for (const node of nodes.values()) for (const input of node.inputs) readers.set(input, [...readers.get(input) ?? [], node])
  let at = [...nodes.values()].find(({ operation }) => operation === 'Placeholder')?.name ?? ''
  let result: { scale: number[], offset: number[] } | undefined
  for (let depth = 0; depth < deepest; depth++) {
    const [next, ...others] = readers.get(at) ?? []
    if (!next || others.length > 0) return result
    if (next.operation !== 'Identity') {
      const step = affineOf(next, at, tensors)
      if (!step) return result
      result = followed(result ?? { scale: [1], offset: [0] }, step)
    }
    at = next.name
  }
  return result
}

interface Affine { scale: number[], offset: number[] }

function affineOf({ operation, inputs }: GraphNode, from: string, tensors: Tensors): Affine | undefined {
  const [first = '', second = ''] = inputs
  const constant = tensors.get(first === from ? second : first)
  // One number, or one for each channel, which come last.
  if (!constant || ![1, 3].includes(constant.data.length)) return undefined
  if (constant.shape.some((length, axis) => length !== 1 && axis < constant.shape.length - 1)) return undefined
  const numbers = [...constant.data]
  const each = (value: number): number[] => numbers.map(() => value)
  switch (operation) {
    case 'Mul': return { scale: numbers, offset: each(0) }
    case 'RealDiv':
    case 'Div': return first === from ? { scale: numbers.map((value) => 1 / value), offset: each(0) } : undefined
    case 'Sub': return first === from ? { scale: each(1), offset: numbers.map((value) => -value) } : undefined
    case 'Add':
    case 'AddV2':
    case 'BiasAdd': return { scale: each(1), offset: numbers }
    default: return undefined
  }
}

function followed(before: Affine, after: Affine): Affine {
  const at = (values: readonly number[], channel: number): number => values[values.length === 1 ? 0 : channel]!
  const channels = Array.from({ length: Math.max(before.scale.length, after.scale.length) }, (_, channel) => channel)
  return {
    scale: channels.map((channel) => at(before.scale, channel) * at(after.scale, channel)),
    offset: channels.map((channel) => at(before.offset, channel) * at(after.scale, channel) + at(after.offset, channel))
  }
}
