import { Unreadable } from '../../../safetensors/header'
import { operatorNames } from './operator-names'
import { Table } from './table'

/** How whole numbers stand for real ones: real = scale · (whole − zero). One pair for all, or one for each position along an axis. */
interface ReadQuantisation { scale: readonly number[], zeroPoint: readonly number[], axis: number }

export interface ReadTensor {
  name: string
  /** As the file says them; a length that may be any is 1 there. */
  shape: readonly number[]
  /** By the schema's number. */
  type: number
  /** Of a constant: the file's own bytes. */
  data?: Uint8Array
  quantisation?: ReadQuantisation
}

export interface ReadOperator {
  /** As TensorFlow Lite's own programs name it; of a custom one, what it calls itself. */
  name: string
  isCustom: boolean
  /** Positions among the tensors; -1 for one that is left out. */
  inputs: readonly number[]
  outputs: readonly number[]
  options: Table | undefined
}

export interface ReadModel {
  tensors: readonly ReadTensor[]
  operators: readonly ReadOperator[]
  inputs: readonly number[]
  outputs: readonly number[]
  metadata: ReadonlyMap<string, Uint8Array>
}

const most = { tensors: 200_000, operators: 100_000 }
const custom = 32

/** Whether bytes begin as such a file does. */
export const isTflite = (head: Uint8Array): boolean => new TextDecoder('latin1').decode(head.subarray(4, 8)) === 'TFL3'

/** A file's first graph. Nothing in it is trusted. @throws Unreadable */
export function decodeTflite(bytes: Uint8Array): ReadModel {
  if (!isTflite(bytes)) throw new Unreadable({ en: 'it does not begin as a TensorFlow Lite file does', zh: '其开头不是 TensorFlow Lite 文件' })
  const model = Table.root(bytes)
  const [graph] = model.tables(2)
  if (!graph) throw new Unreadable({ en: 'it holds no graph', zh: '其中没有计算图' })
  const buffers = model.tables(4)
  const bufferOf = (index: number): Uint8Array | undefined => {
    const buffer = buffers[index]
    if (buffer && buffer.long(1) > 1) throw new Unreadable({ en: 'its numbers lie outside its tables, as in files of more than 2 GB', zh: '其数值位于数据表之外（如超过 2 GB 的文件）' })
    const data = buffer?.data(0)
    return data && data.length > 0 ? data : undefined
  }
  const codes = model.tables(1).map((code) => {
    const number = Math.max(code.byte(0) & 0xff, code.int(3))
    return number === custom ? { name: code.text(1), isCustom: true } : { name: operatorNames[number] ?? `number ${number}`, isCustom: false }
  })
  const tensors = bounded(graph.tables(0), most.tensors).map((tensor) => readTensor(tensor, bufferOf))
  const inside = (indices: readonly number[]): readonly number[] => {
    if (indices.some((index) => index < -1 || index >= tensors.length)) throw new Unreadable({ en: 'a step names a tensor that it does not hold', zh: '某一步引用了不存在的张量' })
    return indices
  }
  const operators = bounded(graph.tables(3), most.operators).map((operator): ReadOperator => {
    const code = codes[operator.int(0)]
    if (!code) throw new Unreadable({ en: 'a step names an operator that it does not hold', zh: '某一步引用了不存在的算子' })
    return { ...code, inputs: inside(operator.ints(1)), outputs: inside(operator.ints(2)), options: operator.table(4) }
  })
  const metadata = new Map<string, Uint8Array>()
  for (const entry of model.tables(6)) {
    const data = bufferOf(entry.int(1))
    if (data) metadata.set(entry.text(0), data)
  }
  return { tensors, operators, inputs: inside(graph.ints(1)), outputs: inside(graph.ints(2)), metadata }
}

function readTensor(tensor: Table, bufferOf: (index: number) => Uint8Array | undefined): ReadTensor {
  const shape = tensor.ints(0)
  if (shape.length > 8) throw new Unreadable({ en: 'a tensor has more than 8 axes', zh: '某个张量超过 8 个轴' })
  const data = bufferOf(tensor.int(2))
  const numbers = tensor.table(4)
  const scale = numbers?.floats(2) ?? []
  const quantisation = numbers && scale.length > 0 ? { scale, zeroPoint: numbers.longs(3), axis: numbers.int(6) } : undefined
  return { name: tensor.text(3), shape, type: tensor.byte(1), ...(data && { data }), ...(quantisation && { quantisation }) }
}

function bounded<Part>(parts: readonly Part[], limit: number): readonly Part[] {
  if (parts.length > limit) throw new Unreadable({ en: `its graph has more than ${limit} parts`, zh: `其计算图超过 ${limit} 个部分` })
  return parts
}
