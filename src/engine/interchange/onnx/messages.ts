import { Reader, Writer } from 'protobufjs/minimal'
import { z } from 'zod'
import { shown, Unreadable } from '../../safetensors/header'
import { halfToFloat } from '../../safetensors/numbers'

/**
 * The part of ONNX's messages that a network of layers needs, as facts of the format: field numbers and types
 * (onnx.proto, IR version 8). What is not named here is skipped.
 */
type Scalar = 'int' | 'float' | 'text' | 'bytes' | 'floats' | 'ints' | 'doubles'
interface Field { name: string, type: Scalar | Message, repeated?: boolean }
type Message = ReadonlyMap<number, Field>

const message = (fields: Record<number, [name: string, type: Scalar | Message, repeated?: 'repeated']>): Message =>
  new Map(Object.entries(fields).map(([number, [name, type, repeated]]) => [Number(number), { name, type, ...(repeated && { repeated: true }) }]))

const keyValue = message({ 1: ['key', 'text'], 2: ['value', 'text'] })
const tensor = message({
  1: ['dims', 'ints'], 2: ['dataType', 'int'], 4: ['floats', 'floats'], 5: ['ints32', 'ints'], 7: ['ints', 'ints'], 8: ['name', 'text'],
  9: ['raw', 'bytes'], 10: ['doubles', 'doubles'], 13: ['external', keyValue, 'repeated'], 14: ['location', 'int']
})
const attribute = message({
  1: ['name', 'text'], 2: ['float', 'float'], 3: ['int', 'int'], 4: ['text', 'bytes'], 5: ['tensor', tensor],
  // Never followed: what a loop does inside is written, and passed over by reading.
  6: ['graph', 'bytes'], 7: ['floats', 'floats'], 8: ['ints', 'ints'], 20: ['type', 'int']
})
const node = message({
  1: ['inputs', 'text', 'repeated'], 2: ['outputs', 'text', 'repeated'], 3: ['name', 'text'], 4: ['operator', 'text'],
  5: ['attributes', attribute, 'repeated'], 7: ['domain', 'text']
})
const dimension = message({ 1: ['length', 'int'], 2: ['name', 'text'] })
const shape = message({ 1: ['dimensions', dimension, 'repeated'] })
const tensorType = message({ 1: ['elementType', 'int'], 2: ['shape', shape] })
const type = message({ 1: ['tensor', tensorType] })
const value = message({ 1: ['name', 'text'], 2: ['type', type] })
const graph = message({
  1: ['nodes', node, 'repeated'], 2: ['name', 'text'], 5: ['initializers', tensor, 'repeated'],
  11: ['inputs', value, 'repeated'], 12: ['outputs', value, 'repeated']
})
const operatorSet = message({ 1: ['domain', 'text'], 2: ['version', 'int'] })
const model = message({
  1: ['irVersion', 'int'], 2: ['producer', 'text'], 3: ['producerVersion', 'text'], 6: ['description', 'text'], 7: ['graph', graph],
  8: ['operatorSets', operatorSet, 'repeated'], 14: ['metadata', keyValue, 'repeated']
})

/** Element types of tensors, by ONNX's numbers. */
export const elementTypes = { float: 1, int32: 6, int64: 7, bool: 9, float16: 10, double: 11, bfloat16: 16 } as const
/** `AttributeProto.type`. */
const attributeTypes = { float: 1, int: 2, text: 3, graph: 5, ints: 7 } as const

const text = z.string().default('')
const whole = z.number().default(0)
const tensorSchema = z.object({
  name: text, dims: z.array(z.number()).default([]), dataType: whole, floats: z.array(z.number()).default([]), ints32: z.array(z.number()).default([]),
  ints: z.array(z.number()).default([]), doubles: z.array(z.number()).default([]), raw: z.custom<Uint8Array>((found) => found instanceof Uint8Array).optional(),
  external: z.array(z.object({ key: text, value: text })).default([]), location: whole
})
const nodeSchema = z.object({
  name: text, operator: text, domain: text, inputs: z.array(z.string()).default([]), outputs: z.array(z.string()).default([]),
  attributes: z.array(z.object({
    name: text, type: z.number().optional(), float: z.number().optional(), int: z.number().optional(), text: z.instanceof(Uint8Array).optional(),
    graph: z.custom<Uint8Array>((found) => found instanceof Uint8Array).optional(),
    floats: z.array(z.number()).optional(), ints: z.array(z.number()).optional(), tensor: tensorSchema.optional()
  })).default([])
})
const valueSchema = z.object({
  name: text,
  type: z.object({
    tensor: z.object({
      elementType: whole,
      shape: z.object({ dimensions: z.array(z.object({ length: z.number().optional(), name: z.string().optional() })).default([]) }).optional()
    }).optional()
  }).optional()
})
const graphSchema = z.object({
  name: text, nodes: z.array(nodeSchema).default([]), initializers: z.array(tensorSchema).default([]),
  inputs: z.array(valueSchema).default([]), outputs: z.array(valueSchema).default([])
})
const onnxModelSchema = z.object({
  irVersion: whole, producer: text, producerVersion: text, description: text, graph: graphSchema,
  operatorSets: z.array(z.object({ domain: text, version: whole })).default([]),
  metadata: z.array(z.object({ key: text, value: text })).default([])
})
export type OnnxModel = z.output<typeof onnxModelSchema>
/** What encoding takes: fields that are absent are not written. */
export type OnnxModelToWrite = z.input<typeof onnxModelSchema>
export type OnnxTensor = z.output<typeof tensorSchema>
export type OnnxTensorToWrite = z.input<typeof tensorSchema>
export type OnnxNode = z.output<typeof nodeSchema>
/** A graph in a model, or in a step of one. */
export type OnnxGraphToWrite = z.input<typeof graphSchema>
export type OnnxNodeToWrite = z.input<typeof nodeSchema>

