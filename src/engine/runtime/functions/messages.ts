import { Reader, Writer } from 'protobufjs/minimal'

/**
 * The part of TensorFlow's messages that a function needs, as facts of the format: field numbers of function.proto,
 * node_def.proto, op_def.proto, attr_value.proto, tensor.proto and tensor_shape.proto (TensorFlow 2.16).
 */

/** Types of attributes, by the binding's numbers. */
const attributeTypes = { text: 0, integer: 1, float: 2, flag: 3, type: 4, shape: 5 } as const

/** What an operation takes and gives, from TensorFlow's own list. */
export interface Operation {
  name: string
  inputs: readonly Argument[]
  outputs: readonly Argument[]
  /** By name: the serialised default value, where there is one. */
  attributes: ReadonlyMap<string, Uint8Array | undefined>
  stateful: boolean
}
interface Argument { name: string, type?: number, typeAttribute?: string, numberAttribute?: string, listAttribute?: string }

/** Goes through the fields of a message. `read` must read the value of each field it takes; the others are skipped. */
function fields(reader: Reader, end: number, read: (field: number) => boolean): void {
  while (reader.pos < end) {
    const tag = reader.uint32()
    if (!read(tag >>> 3)) reader.skipType(tag & 7)
  }
}

function argumentFrom(reader: Reader): Argument {
  const argument: Argument = { name: '' }
  fields(reader, reader.uint32() + reader.pos, (field) => {
    if (field === 1) argument.name = reader.string()
    else if (field === 3) argument.type = reader.int32()
    else if (field === 4) argument.typeAttribute = reader.string()
    else if (field === 5) argument.numberAttribute = reader.string()
    else if (field === 6) argument.listAttribute = reader.string()
    else return false
    return true
  })
  return argument
}

function attributeFrom(reader: Reader): [name: string, value: Uint8Array | undefined] {
  let [name, value]: [string, Uint8Array | undefined] = ['', undefined]
  fields(reader, reader.uint32() + reader.pos, (field) => {
    if (field === 1) name = reader.string()
    else if (field === 3) value = reader.bytes().slice()
    else return false
    return true
  })
  return [name, value]
}

/** Reads TensorFlow's list of operations (OpList), each when it is first asked for. */
export function operationsIn(list: Uint8Array): (name: string) => Operation | undefined {
  const places = new Map<string, [start: number, end: number]>()
  const known = new Map<string, Operation>()
  const reader = Reader.create(list)
  fields(reader, list.length, (field) => {
    if (field !== 1) return false
    const end = reader.uint32() + reader.pos
    const start = reader.pos
    fields(reader, end, (inner) => {
      if (inner !== 1) return false
      places.set(reader.string(), [start, end])
      return true
    })
    return true
  })
  return (name) => {
    const place = places.get(name)
    if (!place) return undefined
    let operation = known.get(name)
    if (!operation) known.set(name, operation = operationFrom(Reader.create(list.subarray(...place)), name))
    return operation
  }
}

function operationFrom(reader: Reader, name: string): Operation {
  const [inputs, outputs, attributes]: [Argument[], Argument[], Map<string, Uint8Array | undefined>] = [[], [], new Map()]
  let stateful = false
  fields(reader, reader.len, (field) => {
    if (field === 2) inputs.push(argumentFrom(reader))
    else if (field === 3) outputs.push(argumentFrom(reader))
    else if (field === 4) attributes.set(...attributeFrom(reader))
    else if (field === 17) stateful = reader.bool()
    else return false
    return true
  })
  return { name, inputs, outputs, attributes, stateful }
}

const shapeMessage = (writer: Writer, shape: readonly number[]): Writer => {
  for (const length of shape) writer.uint32(18).fork().uint32(8).int64(length).ldelim()
  return writer
}

