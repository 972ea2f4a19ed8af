import * as fs from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { GraftError } from '../../contract/errors'
import { exportEndings, extractorId, fileNameOf, type Exported, type ExportFormat, type ModelRef, type ModelSummary } from '../../contract/models'
import type { Run } from '../../contract/runs'
import type { Language } from '../../contract/text'
import { canLeaveAs } from '../../rules/export-formats'
import { idIn } from '../../rules/refs'
import { learnedFrom } from '../../rules/specs/learned-from'
import type { Library } from '../../library'
import { makeFolder, namingFile, writeFileDurably } from '../../library/disk'
import { writingOutside } from '../../library/repair'
import { readClassifier } from '../classifiers'
import type { ScorerKind } from '../classifiers/on-features'
import { methods } from '../methods'
import { versions } from '../versions'
import { writerOf, type LayerRanges, type ModelWriter, type NormaliseCode, type StoredModel } from '../interchange'
import { modelCard, type CardContent } from '../interchange/model-card'
import { withLinearHead } from '../interchange/linear-head'
import { layerRanges } from './layer-ranges'
import { readModel, replaceFolder, temporaryBeside } from '../interchange/tfjs/model-folder'

export interface ExportRequest {
  ref: ModelRef
  format: ExportFormat
  /** The file or folder to make. A file's ending is added where it is missing; into a folder that is there it goes under its own name. */
  path: string
  /** Writes over what an export left there; otherwise what is there is refused. */
  replace?: boolean
  /** Of the model card. */
  language: Language
  /** Whose training images say what layers give, for a format that is written with that; otherwise those that the model learned from. */
  dataset?: string | undefined
}

/** Steps of an export, for its progress: read, written, card written. */
const steps = 3
const cardName = 'README.md'

/**
 * Saves a model for other programs, with a model card: beside and renamed, so that it is never half there. It needs no backend but for
 * a format that is calibrated.
 * @throws GraftError `classifier-not-exportable`, `calibration-images-missing`, `exists-already`, `not-exportable`, or naming a file that cannot be read or written
 */
export async function exportModel(
  library: Library, request: ExportRequest, hooks: { signal?: AbortSignal, onProgress?(done: number, total: number): void, openBackend(): Promise<unknown> }
): Promise<Exported> {
  const { ref, format, language } = request
  const summary = await library.models.get(ref)
  if (summary.architecture === extractorId) throw notOurs(ref)
  const writer = writerOf(format)
  if (summary.classifier && !canLeaveAs(format, summary.classifier)) throw noPlaceFor(ref, summary.classifier)
  const path = await targetOf(request, summary, writer)
  const model = await storedModel(library.models.folder(ref))
  const origin = await originOf(library, ref)
  const ranges = writer.calibrated ? await rangesFor(library, request, model, origin.dataset?.id, hooks) : undefined
  hooks.onProgress?.(1, steps)
  hooks.signal?.throwIfAborted()
  const card = modelCard({
    summary, language, version: versions().graft, channelsFirst: format === 'onnx', givesProbabilities: model.classifier !== undefined, normalises: writer.normalises === true,
    load: writer.load(basename(path), normaliseCode(summary)),
    ...origin
  })
  const written = await writingOutside(library.dataDir, path, () => writer.files
    ? writeFolder(writer, model, summary, path, card)
    : writeFile(() => writer.write(model, summary, path, ranges), path, card, () => hooks.onProgress?.(2, steps)))
  hooks.onProgress?.(steps, steps)
  return { ref, format, path, ...written }
}

/** A network, whole: a logistic regression on its features is a head like any other. */
async function storedModel(folder: string): Promise<StoredModel> {
  const [network, classifier] = [await readModel(folder), await readClassifier(folder)]
  return classifier?.kind === linear ? withLinearHead(network, classifier) : { ...network, classifier }
}

const linear: ScorerKind = 'logistic-regression'

const normaliseCode = ({ input, normalisation: { mean, standardDeviation } }: ModelSummary): NormaliseCode =>
  ({ input, mean: `[${mean.join(', ')}]`, deviation: `[${standardDeviation.join(', ')}]` })

async function writeFolder(
  writer: ModelWriter, model: StoredModel, summary: ModelSummary, path: string, card: string
): Promise<{ card: string, bytes: number }> {
  const beside = await temporaryBeside(path).catch((error: unknown) => { throw namingFile(error, path) })
  try {
    await writer.write(model, summary, beside)
    await writeFileDurably(join(beside, cardName), card)
    await replaceFolder(path, beside)
  } catch (error) {
    await fs.rm(beside, { recursive: true, force: true }).catch(() => undefined)
    throw namingFile(error, path)
  }
  return { card: join(path, cardName), bytes: await bytesOfFiles([...writer.files!, cardName].map((name) => join(path, name))) }
}

async function writeFile(write: () => Promise<void>, path: string, card: string, onWritten: () => void): Promise<{ card: string, bytes: number }> {
  await makeFolder(dirname(path)).catch((error: unknown) => { throw namingFile(error, dirname(path)) })
  await write()
  onWritten()
  const cardPath = cardBeside(path)
  await writeFileDurably(cardPath, card)
  return { card: cardPath, bytes: await bytesOfFiles([path, cardPath]) }
}

