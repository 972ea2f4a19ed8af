import type { FileTensor } from '../shared/model-format'
import type { Bounds } from '../../safetensors/bounds'
import { isElsewhere, numbersBeside, type FilesBeside } from './beside'
import { elementTypes, floatsOf, type OnnxModel, type OnnxNode, type OnnxTensor } from './messages'

/** Numbers that exporters compute instead of writing them down are few: axes, paddings, shapes. */
const mostComputed = 64
const deepest = 64

type Ints = { shape: readonly number[], data: number[] } | undefined

/** What is constant in a graph: its initialisers, its constants, and small numbers computed from these. */
export class Constants {
  private readonly tensors = new Map<string, OnnxTensor>()
  private readonly nodes = new Map<string, OnnxNode>()
  private depth = 0
  private readonly computed = new Map<string, Ints>()
  private readonly read = new Map<string, FileTensor>()

  /** @param beside files with numbers that lie beside the model's own, by name */
  constructor({ graph }: OnnxModel, private readonly bounds: Bounds, private readonly beside: FilesBeside = new Map()) {
    // An empty name stands for an input that is left out.
    for (const tensor of graph.initializers) if (tensor.name !== '') this.tensors.set(tensor.name, tensor)
    for (const node of graph.nodes) {
      const [output] = node.outputs
      if (!output) continue
      this.nodes.set(output, node)
      const value = node.operator === 'Constant' ? node.attributes.find(({ name }) => name === 'value')?.tensor : undefined
      if (value) this.tensors.set(output, { ...value, name: output })
    }
  }

  /** The name of the initialiser behind a value that only passes it on; undefined where it is no constant. */
  private source(name: string): string | undefined {
    for (let value = name, depth = 0; depth < deepest; depth++) {
      if (this.tensors.has(value)) return value
      const node = this.nodes.get(value)
      if (node?.operator !== 'Identity' && node?.operator !== 'Cast') return undefined
      value = node.inputs[0] ?? ''
    }
    return undefined
  }

  has(name: string | undefined): boolean {
    return name !== undefined && name !== '' && this.source(name) !== undefined
  }

  /** Lengths of a constant's axes, before it is read. */
  shapeOf(name: string): readonly number[] | undefined {
    const source = this.source(name)
    return source === undefined ? undefined : this.tensors.get(source)!.dims
  }

  /** The initialiser's own name. */
  nameOf(name: string): string {
    return this.source(name) ?? name
  }

  /** A constant's numbers; undefined where it is none. @throws Unreadable naming it; GraftError `model-too-large` */
  tensor(name: string | undefined): FileTensor | undefined {
    const source = name === undefined || name === '' ? undefined : this.source(name)
    if (source === undefined) return undefined
    const known = this.read.get(source)
    if (known) return known
    const tensor = this.tensors.get(source)!
    this.bounds.take(tensor.dims.reduce((product, length) => product * length, 1))
    const found = floatsOf(isElsewhere(tensor) ? { ...tensor, raw: numbersBeside(tensor, this.beside) } : tensor)
    this.read.set(source, found)
    return found
  }

  /** Before numbers of the file are written a second time. @throws GraftError `model-too-large` */
  copy(numbers: number): void {
    this.bounds.take(numbers)
  }

  /** Names of initialisers with more than one number of a float type that nothing has read: they found no place. */
  unread(): { name: string, shape: readonly number[] }[] {
    const floats: readonly number[] = [elementTypes.float, elementTypes.float16, elementTypes.bfloat16, elementTypes.double]
    return [...this.tensors.values()].filter(({ name, dims, dataType }) => (
      !this.read.has(name) && floats.includes(dataType) && dims.length > 0 && dims.reduce((product, length) => product * length, 1) > 1
    )).map(({ name, dims }) => ({ name, shape: dims }))
  }

  /** Few whole numbers that are constant or computed from such, as exporters leave paddings; undefined where that cannot be told. */
  ints(name: string | undefined): Ints {
    if (name === undefined || name === '') return undefined
    // Also what is being computed: a circle gives nothing.
    if (this.computed.has(name) || this.depth > deepest) return this.computed.get(name)
    this.computed.set(name, undefined)
    this.depth++
    const found = this.compute(name)
    this.depth--
    this.computed.set(name, found)
    return found
  }