/** An AttrValue, serialised, from the binding's form of an attribute. */
export function attributeValue(type: number, value: unknown): Uint8Array {
  const writer = Writer.create()
  const list = Array.isArray(value) && type !== attributeTypes.shape ? value as unknown[] : undefined
  if (list) writer.uint32(10).fork()
  for (const each of list ?? [value]) {
    if (type === attributeTypes.text) writer.uint32(18).string(String(each))
    else if (type === attributeTypes.integer) writer.uint32(24).int64(Number(each))
    else if (type === attributeTypes.float) writer.uint32(37).float(Number(each))
    else if (type === attributeTypes.flag) writer.uint32(40).bool(Boolean(each))
    else if (type === attributeTypes.type) writer.uint32(48).int32(Number(each))
    else if (type === attributeTypes.shape) shapeMessage(writer.uint32(58).fork(), each as number[]).ldelim()
    else throw new Error(`Attributes of type ${type} cannot be written.`)
  }
  if (list) writer.ldelim()
  return writer.finish()
}

export const typeValue = (type: number): Uint8Array => attributeValue(attributeTypes.type, type)
export const integerValue = (value: number): Uint8Array => attributeValue(attributeTypes.integer, value)
export const flagValue = (value: boolean): Uint8Array => attributeValue(attributeTypes.flag, value)

/** The AttrValue of a constant. */
export function tensorValue(type: number, shape: readonly number[], content: Uint8Array): Uint8Array {
  const writer = Writer.create().uint32(66).fork().uint32(8).int32(type)
  return shapeMessage(writer.uint32(18).fork(), shape).ldelim().uint32(34).bytes(content).ldelim().finish()
}

/** The AttrValue that tells the shape of a function's input. */
const shapesValue = (shape: readonly number[]): Uint8Array =>
  shapeMessage(Writer.create().uint32(10).fork().uint32(58).fork(), shape).ldelim().ldelim().finish()

export interface Node {
  name: string
  operation: string
  /** `input`, `node:output:index` or `^node`. */
  inputs: readonly string[]
  attributes: ReadonlyMap<string, Uint8Array>
}

interface FunctionDefinition {
  name: string
  inputs: readonly { name: string, type: number, shape?: readonly number[] }[]
  outputs: readonly { name: string, type: number, from: string }[]
  nodes: readonly Node[]
  /** Nodes that must run though nothing is taken from them. */
  effects: readonly string[]
}

const attributesMessage = (writer: Writer, field: number, attributes: Iterable<readonly [string, Uint8Array]>): void => {
  for (const [name, value] of attributes) writer.uint32(field << 3 | 2).fork().uint32(10).string(name).uint32(18).bytes(value).ldelim()
}

/** A FunctionDef, serialised. */
export function functionMessage({ name, inputs, outputs, nodes, effects }: FunctionDefinition): Uint8Array {
  const writer = Writer.create()
  writer.uint32(10).fork().uint32(10).string(name)
  for (const input of inputs) writer.uint32(18).fork().uint32(10).string(input.name).uint32(24).int32(input.type).ldelim()
  for (const output of outputs) writer.uint32(26).fork().uint32(10).string(output.name).uint32(24).int32(output.type).ldelim()
  if (effects.length > 0) writer.uint32(136).bool(true)
  for (const effect of effects) writer.uint32(162).string(effect)
  writer.ldelim()
  for (const node of nodes) {
    writer.uint32(26).fork().uint32(10).string(node.name).uint32(18).string(node.operation)
    for (const input of node.inputs) writer.uint32(26).string(input)
    attributesMessage(writer, 5, node.attributes)
    writer.ldelim()
  }
  for (const output of outputs) writer.uint32(34).fork().uint32(10).string(output.name).uint32(18).string(output.from).ldelim()
  for (const effect of effects) writer.uint32(50).fork().uint32(10).string(effect).uint32(18).string(effect).ldelim()
  inputs.forEach(({ shape }, index) => {
    if (!shape) return
    writer.uint32(58).fork().uint32(8).uint32(index).uint32(18).fork()
    attributesMessage(writer, 1, [['_output_shapes', shapesValue(shape)]])
    writer.ldelim().ldelim()
  })
  return writer.finish()
}