/** An attribute of a node by what its value is. */
export const attributes = {
  ints: (name: string, ints: readonly number[]) => ({ name, type: attributeTypes.ints, ints: [...ints] }),
  int: (name: string, int: number) => ({ name, type: attributeTypes.int, int }),
  float: (name: string, float: number) => ({ name, type: attributeTypes.float, float }),
  text: (name: string, value: string) => ({ name, type: attributeTypes.text, text: new TextEncoder().encode(value) }),
  /** What a loop does each time. */
  graph: (name: string, content: OnnxGraphToWrite) => ({ name, type: attributeTypes.graph, graph: encoded(graph, content) })
}

/** Messages and numbers outside raw data that one file may hold: what it costs in memory is bounded before it is spent. */
const mostParts = 2_000_000

/** A model file's messages. Nothing in it is trusted. @throws Unreadable */
export function decodeModel(file: Uint8Array): OnnxModel {
  let content: unknown
  try {
    content = new Decoder(file).message(model, file.length)
  } catch (error) {
    if (error instanceof Unreadable) throw error
    throw new Unreadable({ en: 'it ends too early or is no ONNX file', zh: '文件提前结束或不是 ONNX 文件' })
  }
  const parsed = onnxModelSchema.safeParse(content)
  if (parsed.success) return parsed.data
  throw new Unreadable({ en: 'it holds no graph', zh: '其中没有计算图' })
}

class Decoder {
  private readonly reader: Reader
  private parts = 0

  constructor(file: Uint8Array) {
    this.reader = Reader.create(file)
  }

  message(fields: Message, end: number): Record<string, unknown> {
    const found: Record<string, unknown> = {}
    while (this.reader.pos < end) {
      const tag = this.reader.uint32()
      const [number, wire] = [tag >>> 3, tag & 7]
      const field = fields.get(number)
      if (!field) {
        if (wire === 3 || wire === 4) throw new Unreadable({ en: 'it holds groups, which ONNX does not', zh: '其中含有 ONNX 不使用的分组' })
        this.reader.skipType(wire)
        this.count()
      } else {
        this.field(field, wire, end, found)
      }
    }
    if (this.reader.pos !== end) throw new Unreadable({ en: 'a message runs over its end', zh: '某条消息超出其末尾' })
    return found
  }

  private count(): void {
    if (++this.parts > mostParts) {
      throw new Unreadable({ en: `it holds more than ${mostParts} messages and numbers`, zh: `其中的消息和数值超过 ${mostParts} 个` })
    }
  }

  private field({ name, type: kind, repeated }: Field, wire: number, end: number, into: Record<string, unknown>): void {
    if (kind === 'ints' || kind === 'floats' || kind === 'doubles') {
      const list = (into[name] ??= []) as number[]
      if (wire !== 2) return this.number(kind, wire, list)
      const last = this.end(end)
      while (this.reader.pos < last) this.number(kind, undefined, list)
      return
    }
    this.count()
    const value = this.value(kind, wire, end)
    if (repeated) ((into[name] ??= []) as unknown[]).push(value)
    else into[name] = value
  }

  private number(kind: 'ints' | 'floats' | 'doubles', wire: number | undefined, list: number[]): void {
    this.count()
    this.expect(wire, kind === 'ints' ? 0 : kind === 'floats' ? 5 : 1)
    list.push(kind === 'ints' ? Number(this.reader.int64().toString()) : kind === 'floats' ? this.reader.float() : this.reader.double())
  }

  private value(kind: Exclude<Field['type'], 'ints' | 'floats' | 'doubles'>, wire: number, end: number): unknown {
    switch (kind) {
      case 'int':
        this.expect(wire, 0)
        return Number(this.reader.int64().toString())
      case 'float':
        this.expect(wire, 5)
        return this.reader.float()
      case 'text':
      case 'bytes': {
        this.expect(wire, 2)
        const last = this.end(end)
        const bytes = this.reader.buf.subarray(this.reader.pos, last)
        this.reader.pos = last
        if (kind === 'bytes') return bytes
        if (bytes.length > 1_000_000) throw new Unreadable({ en: 'it holds a name of more than a million bytes', zh: '其中某个名称超过一百万字节' })
        return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')
      }
      default:
        this.expect(wire, 2)
        return this.message(kind, this.end(end))
    }
  }