  /** Whether a value is a single zero spread over a shape, as an exporter writes a bias that there is not. */
  isZeros(name: string | undefined): boolean {
    const node = this.nodes.get(name ?? '')
    const filling = node?.operator === 'Expand' ? this.ints(node.inputs[0]) : undefined
    return filling !== undefined && filling.data.length > 0 && filling.data.every((value) => value === 0)
  }

  private compute(name: string): Ints {
    const source = this.source(name)
    if (source !== undefined) {
      const { dims } = this.tensors.get(source)!
      if (dims.reduce((product, length) => product * length, 1) > mostComputed) return undefined
      const found = this.tensor(source)!
      return { shape: found.shape, data: [...found.data] }
    }
    const node = this.nodes.get(name)
    if (!node) return undefined
    const input = (at: number) => this.ints(node.inputs[at])
    switch (node.operator) {
      case 'Constant': {
        const { ints, int } = node.attributes[0] ?? {}
        if (ints && ints.length > mostComputed) return undefined
        return ints ? { shape: [ints.length], data: ints } : int === undefined ? undefined : { shape: [], data: [int] }
      }
      case 'ConstantOfShape': {
        const count = input(0)?.data.reduce((product, length) => product * length, 1)
        if (count === undefined || !(count <= mostComputed)) return undefined
        const value = node.attributes[0]?.tensor ? floatsOf(node.attributes[0].tensor).data[0] ?? 0 : 0
        return { shape: [count], data: Array.from({ length: count }, () => value) }
      }
      case 'Concat': {
        const parts = node.inputs.map((_, at) => at < 16 ? input(at) : undefined)
        if (!parts.every((part) => part !== undefined)) return undefined
        const data = parts.flatMap((part) => part.data)
        return data.length > mostComputed ? undefined : { shape: [data.length], data }
      }
      case 'Identity':
      case 'Cast':
      case 'CastLike':
      case 'Unsqueeze':
      case 'Squeeze': return input(0)
      case 'Shape': {
        const shape = input(0)?.shape
        return shape && { shape: [shape.length], data: [...shape] }
      }
      case 'Gather': {
        const [from, at] = [input(0)?.data, input(1)?.data]
        return from && at?.length === 1 && at[0]! in from ? { shape: [], data: [from[at[0]!]!] } : undefined
      }
      case 'Add': return computed(input(0), input(1), (first, second) => first + second)
      case 'Sub': return computed(input(0), input(1), (first, second) => first - second)
      case 'Mul': return computed(input(0), input(1), (first, second) => first * second)
      case 'Reshape': return reshaped(input(0), input(1)?.data)
      case 'Transpose': return transposed(input(0))
      case 'Slice': return reversed(input(0), [1, 2, 3, 4].map((at) => input(at)?.data))
      default: return undefined
    }
  }
}

function computed(first: Ints, second: Ints, compute: (first: number, second: number) => number): Ints {
  if (!first || second?.data.length !== first.data.length) return undefined
  return { shape: first.shape, data: first.data.map((value, index) => compute(value, second.data[index]!)) }
}

function reshaped(from: Ints, shape: readonly number[] | undefined): Ints {
  if (!from || !shape || shape.length > 2) return undefined
  const known = shape.reduce((product, length) => length < 0 ? product : product * length, 1)
  const lengths = shape.map((length) => length < 0 ? from.data.length / known : length)
  return lengths.reduce((product, length) => product * length, 1) === from.data.length ? { shape: lengths, data: from.data } : undefined
}

function transposed(from: Ints): Ints {
  if (from?.shape.length !== 2) return from?.shape.length === 1 ? from : undefined
  const [rows, columns] = from.shape as [number, number]
  return { shape: [columns, rows], data: from.data.map((_, index) => from.data[(index % rows) * columns + Math.floor(index / rows)]!) }
}

/** The one slice that paddings need: the first axis from its end to its beginning. */
function reversed(from: Ints, [starts, , axes, steps]: (readonly number[] | undefined)[]): Ints {
  if (!from || from.data.length === 0 || from.shape.length === 0 || starts?.[0] !== -1 || axes?.[0] !== 0 || steps?.[0] !== -1) return undefined
  const [rows, row] = [from.shape[0]!, from.data.length / from.shape[0]!]
  return { shape: from.shape, data: Array.from({ length: rows }, (_, index) => from.data.slice((rows - 1 - index) * row, (rows - index) * row)).flat() }
}
