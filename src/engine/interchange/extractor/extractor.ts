import { GraftError } from '../../../contract/errors'
import { extractorId, usualNormalisation, type Remark } from '../../../contract/models'
import { denseHead } from '../../architectures'
import type { LayerOf, NetworkDefinition } from '../../network/definition'
import { averaged, packBytes } from '../../network/graph-layer'
import type { GraphSession } from '../../network/graph-session'
import { numbered } from '../recognition/candidate'
import type { Recognised } from '../recognition/recognise'
import type { GraphHead, RunnableGraph } from '../shared/runnable-graph'

/** A side of images where the graph takes any. */
const usualSide = 224
const largestSide = 4096
/** A longer vector is no features but an image. */
const longestFeatures = 100_000

/**
 * A graph that is none of Graft's architectures as a frozen backbone: its runtime runs it as it is, and what comes before
 * its last dense layer is its features; where it ends in no such layer, its output is.
 * @param size [height, width], where the person says it
 * @throws GraftError `not-an-extractor` with the reason, `graph-failed`, `size-unknown`
 */
export function asExtractor(graph: RunnableGraph, size?: readonly [number, number]): Recognised {
  const { path, runtime, session, head } = graph
  const input = inputOf(graph, size)
  const found = head && tried(session, input, head.features, head.inputs)
  const output = found ? head.features : outputOf(graph)
  const numbers = found ?? lookOrAsk(path, session, input, output, size)
  const layer: LayerOf<'graph'> = {
    kind: 'graph', name: 'graph', input: input.name, output, channelsFirst: input.channelsFirst, ...(runtime !== 'onnx' && { runtime }),
    ...(input.batch !== undefined && { batch: input.batch }),
    average: numbers.average, features: numbers.features, bytes: graph.bytes.length,
    parameters: graph.parameters - (found ? head.kernel.length + head.bias.length : 0)
  }
  if (layer.features > longestFeatures) {
    throw cannotExtract(path, { en: `its output “${output}” has ${layer.features} numbers for each image, which is no feature vector`, zh: `其输出“${output}”每张图像有 ${layer.features} 个数，不是特征向量` })
  }
  return recognisedOf(layer, input, found ? head : undefined, graph)
}

function recognisedOf(layer: LayerOf<'graph'>, input: GraphInput, head: GraphHead | undefined, { bytes, title, runtime }: RunnableGraph): Recognised {
  // TensorFlow's own networks mostly take pixels of -1 to 1, PyTorch's those of ImageNet's statistics.
  const usual = runtime === 'tensorflow' ? 'half' : 'imagenet'
  const classes = head?.units ?? 0
  const definition: NetworkDefinition = {
    architecture: extractorId, options: {}, input: [input.height, input.width, input.channels], normalisation: usualNormalisation(usual, input.channels),
    classes: numbered(classes), blocks: [{ name: 'graph', title: title.block, layers: [layer] }], head: denseHead(classes)
  }
  const weights = new Map<string, Float32Array>([['graph.graph.graph', packBytes(bytes)]])
  weights.set('head.dense.kernel', head?.kernel ?? new Float32Array(0))
  weights.set('head.dense.bias', head?.bias ?? new Float32Array(classes))
  return {
    definition, weights, head: head !== undefined, unmatched: [], anySize: input.isAnySize, folded: false, remarks: remarksOf(layer, input, head),
    naming: {
      id: extractorId, title: title.runtime, architectures: [], heads: [], layer: () => undefined,
      normalisation: (channels) => usualNormalisation(usual, channels === 1 ? 1 : 3)
    }
  }
}

interface GraphInput { name: string, height: number, width: number, channels: 1 | 3, channelsFirst: boolean, batch?: number, isAnySize: boolean }

function inputOf({ path, runtime, session: { inputs } }: RunnableGraph, size: readonly [number, number] | undefined): GraphInput {
  const [images, ...others] = inputs
  if (!images || others.length > 0) {
    throw cannotExtract(path, { en: `it takes ${inputs.length} inputs (${inputs.map(({ name }) => name).slice(0, 5).join(', ')}), where images alone are given`, zh: `它需要 ${inputs.length} 个输入，而此处只提供图像` })
  }
  if (!images.isFloat || images.shape?.length !== 4) {
    throw cannotExtract(path, { en: `its input “${images.name}” is no batch of images in 32-bit floats`, zh: `其输入“${images.name}”不是 32 位浮点的图像批次` })
  }
  const [batch = -1, ...lengths] = images.shape
  const isChannels = (length: number | undefined): length is 1 | 3 => length === 1 || length === 3
  // Where no length tells it, as each runtime's own exporters have it.
  const channelsFirst = isChannels(lengths[0]) || (!isChannels(lengths[2]) && runtime === 'onnx')
  const [channels = -1, height = -1, width = -1] = channelsFirst ? lengths : [lengths[2], lengths[0], lengths[1]]
  if (channels > 0 && channels !== 1 && channels !== 3) throw cannotExtract(path, { en: `it takes images of ${channels} channels`, zh: `它的输入图像有 ${channels} 个通道` })
  const wanted = size ?? [usualSide, usualSide]
  if (size && ((height > 0 && height !== size[0]) || (width > 0 && width !== size[1]))) {
    throw cannotExtract(path, { en: `it takes images of ${height}×${width} alone, not ${size[0]}×${size[1]}`, zh: `它只接受 ${height}×${width} 的图像，而不是 ${size[0]}×${size[1]}` })
  }
  // What a graph claims decides how much is taken for an empty image.
  if (Math.max(height, width) > largestSide) throw cannotExtract(path, { en: `it takes images of ${height}×${width}`, zh: `它的输入图像为 ${height}×${width}` })
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
  if (count !== batch || lengths.length === 0) throw cannotExtract(path, { en: `its output “${output}” is not one row for each image`, zh: `其输出“${output}”不是每张图像一行` })
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

/** What is taken for features where there is no head: an output named for them, or the first vector, or the first. */
function outputOf({ session, outputs }: RunnableGraph): string {
  const own = session.outputs.filter(({ name, isFloat }) => isFloat && outputs.includes(name))
  const named = own.find(({ name }) => /embed|feature|pool/i.test(name))
  return (named ?? own.find(({ shape }) => shape?.length === 2) ?? own[0])?.name ?? outputs[0] ?? ''
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

/** Why a graph is no extractor, with the file's name. */
export const cannotExtract = (path: string, reason: { en: string, zh: string }): GraftError => new GraftError('not-an-extractor', {
  en: `${path} is none of Graft's architectures and cannot be run as an extractor of features either: ${reason.en}.`,
  zh: `${path} 不属于 Graft 的任何架构，也无法作为特征提取器运行：${reason.zh}。`
}, { field: 'path', remedy: { en: 'Export it with one input of images in 32-bit floats, in one file.', zh: '请导出为单个文件，且只有一个 32 位浮点图像输入。' } })
