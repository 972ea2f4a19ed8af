import * as fs from 'node:fs/promises'
import { GraftError } from '../../../contract/errors'
import { Bounds } from '../../safetensors/bounds'
import { Unreadable } from '../../safetensors/header'
import type { ReadLimits } from '../../safetensors/limits'
import { cannotExtract } from '../extractor/extractor'
import { linesIn } from '../names-beside'
import { graphOfOnnx } from '../onnx/extractor'
import { stepsOfModel } from '../onnx/format'
import { decodeModel } from '../onnx/messages'
import type { ModelFile } from '../shared/model-format'
import { readFacts } from '../shared/model-facts'
import { ZipEntries } from '../shared/zip-entries'
import { hasMetadata, pixelsOf } from './reading/pixels'
import { decodeTflite, type ReadModel } from './reading/read'
import { types } from './reading/types'
import { Untranslated } from './translation/translation'
import { toOnnxBytes } from './translation/translate'

/** Beyond this flatbuffers do not go, and ONNX neither. */
const largestBytes = 600 << 20
const longestLabels = 4 << 20

/**
 * A TensorFlow Lite file, translated into ONNX: where its steps are those of one of Graft's architectures it is that, and otherwise
 * a graph that ONNX Runtime runs.
 * @throws GraftError `tflite-damaged`, `tflite-not-translated`, `model-too-large` naming the file
 */
export async function readTflite(path: string, limits: ReadLimits): Promise<ModelFile> {
  const { size } = await fs.stat(path)
  if (size > largestBytes) throw cannotExtract(path, { en: 'it is larger than 600 MiB', zh: '文件超过 600 MiB' })
  const bytes = await fs.readFile(path)
  const file = decodeTfliteFile(bytes, path, limits)
  const labels = file.labelled && file.hints.classes === undefined ? await labelsIn(path) : undefined
  const { labelled: _, ...rest } = file
  return { ...rest, hints: { ...rest.hints, ...(labels && { classes: labels }) } }
}

/** The same of bytes in memory. @property labelled whether names of classes may be packed into the file */
export function decodeTfliteFile(bytes: Uint8Array, path: string, limits: ReadLimits): ModelFile & { labelled: boolean } {
  const { model, onnx, pixels, file: { hints, layout, tensors, steps } } = named(path, () => {
    const found = decodeTflite(bytes)
    const translation = toOnnxBytes(found, new Bounds(path, limits))
    return { model: found, onnx: translation, pixels: pixelsOf(found), file: stepsOfModel(decodeModel(translation), path, limits) }
  })
  const { architecture, ...facts } = readFacts(graftFacts(model))
  // A file of Graft's own normalises by itself, by steps that nothing tells from a layer.
  const own = facts.input && { mean: Array.from({ length: facts.input[2] }, () => 0), standardDeviation: Array.from({ length: facts.input[2] }, () => 1 / 255) }
  const [normalisation, inside] = [hints.normalisation ?? pixels, pixels ?? hints.inside ?? own]
  // Rounding between its steps is part of what such a file computes, so that it is run as it is.
  const isRounded = model.tensors.some(({ type, data }) => !data && (type === types.int8 || type === types.uint8))
  return {
    layout, tensors: isRounded ? new Map() : tensors, ...(!isRounded && steps && { steps }), labelled: hasMetadata(model),
    hints: {
      usual: 'half', ...(hints.input && { input: hints.input }), ...(normalisation && { normalisation }), ...(inside && { inside }),
      ...(hints.channelOrder && { channelOrder: hints.channelOrder }), ...facts, ...(architecture !== undefined && !isRounded && { architecture })
    },
    remarks: [{ about: 'read', text: isRounded ? rounded : translated }],
    graph: {
      runtime: 'onnx', open: () => Promise.resolve({
        ...named(path, () => graphOfOnnx(path, onnx, decodeModel(onnx), limits)), title: { runtime: 'TensorFlow Lite', block: 'TensorFlow Lite' }
      })
    }
  }
}

const translated = {
  en: 'Its steps are translated into ONNX; weights in fewer bits become the 32-bit numbers that they stand for.', zh: '其算子被转换为 ONNX；低位权重还原为所代表的 32 位数。'
}
const rounded = {
  en: 'Its steps are translated into ONNX, with the rounding to eight bits between them: answers come within a few of its own steps of LiteRT\'s.',
  zh: '其算子被转换为 ONNX，并保留各步之间的 8 位取整：结果与 LiteRT 相差不超过几个量化步长。'
}

const graftFacts = ({ metadata }: ReadModel): string | undefined => {
  const bytes = metadata.get('graft')
  return bytes && new TextDecoder().decode(bytes)
}

/** Names of classes in the zip archive that some files end in; of no other length than its answers, or none. */
async function labelsIn(path: string): Promise<string[] | undefined> {
  try {
    const zip = await ZipEntries.open(path)
    try {
      const list = zip.names.find((name) => /\.txt$/i.test(name))
      return list === undefined ? undefined : linesIn(new TextDecoder().decode(await zip.read(list, longestLabels)))
    } finally {
      zip.close()
    }
  } catch (error) {
    if (error instanceof Unreadable) return undefined
    throw error
  }
}

function named<Result>(path: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw error instanceof Unreadable ? damaged(path, error) : error
  }
}

const damaged = (path: string, error: Unreadable): GraftError => new GraftError(error instanceof Untranslated ? 'tflite-not-translated' : 'tflite-damaged', {
  en: `${path} cannot be read as a TensorFlow Lite model: ${error.reason.en}.`, zh: `无法将 ${path} 读取为 TensorFlow Lite 模型：${error.reason.zh}。`
}, { field: 'path', remedy: error instanceof Untranslated ? {
  en: 'Export the network that it was made from to ONNX, or save it as model.save(\'model.keras\').', zh: '请将其来源网络导出为 ONNX，或用 model.save(\'model.keras\') 保存。'
} : { en: 'Convert the model again, or download it anew.', zh: '请重新转换该模型，或重新下载。' } })