  /** Where the piece whose length comes next ends. */
  private end(outer: number): number {
    const length = this.reader.uint32()
    if (length > outer - this.reader.pos) throw new Unreadable({ en: 'a message runs over its end', zh: '某条消息超出其末尾' })
    return this.reader.pos + length
  }

  private expect(wire: number | undefined, wanted: number): void {
    if (wire !== undefined && wire !== wanted) throw new Unreadable({ en: 'its fields are of other types than ONNX\'s', zh: '其字段类型与 ONNX 不符' })
  }
}

/** A model as the bytes of a file. */
export const encodeModel = (content: OnnxModelToWrite): Uint8Array => encoded(model, content)

function encoded(fields: Message, content: object): Uint8Array {
  const writer = Writer.create()
  write(writer, fields, content as Record<string, unknown>)
  return writer.finish()
}

function write(writer: Writer, fields: Message, content: Record<string, unknown>): void {
  for (const [number, { name, type: kind, repeated }] of fields) {
    const found = content[name]
    if (found === undefined) continue
    if (kind === 'ints' || kind === 'floats' || kind === 'doubles') {
      const list = found as number[]
      if (list.length === 0) continue
      writer.uint32(number << 3 | 2).fork()
      for (const each of list) {
        if (kind === 'ints') writer.int64(each)
        else if (kind === 'floats') writer.float(each)
        else writer.double(each)
      }
      writer.ldelim()
      continue
    }
    for (const each of repeated ? found as unknown[] : [found]) writeOne(writer, number, kind, each)
  }
}

function writeOne(writer: Writer, number: number, kind: Exclude<Field['type'], 'ints' | 'floats' | 'doubles'>, found: unknown): void {
  switch (kind) {
    case 'int': writer.uint32(number << 3).int64(found as number); return
    case 'float': writer.uint32(number << 3 | 5).float(found as number); return
    case 'text': writer.uint32(number << 3 | 2).string(found as string); return
    case 'bytes': writer.uint32(number << 3 | 2).bytes(found as Uint8Array); return
    default:
      writer.uint32(number << 3 | 2).fork()
      write(writer, kind, found as Record<string, unknown>)
      writer.ldelim()
  }
}

/** The numbers of a tensor in a file as float32. @throws Unreadable naming the tensor */
export function floatsOf(found: OnnxTensor): { shape: number[], data: Float32Array } {
  const { name, dims, dataType, raw } = found
  const size = dims.reduce((product, length) => product * length, 1)
  const misfit = new Unreadable({ en: `tensor ${shown(name)} does not fill its shape`, zh: `张量 ${shown(name)} 与其形状不符` })
  if (dims.length > 8 || !dims.every((length) => Number.isSafeInteger(length) && length >= 0) || !Number.isSafeInteger(size)) throw misfit
  const data = numbersOf(found, raw)
  if (!data) {
    throw new Unreadable({ en: `tensor ${shown(name)} is of type ${dataType}, which Graft does not read`, zh: `张量 ${shown(name)} 的类型 ${dataType} 无法读取` })
  }
  if (data.length !== size) throw misfit
  return { shape: dims, data }
}

function numbersOf({ dataType, floats, doubles, ints, ints32 }: OnnxTensor, raw: Uint8Array | undefined): Float32Array | undefined {
  const view = raw && new DataView(raw.buffer, raw.byteOffset, raw.byteLength)
  const each = (bytes: number, read: (at: number) => number): Float32Array =>
    Float32Array.from({ length: Math.floor(view!.byteLength / bytes) }, (_, index) => read(index * bytes))
  switch (dataType) {
    case elementTypes.float: return view ? each(4, (at) => view.getFloat32(at, true)) : Float32Array.from(floats)
    case elementTypes.double: return view ? each(8, (at) => view.getFloat64(at, true)) : Float32Array.from(doubles)
    // Halves outside raw data lie as the bits of whole numbers.
    case elementTypes.float16: return view ? each(2, (at) => halfToFloat(view.getUint16(at, true))) : Float32Array.from(ints32, halfToFloat)
    case elementTypes.bfloat16: return view ? each(2, (at) => upperHalf(view.getUint16(at, true))) : Float32Array.from(ints32, upperHalf)
    case elementTypes.int32: return view ? each(4, (at) => view.getInt32(at, true)) : Float32Array.from(ints32)
    case elementTypes.int64: return view ? each(8, (at) => Number(view.getBigInt64(at, true))) : Float32Array.from(ints)
    default: return undefined
  }
}

const word = new DataView(new ArrayBuffer(4))
/** The number whose upper 16 bits these are. */
function upperHalf(bits: number): number {
  word.setUint32(0, bits << 16)
  return word.getFloat32(0)
}
