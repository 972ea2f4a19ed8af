import * as fs from 'node:fs/promises'
import { GraftError } from '../../../contract/errors'
import { imageShapeSchema, type ImageShape } from '../../../contract/datasets'
import { writePartsDurably } from '../../../library/disk'
import { versions } from '../../versions'
import { Bounds } from '../../safetensors/bounds'
import type { ReadLimits } from '../../safetensors/limits'
import { defineModelFormat, type ModelFile } from '../shared/model-format'
import { stepsOf } from '../shared/file-graph'
import { leadingPixels } from '../recognition/graph-order'
import { factsOf, readFacts } from '../shared/model-facts'
import { readBeside, type FilesBeside } from './beside'
import { Constants } from './constants'
import { openOnnxFile } from './extractor'
import { answersToOnnx } from './answers'
import { toOnnx } from './graph'
import { decodeModel, encodeModel, type OnnxModel } from './messages'
import { onnxSteps } from './steps'
import { pixelHints } from '../shared/pixel-scale'
import { Unreadable } from '../../safetensors/header'

/** ONNX: a graph of operators with its numbers, here as classifiers of the architectures that Graft knows. Written at opset 17. */
export const onnx = defineModelFormat({
  id: 'onnx',
  title: { en: 'ONNX', zh: 'ONNX' },
  extensions: ['.onnx'],
  // A message that begins with its version of the form, a small number; then its producer or its graph.
  detect: ({ path, folder, head }) => !folder && head[0] === 0x08 && head[1]! <= 20
    // TensorFlow's begins with the same bytes.
    && !/saved_model\.pb$/i.test(path) && (path.toLowerCase().endsWith('.onnx') || [0x12, 0x3a, 0x42].includes(head[2]!)),
  async read(path, limits) {
    const { size } = await fs.stat(path)
    if (size > limits.bytes + (64 << 20)) throw damaged(path, { en: `it takes ${size} bytes`, zh: `文件有 ${size} 字节` })
    const bytes = await fs.readFile(path)
    const model = named(path, () => decodeModel(bytes))
    return { ...fileOf(model, path, limits, await readBeside(model, path, limits)), graph: { runtime: 'onnx', open: () => openOnnxFile(path, limits) } }
  },
  writer: {
    write: (model, summary, path) => {
      const { classifier } = model
      const graft = JSON.stringify(factsOf(model, summary))
      return writePartsDurably(path, [encodeModel(classifier
        ? answersToOnnx(model, classifier, summary.calibration?.temperature ?? 1, { graft }, versions().graft)
        : toOnnx(model, { graft }, versions().graft))])
    },
    load: (name, { mean, deviation, input: [height, width, channels] }) => [{
      language: 'python',
      from: 'onnxruntime',
      code: [
        'import onnxruntime',
        `session = onnxruntime.InferenceSession('${name}')`,
        `inputs = ((images / 255 - ${mean}) / ${deviation}).transpose(0, 3, 1, 2).astype('float32')`,
        'logits = session.run(None, {\'images\': inputs})[0]'
      ].join('\n')
    }, {
      language: 'python',
      from: 'openvino',
      code: [
        'import openvino',
        '# Without this hint it takes 16 bits where the processor has them, which is quicker and less exact.',
        `model = openvino.compile_model('${name}', 'CPU', {'INFERENCE_PRECISION_HINT': 'f32'})`,
        `inputs = ((images / 255 - ${mean}) / ${deviation}).transpose(0, 3, 1, 2).astype('float32')`,
        'logits = model(inputs)[0]'
      ].join('\n')
    }, {
      language: 'js',
      from: 'onnxruntime-node',
      code: [
        'import { InferenceSession, Tensor } from \'onnxruntime-node\'',
        `const session = await InferenceSession.create('${name}')`,
        `const [mean, deviation, places, channels] = [${mean}, ${deviation}, ${height * width}, ${channels}]`,
        'const inputs = Float32Array.from(images, (_, at) => {  // channels first',
        '  const channel = Math.floor(at / places) % channels, image = Math.floor(at / places / channels)',
        '  return (images[(image * places + at % places) * channels + channel] / 255 - mean[channel]) / deviation[channel]',
        '})',
        `const shape = [images.length / places / channels, channels, ${height}, ${width}]`,
        'const logits = (await session.run({ images: new Tensor(\'float32\', inputs, shape) })).logits.data'
      ].join('\n')
    }]
  }
})

/** The same of bytes in memory. @throws GraftError `onnx-damaged`, `model-too-large` naming the file */
export const decodeOnnx = (bytes: Uint8Array, path: string, limits: ReadLimits): ModelFile =>
  fileOf(named(path, () => decodeModel(bytes)), path, limits, new Map())

const fileOf = (model: OnnxModel, path: string, limits: ReadLimits, beside: FilesBeside): ModelFile =>
  named(path, () => stepsOfModel(model, path, limits, beside))

/** What the steps of a model say. @throws Unreadable; GraftError `model-too-large` naming the file */
export function stepsOfModel(model: OnnxModel, path: string, limits: ReadLimits, beside: FilesBeside = new Map()): ModelFile {
  const constants = new Constants(model, new Bounds(path, limits), beside)
  const { graph, tensors } = onnxSteps(model, constants)
  const steps = stepsOf(graph)
  const input = inputOf(model, constants)
  const pixels = pixelHints(leadingPixels(steps), input?.[2])
  // What no step uses is listed as it is named.
  const facts = readFacts(model.metadata.find(({ key }) => key === 'graft')?.value)
  for (const { name, shape } of constants.unread()) {
    // Graft's own names tell what its transformers have beside their layers.
    if (!tensors.has(name)) tensors.set(name, facts.architecture === undefined ? { shape, data: new Float32Array(0) } : constants.tensor(name)!)
  }
  return {
    tensors, layout: 'pytorch', steps,
    hints: {
      ...(input && { input }), ...pixels,
      ...facts
    }
  }
}

/** What went wrong, with the file's name. */
function named<Result>(path: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw error instanceof Unreadable ? damaged(path, error.reason) : error
  }
}

/** [height, width, channels] of the graph's input, where it says them: channels first, or last as TensorFlow's exporters leave it. */
function inputOf({ graph }: OnnxModel, constants: Constants): ImageShape | undefined {
  const images = graph.inputs.find(({ name }) => !constants.has(name))
  const lengths = images?.type?.tensor?.shape?.dimensions.map(({ length }) => length)
  if (lengths?.length !== 4) return undefined
  const [, first, second, third] = lengths
  const channelsFirst = first === 1 || first === 3
  return imageShapeSchema.safeParse(channelsFirst ? [second, third, first] : [first, second, third]).data
}

const damaged = (path: string, reason: { en: string, zh: string }): GraftError => new GraftError('onnx-damaged', {
  en: `${path} cannot be read as an ONNX model: ${reason.en}.`, zh: `无法将 ${path} 读取为 ONNX 模型：${reason.zh}。`
}, { field: 'path', remedy: { en: 'Export the model again, whole and in one file.', zh: '请重新导出完整的单文件模型。' } })