/** `digits.onnx` has its card in `digits.onnx.README.md`: a folder may hold a model in several formats. */
const cardBeside = (path: string): string => `${path}.${cardName}`

async function bytesOfFiles(paths: readonly string[]): Promise<number> {
  const sizes = await Promise.all(paths.map(async (path) => (await fs.stat(path)).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** Where the export goes. @throws GraftError `exists-already` */
async function targetOf({ format, path, replace }: ExportRequest, summary: ModelSummary, { files }: ModelWriter): Promise<string> {
  const ending = exportEndings[format]
  if (files) {
    const there = await fs.readdir(path).catch((error: unknown) => notThere(error, path))
    // A folder with anything else in it is somebody's.
    const ours = there?.every((name) => [...files, cardName].includes(name)) ?? true
    if (there !== undefined && there.length > 0 && !(replace && ours)) throw existsAlready(path, ours)
    return path
  }
  const isFolder = (await fs.stat(path).catch((error: unknown) => notThere(error, path)))?.isDirectory() ?? false
  const file = isFolder ? join(path, `${fileNameOf(summary.name)}${ending}`) : path.toLowerCase().endsWith(ending) ? path : `${path}${ending}`
  for (const each of replace ? [] : [file, cardBeside(file)]) {
    if (await fs.stat(each).catch((error: unknown) => notThere(error, each))) throw existsAlready(each, true)
  }
  return file
}

function notThere(error: unknown, path: string): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
  throw namingFile(error, path)
}

/** The run that a model comes from, its method and its data, as far as they are still there. */
async function originOf(library: Library, ref: ModelRef): Promise<Pick<CardContent, 'run' | 'method' | 'dataset' | 'source'>> {
  const runId = idIn('run', ref)
  if (runId === undefined) return {}
  const run: Run = await library.runs.get(runId)
  const method = methods.find(({ id }) => id === run.spec.method.id)
  const dataset = await library.datasets.get(learnedFrom(run.spec).dataset).catch((error: unknown) => {
    if (error instanceof GraftError && error.code === 'dataset-not-found') return undefined
    throw error
  })
  const from = run.spec.source.model
  const source = from.startsWith('model:') ? await library.models.get(from).catch((error: unknown) => {
    if (error instanceof GraftError && error.code === 'model-not-found') return undefined
    throw error
  }) : undefined
  return { run, ...(method && { method }), ...(dataset && { dataset }), ...(source && { source }) }
}

/** What layers give for training images. @throws GraftError `calibration-images-missing` where nobody says whose */
async function rangesFor(
  library: Library, { ref, dataset }: ExportRequest, model: StoredModel, learnedOn: string | undefined,
  { signal, openBackend }: { signal?: AbortSignal, openBackend(): Promise<unknown> }
): Promise<LayerRanges> {
  const images = dataset ?? learnedOn
  if (images === undefined) throw imagesMissing(ref)
  await openBackend()
  return layerRanges(library, model, images, { signal })
}

const imagesMissing = (ref: ModelRef): GraftError => new GraftError('calibration-images-missing', {
  en: `Eight bits need training images to find what ${ref} gives for them, and its data set is not here.`, zh: `转换为 8 位需要训练图像以确定 ${ref} 各层输出的范围，而这里没有它的数据集。`
}, {
  usage: true, field: 'dataset',
  remedy: {
    en: 'Transfer it to a data set first and save that, or save it as TensorFlow Lite with 32-bit numbers; on the command line, name a data set of such pictures.',
    zh: '请先将其迁移到一个数据集再保存结果，或保存为 32 位的 TensorFlow Lite；在命令行中，可指定包含此类图片的数据集。'
  }
})

function noPlaceFor(ref: ModelRef, { title }: NonNullable<ModelSummary['classifier']>): GraftError {
  return new GraftError('classifier-not-exportable', {
    en: `${ref} answers with a classifier that is no part of its network (${title.en}); this format has no place for it.`,
    zh: `${ref} 由网络之外的分类器（${title.zh}）作答；此格式无法容纳它。`
  }, { usage: true, field: 'format', remedy: { en: 'Save it as ONNX instead.', zh: '请改存为 ONNX。' } })
}

function existsAlready(path: string, ours: boolean): GraftError {
  return new GraftError('exists-already', {
    en: `${path} exists already.`, zh: `${path} 已存在。`
  }, {
    usage: true, field: 'path',
    remedy: ours
      ? { en: 'Choose another name, or say --replace.', zh: '请换一个名称，或使用 --replace。' }
      : { en: 'Choose another name: there are other files in it.', zh: '请换一个名称：其中还有其他文件。' }
  })
}

const notOurs = (ref: ModelRef): GraftError => new GraftError('not-exportable', {
  en: `${ref} runs a graph of another program as it is, which Graft does not write again.`, zh: `${ref} 按原样运行其他程序的计算图，Graft 无法重新写出它。`
}, { field: 'model', usage: true, remedy: { en: 'Use the file that it was imported from; its answers here come from “graft predict”.', zh: '请使用导入时的文件；在此可用“graft predict”得到其回答。' } })
