import { Unreadable } from '../../../safetensors/header'
import type { Bounds } from '../../../safetensors/bounds'
import { encodeModel } from '../../onnx/messages'
import { floats } from '../../onnx/model'
import type { ReadModel } from '../reading/read'
import { unary } from './activations'
import { binary, concatenation } from './arithmetic'
import { types } from '../reading/types'
import {
  batchToSpace, blocks, expandDimensions, gather, lengthsOf, pack, pad, reshape, resize, slice, spaceToBatch, split, squeeze, stridedSlice, tile, transpose
} from './places'
import { alongChannels, fullyConnected, matrixProduct, reduction } from './sums'
import { Translation, untranslated, type Step } from './translation'
import { convolution, pooling } from './windows'

const opset = 17
/** What goes into a translated graph. */
const imagesName = 'images'

/** The same value: between whole numbers and the real ones that they stand for nothing changes here but the rounding. */
function same({ inputs: [input = -1], outputs: [output = -1], graph }: Step): void {
  const constant = graph.constant(input)
  if (constant) return graph.alias(output, input)
  const order = graph.isFirst(input) ? 'first' : 'last'
  graph.set(output, graph.shape(input), order, graph[order](input), input)
}

const each = (names: string, write: (step: Step) => void): [string, (step: Step) => void][] => names.split(' ').map((name) => [name, write])

/** How each operator is written. */
const writers: ReadonlyMap<string, (step: Step) => void> = new Map([
  ...each('CONV_2D DEPTHWISE_CONV_2D', convolution),
  ...each('MAX_POOL_2D AVERAGE_POOL_2D', pooling),
  ...each('ADD SUB MUL DIV MAXIMUM MINIMUM POW PRELU SQUARED_DIFFERENCE', binary),
  ...each('RELU RELU6 RELU_N1_TO_1 RELU_0_TO_1 LEAKY_RELU ELU TANH LOGISTIC HARD_SWISH GELU EXP LOG SQRT RSQRT SQUARE ABS NEG FLOOR CEIL ROUND SIN COS SIGN', unary),
  ...each('MEAN SUM REDUCE_MAX REDUCE_MIN REDUCE_PROD', reduction),
  ...each('SOFTMAX LOG_SOFTMAX L2_NORMALIZATION', alongChannels),
  ...each('QUANTIZE DEQUANTIZE CAST', same),
  ...each('RESIZE_BILINEAR RESIZE_NEAREST_NEIGHBOR', resize),
  ...each('DEPTH_TO_SPACE SPACE_TO_DEPTH', blocks),
  ...each('PAD PADV2 MIRROR_PAD', pad),
  ...each('SPLIT UNPACK', split),
  ['FULLY_CONNECTED', fullyConnected], ['BATCH_MATMUL', matrixProduct], ['CONCATENATION', concatenation], ['RESHAPE', reshape], ['SQUEEZE', squeeze],
  ['EXPAND_DIMS', expandDimensions], ['TRANSPOSE', transpose], ['SHAPE', lengthsOf], ['STRIDED_SLICE', stridedSlice], ['SLICE', slice], ['PACK', pack],
  ['GATHER', gather], ['TILE', tile], ['SPACE_TO_BATCH_ND', spaceToBatch], ['BATCH_TO_SPACE_ND', batchToSpace]
])

const taken: readonly number[] = [types.float, types.uint8, types.int8]

/**
 * A TensorFlow Lite graph as the bytes of an ONNX file that computes the same for one image at once, [1, height, width, channels] of the
 * real numbers that the graph takes.
 * @throws Unreadable naming the step that has no counterpart; GraftError `model-too-large`
 */
export function toOnnxBytes(model: ReadModel, bounds: Bounds): Uint8Array {
  const graph = new Translation(model, bounds)
  const [input = -1, ...others] = model.inputs
  const { shape, type } = graph.tensor(input)
  if (others.length > 0 || shape.length !== 4 || !taken.includes(type)) {
    throw new Unreadable({ en: 'it does not take images alone', zh: '其输入不只是图像' })
  }
  const lengths = [1, ...shape.slice(1)]
  if (!lengths.every((length) => length > 0)) throw new Unreadable({ en: 'it does not say how large its pictures are', zh: '未注明图像尺寸' })
  graph.input(input, lengths, graph.name(imagesName))
  for (const operator of model.operators) {
    const write = operator.isCustom ? undefined : writers.get(operator.name)
    if (!write) throw untranslated(operator.name)
    write({ ...operator, graph })
  }
  const outputs = model.outputs.map((index) => ({ name: graph.last(index), shape: graph.shape(index) }))
  return encodeModel({
    irVersion: 8, producer: 'Graft', operatorSets: [{ domain: '', version: opset }],
    graph: {
      name: 'tflite', nodes: graph.writer.nodes, initializers: graph.writer.initializers, inputs: [value(imagesName, lengths)],
      outputs: outputs.map(({ name, shape: wanted }) => value(name, wanted))
    }
  })
}

/** One image's value; `floats` leaves the batch open. */
function value(name: string, [batch = 1, ...lengths]: readonly number[]): ReturnType<typeof floats> {
  const found = floats(name, lengths)
  return { ...found, type: { tensor: { ...found.type!.tensor!, shape: { dimensions: [{ length: batch }, ...lengths.map((length) => ({ length }))] } } } }
}
