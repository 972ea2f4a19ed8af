import { Builder, type Offset } from 'flatbuffers'

/**
 * The part of TensorFlow Lite's schema (version 3) that a network of layers needs, as facts of the format: places of fields in their
 * tables, numbers of operators, types and options.
 */
const elementTypes = { float32: 0, int32: 2, uint8: 3, int8: 9 } as const
type ElementType = keyof typeof elementTypes

/** Operators with their number and the version that this program's files need, of floats and of 8-bit numbers. */
const operators = {
  add: { code: 0, versions: [1, 2] },
  averagePool: { code: 1, versions: [1, 2] },
  convolution: { code: 3, versions: [1, 3] },
  depthwise: { code: 4, versions: [1, 3] },
  dequantize: { code: 6, versions: [1, 2] },
  fullyConnected: { code: 9, versions: [1, 4] },
  logistic: { code: 14, versions: [1, 2] },
  maxPool: { code: 17, versions: [1, 2] },
  multiply: { code: 18, versions: [1, 2] },
  relu: { code: 19, versions: [1, 2] },
  relu6: { code: 21, versions: [1, 2] },
  reshape: { code: 22, versions: [1, 1] },
  pad: { code: 34, versions: [1, 2] },
  mean: { code: 40, versions: [1, 2] },
  subtract: { code: 41, versions: [1, 2] },
  stridedSlice: { code: 45, versions: [1, 2] },
  padWith: { code: 60, versions: [1, 2] },
  inverseRoot: { code: 76, versions: [1, 2] },
  quantize: { code: 114, versions: [1, 1] },
  hardSwish: { code: 117, versions: [1, 1] },
  gelu: { code: 150, versions: [1, 2] }
} as const
export type OperatorName = keyof typeof operators

const paddings = { same: 0, valid: 1 } as const
const activations = { none: 0, relu: 1, relu6: 3 } as const
type Activation = keyof typeof activations

/** What an operator is told beside its inputs. */
export interface Options {
  padding?: keyof typeof paddings
  strides?: readonly [number, number]
  window?: readonly [number, number]
  activation?: Activation
  keepDimensions?: boolean
}

export interface Quantisation { scale: readonly number[], zeroPoint: readonly number[], axis?: number | undefined }

export interface TfliteTensor {
  name: string
  /** Without the batch, for values; a constant's whole shape. */
  shape: readonly number[]
  type: ElementType
  /** Of a constant. */
  data?: Uint8Array
  quantisation?: Quantisation
}

export interface TfliteOperator { operator: OperatorName, inputs: readonly number[], output: number, options: Options }

export interface TfliteModel {
  tensors: readonly TfliteTensor[]
  operators: readonly TfliteOperator[]
  /** Positions among the tensors. */
  input: number
  output: number
  description: string
  metadata: Readonly<Record<string, string>>
}

/** Bytes between the places that data may begin at. */
const alignment = 16

/** A model as the bytes of a `.tflite` file. The batch is left open: 1 unless an interpreter is told otherwise. */
export function encodeTflite(model: TfliteModel): Uint8Array {
  const builder = new Builder(1 << 20)
  builder.forceDefaults(true)
  const { tensors, input, output } = model
  // Buffer 0 is empty by convention: what has no data names it.
  const buffers: Offset[] = [table(builder, 3, [])]
  const bufferOf = (data: Uint8Array): number => buffers.push(table(builder, 3, [[0, 'offset', bytes(builder, data)]])) - 1
  const places = tensors.map((tensor) => writeTensor(builder, tensor, tensor.data ? bufferOf(tensor.data) : 0))
  const metadata = Object.entries(model.metadata).map(([name, text]) => {
    const buffer = bufferOf(new TextEncoder().encode(text))
    return table(builder, 2, [[0, 'offset', builder.createString(name)], [1, 'uint32', buffer]])
  })

  const used = [...new Set(model.operators.map((each) => codeOf(each, tensors)))]
  const codes = used.map((key) => {
    const [name, version] = key.split('/') as [OperatorName, string]
    const { code } = operators[name]
    return table(builder, 4, [[0, 'int8', Math.min(code, 127)], [2, 'int32', Number(version)], [3, 'int32', code]])
  })
  const steps = model.operators.map((each) => writeOperator(builder, each, used.indexOf(codeOf(each, tensors))))

  const graph = table(builder, 6, [
    [0, 'offset', offsets(builder, places)], [1, 'offset', ints(builder, [input])], [2, 'offset', ints(builder, [output])],
    [3, 'offset', offsets(builder, steps)], [4, 'offset', builder.createString('main')]
  ])
  const named = (index: number): Offset =>
    offsets(builder, [table(builder, 2, [[0, 'offset', builder.createString(tensors[index]!.name)], [1, 'uint32', index]])])
  const signature = table(builder, 5, [
    [0, 'offset', named(input)], [1, 'offset', named(output)], [2, 'offset', builder.createString('serving_default')], [4, 'uint32', 0]
  ])
  builder.finish(table(builder, 10, [
    [0, 'uint32', 3], [1, 'offset', offsets(builder, codes)], [2, 'offset', offsets(builder, [graph])],
    [3, 'offset', builder.createString(model.description)], [4, 'offset', offsets(builder, buffers)],
    [6, 'offset', offsets(builder, metadata)], [7, 'offset', offsets(builder, [signature])]
  ]), 'TFL3')
  return builder.asUint8Array()
}

