import { z } from 'zod'
import type { Text } from '../../contract/text'
import { dataTypes, type DataType } from './numbers'

/** Why a file cannot be read; the caller adds the file's name. */
export class Unreadable extends Error {
  constructor(readonly reason: Text) {
    super(reason.en)
  }
}

/** What writing takes: as `SafeTensor`, without the tie between the two types. */
export interface TensorToWrite { dtype: 'F32' | 'I32', shape: readonly number[], data: Float32Array | Int32Array }

export const headerLengthBytes = 8
/** The format allows six times as much; a header of 10,000 tensors takes one megabyte, and its JSON costs memory. */
const longestHeader = 16_000_000

export interface HeaderEntry {
  dtype: DataType
  shape: number[]
  /** First byte and the one after the last, counted from the end of the header. */
  from: number
  to: number
}
interface Header {
  entries: [name: string, entry: HeaderEntry][]
  metadata: Record<string, string>
}

const metadataSchema = z.record(z.string(), z.string())
const whole = z.number().refine(Number.isSafeInteger).min(0)
const entrySchema = z.object({ dtype: z.string(), shape: z.array(whole).max(32), data_offsets: z.tuple([whole, whole]) })

/** A name from a file as a sentence can hold it. */
export const shown = (name: string): string => JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name)

/** The header's length from the file's first eight bytes. @throws Unreadable where it is longer than the file. */
export function parseHeaderLength(bytes: Uint8Array, fileSize: number): number {
  if (bytes.length < headerLengthBytes) throw new Unreadable({ en: 'it is shorter than 8 bytes', zh: '文件不足 8 字节' })
  const length = new DataView(bytes.buffer, bytes.byteOffset, headerLengthBytes).getBigUint64(0, true)
  if (length > BigInt(longestHeader) || length > BigInt(fileSize - headerLengthBytes)) {
    throw new Unreadable({ en: `its header claims ${length} bytes`, zh: `文件头声称有 ${length} 字节` })
  }
  return Number(length)
}

/**
 * The header's tensors in the order of their bytes. Together they must fill the data exactly, without hole or overlap.
 * @param dataBytes bytes that follow the header
 * @throws Unreadable
 */
export function parseHeader(bytes: Uint8Array, dataBytes: number): Header {
  const content = parseJson(bytes)
  const entries: [string, HeaderEntry][] = []
  let metadata: Record<string, string> = {}
  for (const [name, value] of Object.entries(content)) {
    if (name === '__metadata__') {
      const parsed = metadataSchema.safeParse(value)
      if (!parsed.success) throw new Unreadable({ en: 'its metadata is not text', zh: '其元数据不是文本' })
      metadata = parsed.data
    } else {
      entries.push([name, parseEntry(name, value)])
    }
  }
  entries.sort(([, a], [, b]) => a.from - b.from || a.to - b.to)
  let end = 0
  for (const [name, { from, to }] of entries) {
    if (from !== end) {
      throw new Unreadable({ en: `tensor ${shown(name)} does not begin where the one before ends`, zh: `张量 ${shown(name)} 的起点与前一个张量的终点不符` })
    }
    end = to
  }
  if (end !== dataBytes) {
    throw new Unreadable({ en: `its tensors take ${end} bytes, but ${dataBytes} follow the header`, zh: `张量共需 ${end} 字节，但文件头之后有 ${dataBytes} 字节` })
  }
  return { entries, metadata }
}

function parseJson(bytes: Uint8Array): object {
  let content: unknown
  try {
    content = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    content = undefined
  }
  if (typeof content === 'object' && content !== null && !Array.isArray(content)) return content
  throw new Unreadable({ en: 'its header is not a JSON object', zh: '文件头不是 JSON 对象' })
}

function parseEntry(name: string, value: unknown): HeaderEntry {
  const parsed = entrySchema.safeParse(value)
  if (!parsed.success) {
    throw new Unreadable({ en: `the header's entry of tensor ${shown(name)} is malformed`, zh: `文件头中张量 ${shown(name)} 的条目格式有误` })
  }
  const { dtype, shape, data_offsets: [from, to] } = parsed.data
  if (!isDataType(dtype)) {
    throw new Unreadable({ en: `tensor ${shown(name)} is of type ${shown(dtype)}, which Graft does not read`, zh: `张量 ${shown(name)} 的类型 ${shown(dtype)} 无法读取` })
  }
  const bytes = shape.reduce((product, length) => product * length, dataTypes[dtype])
  if (!Number.isSafeInteger(bytes) || to - from !== bytes) {
    throw new Unreadable({ en: `tensor ${shown(name)} does not fill its bytes`, zh: `张量 ${shown(name)} 与其字节数不符` })
  }
  return { dtype, shape, from, to }
}

const isDataType = (dtype: string): dtype is DataType => Object.hasOwn(dataTypes, dtype)

/**
 * The length and the header of a file with these tensors in this order, padded so that the data begin at a multiple of 8.
 * @throws RangeError where a tensor's data does not fit its shape
 */
export function encodeHeader(tensors: ReadonlyMap<string, TensorToWrite>, metadata: Readonly<Record<string, string>>): Uint8Array {
  const content: [string, unknown][] = Object.keys(metadata).length > 0 ? [['__metadata__', metadata]] : []
  let end = 0
  for (const [name, { dtype, shape, data }] of tensors) {
    if (data.length !== shape.reduce((product, length) => product * length, 1)) {
      throw new RangeError(`${name} has ${data.length} numbers for the shape [${shape.join(', ')}]`)
    }
    if (name === '__metadata__') throw new RangeError('a tensor cannot be named __metadata__')
    content.push([name, { dtype, shape, data_offsets: [end, end + data.byteLength] }])
    end += data.byteLength
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(content)))
  const bytes = new Uint8Array(headerLengthBytes + Math.ceil(text.length / 8) * 8).fill(0x20)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(bytes.length - headerLengthBytes), true)
  bytes.set(text, headerLengthBytes)
  return bytes
}
