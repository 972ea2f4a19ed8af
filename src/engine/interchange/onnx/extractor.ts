import * as fs from 'node:fs/promises'
import { GraftError } from '../../../contract/errors'
import { extractorId, usualNormalisation, type Remark } from '../../../contract/models'
import { denseHead } from '../../architectures'
import type { LayerOf, NetworkDefinition } from '../../network/definition'
import { averaged, packBytes } from '../../network/graph-layer'
import { openGraph, type GraphSession } from '../../network/graph-session'
import { Bounds } from '../../safetensors/bounds'
import { Unreadable } from '../../safetensors/header'
import type { ReadLimits } from '../../safetensors/limits'
import { numbered } from '../recognition/candidate'
import type { Recognised } from '../recognition/recognise'
import { isElsewhere, readBeside } from './beside'
import { Constants } from './constants'
import { headIn, type GraphHead } from './graph-head'
import { withNumbers } from './inlined'
import { decodeModel, elementTypes, encodeModel, type OnnxModel } from './messages'

/** A side of images where the graph takes any. */
const usualSide = 224
const largestBytes = 600 << 20
/** A longer vector is no features but an image. */
const longestFeatures = 100_000

/**
 * A graph that is none of Graft's architectures as a frozen backbone: ONNX Runtime runs it as it is, and what comes before
 * its last dense layer is its features; where it ends in no such layer, its output is.
 * @param size [height, width], where the person says it
 * @throws GraftError `not-an-extractor` with the reason, `graph-failed`, `graph-runtime-missing`
 */
export async function readExtractor(path: string, limits: ReadLimits, size?: readonly [number, number]): Promise<Recognised> {
  if ((await fs.stat(path)).size > largestBytes) throw cannot(path, { en: 'it is larger than 600 MiB', zh: '文件超过 600 MiB' })
  const { bytes, model } = await readWhole(path, limits)
  const constants = new Constants(model, new Bounds(path, limits))
  const head = headIn(model, constants)
  // Messages that follow one another are one: the value before the head becomes an output beside the graph's own.
  const whole = head && !model.graph.outputs.some(({ name }) => name === head.features)
    ? new Uint8Array(Buffer.concat([bytes, encodeModel({ graph: { outputs: [{ name: head.features }] } })])) : new Uint8Array(bytes)
  const session = openGraph(whole)
  const input = inputOf(path, session, size)
  const found = head && tried(session, input, head.features, head.inputs)
  const output = outputOf(model, session, found ? head.features : undefined)
  const numbers = found ?? lookOrAsk(path, session, input, output, size)
  const layer: LayerOf<'graph'> = {
    kind: 'graph', name: 'graph', input: input.name, output, channelsFirst: input.channelsFirst, ...(input.batch !== undefined && { batch: input.batch }),
    average: numbers.average, features: numbers.features, bytes: whole.length,
    parameters: parametersOf(model) - (found && head ? head.kernel.length + head.bias.length : 0)
  }
  if (layer.features > longestFeatures) {
    throw cannot(path, { en: `its output “${output}” has ${layer.features} numbers for each image, which is no feature vector`, zh: `其输出“${output}”每张图像有 ${layer.features} 个数，不是特征向量` })
  }
  return recognisedOf(layer, input, found ? head : undefined, whole)
}

function recognisedOf(layer: LayerOf<'graph'>, input: GraphInput, head: GraphHead | undefined, bytes: Uint8Array): Recognised {
  const classes = head?.units ?? 0
  const definition: NetworkDefinition = {
    architecture: extractorId, options: {}, input: [input.height, input.width, input.channels], normalisation: usualNormalisation('imagenet', input.channels),
    classes: numbered(classes), blocks: [{ name: 'graph', title: 'ONNX', layers: [layer] }], head: denseHead(classes)
  }
  const weights = new Map<string, Float32Array>([['graph.graph.graph', packBytes(bytes)]])
  weights.set('head.dense.kernel', head?.kernel ?? new Float32Array(0))
  weights.set('head.dense.bias', head?.bias ?? new Float32Array(classes))
  return {
    definition, weights, head: head !== undefined, unmatched: [], anySize: input.isAnySize, folded: false, remarks: remarksOf(layer, input, head),
    naming: {
      id: extractorId, title: 'ONNX Runtime', architectures: [], heads: [], layer: () => undefined,
      normalisation: (channels) => usualNormalisation('imagenet', channels === 1 ? 1 : 3)
    }
  }
}