/** The operator and its version: that of 8-bit numbers where its output or its first input is of them. */
function codeOf({ operator, inputs, output }: TfliteOperator, tensors: readonly TfliteTensor[]): string {
  const small = [output, inputs[0]!].some((index) => tensors[index]!.type === 'int8')
  return `${operator}/${operators[operator].versions[small ? 1 : 0]}`
}

function writeTensor(builder: Builder, { name, shape, type, data, quantisation }: TfliteTensor, buffer: number): Offset {
  const constant = data !== undefined
  const numbers = quantisation && table(builder, 7, [
    [2, 'offset', floats(builder, quantisation.scale)], [3, 'offset', longs(builder, quantisation.zeroPoint)], [6, 'int32', quantisation.axis ?? 0]
  ])
  return table(builder, 11, [
    [0, 'offset', ints(builder, constant ? shape : [1, ...shape])], [1, 'int8', elementTypes[type]], [2, 'uint32', buffer],
    [3, 'offset', builder.createString(name)], ...(numbers === undefined ? [] : [[4, 'offset', numbers] as const]),
    ...(constant ? [] : [[7, 'offset', ints(builder, [-1, ...shape])] as const])
  ])
}

function writeOperator(builder: Builder, { operator, inputs, output, options }: TfliteOperator, code: number): Offset {
  const told = optionsOf(operator, options)
  const toldTable = told && table(builder, told.slots, told.fields)
  return table(builder, 14, [
    [0, 'uint32', code], [1, 'offset', ints(builder, inputs)], [2, 'offset', ints(builder, [output])],
    ...(told && toldTable !== undefined ? [[3, 'uint8', told.type] as const, [4, 'offset', toldTable] as const] : []),
    [13, 'int32', -1]
  ])
}

/** The table of options that an operator has, by its number among them. */
function optionsOf(
  operator: OperatorName, { padding = 'valid', strides: [down, across] = [1, 1], window: [height, width] = [1, 1], activation = 'none', keepDimensions = false }: Options
): { type: number, slots: number, fields: readonly Field[] } | undefined {
  const fused = activations[activation]
  const moves: Field[] = [[0, 'int8', paddings[padding]], [1, 'int32', across], [2, 'int32', down]]
  switch (operator) {
    case 'convolution': return { type: 1, slots: 7, fields: [...moves, [3, 'int8', fused], [4, 'int32', 1], [5, 'int32', 1]] }
    case 'depthwise': return { type: 2, slots: 7, fields: [...moves, [3, 'int32', 1], [4, 'int8', fused], [5, 'int32', 1], [6, 'int32', 1]] }
    case 'maxPool':
    case 'averagePool': return { type: 5, slots: 6, fields: [...moves, [3, 'int32', width], [4, 'int32', height], [5, 'int8', fused]] }
    case 'fullyConnected': return { type: 8, slots: 6, fields: [[0, 'int8', fused]] }
    case 'add': return { type: 11, slots: 2, fields: [[0, 'int8', fused], [1, 'int8', 1]] }
    case 'multiply': return { type: 21, slots: 1, fields: [[0, 'int8', fused]] }
    case 'subtract': return { type: 28, slots: 2, fields: [[0, 'int8', fused], [1, 'int8', 1]] }
    case 'mean': return { type: 27, slots: 1, fields: [[0, 'int8', keepDimensions ? 1 : 0]] }
    case 'pad': return { type: 22, slots: 0, fields: [] }
    case 'padWith': return { type: 43, slots: 0, fields: [] }
    case 'gelu': return { type: 116, slots: 1, fields: [[0, 'int8', 0]] }
    // Every beginning and every end is that of the axis.
    case 'stridedSlice': return { type: 32, slots: 6, fields: [[0, 'int32', 15], [1, 'int32', 15], [2, 'int32', 0], [3, 'int32', 0], [4, 'int32', 0]] }
    default: return undefined
  }
}

type Field = readonly [slot: number, kind: 'int8' | 'uint8' | 'int32' | 'uint32' | 'offset', value: number]

function table(builder: Builder, slots: number, fields: readonly Field[]): Offset {
  builder.startObject(slots)
  for (const [slot, kind, value] of fields) {
    if (kind === 'offset') builder.addFieldOffset(slot, value, 0)
    else if (kind === 'int8' || kind === 'uint8') builder.addFieldInt8(slot, value, 0)
    else builder.addFieldInt32(slot, value, 0)
  }
  return builder.endObject()
}

function bytes(builder: Builder, data: Uint8Array): Offset {
  builder.prep(alignment, data.length)
  return builder.createByteVector(data)
}

/** Vectors are written from their end. */
function vector(builder: Builder, size: number, values: readonly number[], add: (value: number) => void): Offset {
  builder.startVector(size, values.length, size)
  for (const value of [...values].reverse()) add(value)
  return builder.endVector()
}
const ints = (builder: Builder, values: readonly number[]): Offset => vector(builder, 4, values, (value) => builder.addInt32(value))
const floats = (builder: Builder, values: readonly number[]): Offset => vector(builder, 4, values, (value) => builder.addFloat32(value))
const longs = (builder: Builder, values: readonly number[]): Offset => vector(builder, 8, values, (value) => builder.addInt64(BigInt(value)))
const offsets = (builder: Builder, values: readonly number[]): Offset => vector(builder, 4, values, (value) => builder.addOffset(value))