interface GraphInput { name: string, height: number, width: number, channels: 1 | 3, channelsFirst: boolean, batch?: number, isAnySize: boolean }

function inputOf(path: string, { inputs }: GraphSession, size: readonly [number, number] | undefined): GraphInput {
  const [images, ...others] = inputs
  if (!images || others.length > 0) {
    throw cannot(path, { en: `it takes ${inputs.length} inputs (${inputs.map(({ name }) => name).slice(0, 5).join(', ')}), where images alone are given`, zh: `它需要 ${inputs.length} 个输入，而此处只提供图像` })
  }
  if (images.type !== 1 || images.shape?.length !== 4) {
    throw cannot(path, { en: `its input “${images.name}” is no batch of images in 32-bit floats`, zh: `其输入“${images.name}”不是 32 位浮点的图像批次` })
  }
  const [batch = -1, ...lengths] = images.shape
  const isChannels = (length: number | undefined): length is 1 | 3 => length === 1 || length === 3
  const channelsFirst = isChannels(lengths[0]) || !isChannels(lengths[2])
  const [channels = -1, height = -1, width = -1] = channelsFirst ? lengths : [lengths[2], lengths[0], lengths[1]]
  if (channels > 0 && channels !== 1 && channels !== 3) throw cannot(path, { en: `it takes images of ${channels} channels`, zh: `它的输入图像有 ${channels} 个通道` })
  const wanted = size ?? [usualSide, usualSide]
  if (size && ((height > 0 && height !== size[0]) || (width > 0 && width !== size[1]))) {
    throw cannot(path, { en: `it takes images of ${height}×${width} alone, not ${size[0]}×${size[1]}`, zh: `它只接受 ${height}×${width} 的图像，而不是 ${size[0]}×${size[1]}` })
  }
  return {
    name: images.name, channelsFirst, channels: channels === 1 ? 1 : 3, height: height > 0 ? height : wanted[0], width: width > 0 ? width : wanted[1],
    ...(batch > 0 && { batch }), isAnySize: height <= 0 || width <= 0
  }
}

interface Look { features: number, average: LayerOf<'graph'>['average'] }

/** What leaves the graph for an empty image: how many numbers, and what of them is averaged. */
function look(path: string, session: GraphSession, input: GraphInput, output: string): Look {
  const { name, height, width, channels, channelsFirst, batch = 1 } = input
  const shape = channelsFirst ? [batch, channels, height, width] : [batch, height, width, channels]
  const empty = new Float32Array(shape.reduce((product, length) => product * length, 1))
  const { data, shape: [count, ...lengths] } = session.run({ name, shape, data: empty }, output)
  if (count !== batch || lengths.length === 0) throw cannot(path, { en: `its output “${output}” is not one row for each image`, zh: `其输出“${output}”不是每张图像一行` })
  const average = lengths.filter((length) => length > 1).length < 2 ? 'none' : lengths.length > 2 && channelsFirst ? 'after' : 'between'
  return { average, features: averaged(data, lengths, average).length / batch }
}

/** The same; where the graph says that it takes any size and then does not take the usual one, a person has to say which. */
function lookOrAsk(path: string, session: GraphSession, input: GraphInput, output: string, size: readonly [number, number] | undefined): Look {
  try {
    return look(path, session, input, output)
  } catch (error) {
    if (size || !input.isAnySize || !(error instanceof GraftError) || error.code !== 'graph-failed') throw error
    throw new GraftError('size-unknown', {
      en: `${path} does not say how large its pictures are, and does not run on ${input.height}×${input.width}.`, zh: `${path} 未注明图像尺寸，且无法以 ${input.height}×${input.width} 运行。`
    }, { field: 'size', details: error.value.details ?? error.message, remedy: { en: 'Say the size that it was trained with.', zh: '请指明其训练时的尺寸。' } })
  }
}

/** The same of the value before the head, where that can be had and is as long as the head needs. */
function tried(session: GraphSession, input: GraphInput, output: string, length: number): Look | undefined {
  try {
    const found = look('', session, input, output)
    return found.features === length && found.average === 'none' ? found : undefined
  } catch (error) {
    if (error instanceof GraftError) return undefined
    throw error
  }
}

/** What is taken for features: what comes before the head, or else an output named for them, or the first vector, or the first. */
function outputOf({ graph }: OnnxModel, { outputs }: GraphSession, features: string | undefined): string {
  if (features !== undefined) return features
  const own = outputs.filter(({ name, type }) => type === 1 && graph.outputs.some((output) => output.name === name))
  const named = own.find(({ name }) => /embed|feature|pool/i.test(name))
  return (named ?? own.find(({ shape }) => shape?.length === 2) ?? own[0])?.name ?? graph.outputs[0]?.name ?? ''
}

const floatTypes: readonly number[] = [elementTypes.float, elementTypes.float16, elementTypes.double, elementTypes.bfloat16]
const parametersOf = ({ graph }: OnnxModel): number => graph.initializers.filter(({ dataType }) => floatTypes.includes(dataType))
  .reduce((sum, { dims }) => sum + dims.reduce((product, length) => product * length, 1), 0)

/** The file, with numbers that lie beside it in it. */
async function readWhole(path: string, limits: ReadLimits): Promise<{ bytes: Uint8Array, model: OnnxModel }> {
  const bytes = await fs.readFile(path)
  const model = decoded(path, () => decodeModel(bytes))
  if (!model.graph.initializers.some(isElsewhere)) return { bytes, model }
  const beside = await readBeside(model, path, limits)
  const size = [...beside.values()].reduce((sum, { length }) => sum + length, bytes.length)
  if (size > largestBytes) throw cannot(path, { en: 'it is larger than 600 MiB with the numbers beside it', zh: '连同旁边的数值超过 600 MiB' })
  const whole = decoded(path, () => withNumbers(bytes, model, beside))
  return { bytes: whole, model: decoded(path, () => decodeModel(whole)) }
}

function decoded<Result>(path: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw error instanceof Unreadable ? cannot(path, error.reason) : error
  }
}

function remarksOf({ output, features, average }: LayerOf<'graph'>, { isAnySize, height, width }: GraphInput, head: GraphHead | undefined): Remark[] {
  return [
    { about: 'read', text: {
      en: 'It is none of Graft\'s architectures and is run as it is, as a frozen extractor of features: a linear probe, SVM, forests, k-nearest neighbours, logistic regression and the advisor work; fine-tuning, adaptation, heat maps and export do not.',
      zh: '它不属于 Graft 的任何架构，将按原样作为冻结的特征提取器运行：可用线性探测、SVM、随机森林、k 近邻、逻辑回归和顾问；不能微调、域适应、生成热图或导出。'
    } },
    { about: 'read', text: head
      ? { en: `Its features are the ${features} numbers before its last dense layer (“${output}”); that layer is kept as its head.`, zh: `特征为其最后一个全连接层之前的 ${features} 个数（“${output}”）；该层保留为分类头。` }
      : { en: `Its features are ${features} numbers of its output “${output}”${average === 'none' ? '' : ', averaged over their places'}.`, zh: `特征为其输出“${output}”的 ${features} 个数${average === 'none' ? '' : '，按位置取平均'}。` } },
    ...(isAnySize ? [{ about: 'asked' as const, text: {
      en: `How large are its pictures? It takes any: ${height}×${width} is taken.`, zh: `图像多大？它接受任意尺寸：此处取 ${height}×${width}。`
    } }] : [])
  ]
}

const cannot = (path: string, reason: { en: string, zh: string }): GraftError => new GraftError('not-an-extractor', {
  en: `${path} is none of Graft's architectures and cannot be run as an extractor of features either: ${reason.en}.`,
  zh: `${path} 不属于 Graft 的任何架构，也无法作为特征提取器运行：${reason.zh}。`
}, { field: 'path', remedy: { en: 'Export it with one input of images in 32-bit floats, in one file.', zh: '请导出为单个文件，且只有一个 32 位浮点图像输入。' } })
