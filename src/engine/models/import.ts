import * as fs from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { GraftError } from '../../contract/errors'
import {
  extractorId, modelImportOptionsSchema, usualNormalisation, type ModelImportOptions, type ModelInspection, type ModelSummary, type Normalisation
} from '../../contract/models'
import { type Library, throwIfCancelled } from '../../library'
import { ensureWritable, namingFile, slugOf } from '../../library/disk'
import { notAFile } from '../../library/intake'
import { modelExists } from '../../library/models'
import { importedRef } from '../../rules/refs'
import { architectureOf } from '../architectures'
import { modelFormats, type FileGraph, type ModelFile, type ModelFormat, type PossibleModel } from '../interchange'
import { entriesOf } from '../interchange/archive'
import { unreadKind } from '../interchange/unread'
import { readLimits } from '../safetensors/limits'
import { saveWeights } from '../interchange/tfjs/model-folder'
import { namesBeside } from '../interchange/names-beside'
import { pixelsBeside } from '../interchange/pixels-beside'
import { asExtractor } from '../interchange/extractor/extractor'
import { turnChannels } from '../interchange/recognition/channels'
import { recognise, type Recognised } from '../interchange/recognition/recognise'
import { summaryOfDefinition } from './open'
import { remarksOf } from './remarks'
import type { NetworkDefinition } from '../network/definition'
import { prepareGraphs } from '../network/graph-runtimes'
import { weightShapes } from '../network/shapes'

/** How far an import is, in whatever the format counts. */
interface ModelProgress { phase: 'reading' | 'saving', done: number, total: number }

export interface ModelImportHooks {
  signal?: AbortSignal
  onProgress?(progress: ModelProgress): void
  /** Called where a graph has to be run to be understood. */
  openBackend?(): Promise<unknown>
}

/** A model's name from its path: every LayersModel is a `model.json`, so its folder says more. */
const nameOf = (path: string): string => basename(path) === 'model.json' ? basename(dirname(path)) : basename(path)

/** How many of the tensors that found no place are kept by name. */
const mostUnmatched = 200

/**
 * What a model file holds: the architecture that its names and shapes tell, what found no place, and where input size,
 * normalisation and classes come from. Keeps nothing and needs no backend.
 * @throws GraftError naming the file: `format-unknown`, `architecture-not-recognised`, `weights-not-finite`, `classes-misfit` …
 */
export async function inspectModel(options: ModelImportOptions, hooks: ModelImportHooks = {}): Promise<ModelInspection> {
  return (await understand(options, hooks)).inspection
}

/** A model that was kept, and how it was understood. */
export interface ImportedModel { model: ModelSummary, inspection: ModelInspection }

/**
 * Imports a model into the library as `model:<id>`: whole or not at all.
 * @throws GraftError as `inspectModel`, and `model-exists`, `disk-full` …
 */
export async function importModel(library: Library, options: ModelImportOptions, hooks: ModelImportHooks = {}): Promise<ImportedModel> {
  const parsed = parseOptions(options)
  const path = resolve(parsed.path)
  const id = parsed.id ?? slugOf(nameOf(path).replace(/\.(safetensors(?:\.index\.json)?|pth|pt|th|bin|ckpt|zip|json|(?:weights\.)?h5|hdf5|keras|onnx|tflite)$/i, ''), 'model')
  if (await library.models.has(id)) throw modelExists(id)
  await ensureWritable(library.dataDir)
  const { inspection, definition, recognised } = await understand(parsed, hooks)
  throwIfCancelled(hooks.signal)
  hooks.onProgress?.({ phase: 'saving', done: 0, total: 1 })
  const summary: ModelSummary = {
    ...summaryOfDefinition(definition, importedRef(id), parsed.name ?? nameOf(path)),
    origin: {
      file: basename(path), format: inspection.format, ...(inspection.cutAfter !== undefined && { cutAfter: inspection.cutAfter }),
      ...(inspection.foldedNormalisation && { foldedNormalisation: true }),
      ...(inspection.classesFrom === 'usual' && recognised.head && { numberedClasses: true }),
      ...(inspection.unmatched.length > 0 && { unmatched: inspection.unmatched.map(({ name }) => name) }),
      ...parsed.credit
    }
  }
  const weights = new Map(weightShapes(definition).map(({ name, shape }) => [name, { shape, data: recognised.weights.get(name)! }]))
  await saveWeights(definition, weights, library.models.folder(importedRef(id)), summary)
  hooks.onProgress?.({ phase: 'saving', done: 1, total: 1 })
  return { model: summary, inspection }
}

async function understand(
  options: ModelImportOptions, { signal, onProgress, openBackend }: ModelImportHooks
): Promise<{ inspection: ModelInspection, definition: NetworkDefinition, recognised: Recognised }> {
  const { path: given, format: wanted, architecture, size, normalisation, classes } = parseOptions(options)
  const path = resolve(given)
  if (architecture !== undefined && architecture !== extractorId) architectureOf(architecture)
  const format = await formatOf(path, wanted)
  throwIfCancelled(signal)
  let file: ModelFile
  try {
    file = await format.read!(path, {
      ...readLimits, ...(signal && { signal }),
      onProgress: (done, total) => onProgress?.({ phase: 'reading', done, total })
    })
  } catch (error) {
    // A read that the abort broke is a cancel, whatever it threw.
    throwIfCancelled(signal)
    throw namingFile(error, path)
  }
  throwIfCancelled(signal)
  const recognised = await recogniseOrExtract(path, file, { architecture, size, classes }, openBackend)
  if (recognised.definition.architecture === extractorId) file = { ...file, hints: hintsOfGraph(file.hints, recognised) }
  const beside = file.hints.classes ? undefined : await namesBeside(path, recognised.definition.classes.length)
  if (beside) file = { ...file, hints: { ...file.hints, classes: beside.names } }
  const pixels = file.hints.normalisation || file.hints.inside ? undefined : await pixelsBeside(path, recognised.definition.input[2])
  if (pixels) file = { ...file, hints: { ...file.hints, normalisation: pixels.normalisation } }
  const { definition, inputFrom, normalisationFrom, classesFrom } = completed(path, recognised, file, { size, normalisation, classes })
  const channelOrder = orderOf(recognised, file, normalisation)
  if (channelOrder) turnChannels(definition, recognised.weights)
  const remarks = remarksOf(file, recognised, {
    channelOrder, normalisationFrom, classesFrom, ...(beside && { beside: beside.file }), ...(pixels && { pixelsBeside: pixels.file })
  })
  const summary = summaryOfDefinition(definition, 'model:inspected', basename(path))
  return {
    recognised, definition,
    inspection: {
      file: basename(path), format: format.id, architecture: definition.architecture, naming: recognised.naming.title,
      input: definition.input, inputFrom, anySize: recognised.anySize,
      normalisation: definition.normalisation, normalisationFrom, classes: definition.classes, classesFrom,
      ...(recognised.cutAfter !== undefined && { cutAfter: recognised.cutAfter }),
      ...(recognised.folded && { foldedNormalisation: true }),
      parameters: summary.parameters, blocks: summary.blocks,
      unmatched: recognised.unmatched.slice(0, mostUnmatched).map(({ name, shape }) => ({ name, shape: [...shape] })),
      unmatchedCount: recognised.unmatched.length,
      ...(channelOrder && { channelOrder }),
      ...(remarks.length > 0 && { remarks })
    }
  }
}

/** One of Graft's architectures; or else, of a graph that can be run as it is, an extractor of features. @throws as `recognise` */
async function recogniseOrExtract(
  path: string, file: ModelFile, { architecture, size, classes }: Pick<ModelImportOptions, 'architecture' | 'size' | 'classes'>, openBackend: ModelImportHooks['openBackend']
): Promise<Recognised> {
  const { graph } = file
  if (architecture === extractorId) {
    if (graph) return extractorOf(graph, size, openBackend)
    throw new GraftError('not-an-extractor', {
      en: `${path} holds no graph that can be run as it is; only ONNX, TensorFlow Lite and TensorFlow.js's graph models can be.`, zh: `${path} 中没有可按原样运行的计算图；仅支持 ONNX、TensorFlow Lite 和 TensorFlow.js 图模型。`
    }, { field: 'architecture', usage: true })
  }
  try {
    return recognise(path, file, { ...(architecture !== undefined && { architecture }), ...(size && { size }), ...(classes && { classes }) })
  } catch (error) {
    const isUnknown = error instanceof GraftError && ['architecture-not-recognised', 'no-weights'].includes(error.code)
    if (!isUnknown || !graph) throw error
    if (architecture === undefined) return extractorOf(graph, size, openBackend)
    // A graph model has no layers that could be another network's.
    throw graph.runtime === 'tensorflow' ? layersUntold(path) : error
  }
}

async function extractorOf({ runtime, open }: FileGraph, size: ModelImportOptions['size'], openBackend: ModelImportHooks['openBackend']): Promise<Recognised> {
  if (runtime === 'tensorflow') await openBackend?.()
  await prepareGraphs([runtime])
  const graph = await open()
  try {
    return asExtractor(graph, size)
  } finally {
    graph.session.close()
  }
}

/** A graph that is run as it is normalises by itself what it normalises, in its own order of channels. */
function hintsOfGraph({ normalisation, inside, channelOrder: _, ...hints }: ModelFile['hints'], { definition, anySize }: Recognised): ModelFile['hints'] {
  const found = inside ?? normalisation
  return { ...hints, ...(!anySize && { input: definition.input }), ...(found && { normalisation: found }) }
}

const layersUntold = (path: string): GraftError => new GraftError('not-an-extractor', {
  en: `${path} is a graph model, whose layers are not told: it can be run as it is, as a frozen extractor of features, and as no architecture.`,
  zh: `${path} 是图模型（graph model），未注明各层：只能按原样作为冻结的特征提取器运行，不能作为某个架构。`
}, { field: 'architecture', usage: true, remedy: { en: 'Name no architecture; or convert the Keras model itself to a LayersModel (tfjs_layers_model).', zh: '请不要指定架构；或将 Keras 模型本身转换为 LayersModel（tfjs_layers_model）。' } })

/** Which order of channels the file's network takes, where that is not red, green, blue. */
function orderOf({ naming, definition }: Recognised, { hints }: ModelFile, given: ModelImportOptions['normalisation']): 'bgr' | undefined {
  if (definition.input[2] !== 3) return undefined
  if (hints.channelOrder || given === 'caffe') return 'bgr'
  return given === undefined && !hints.normalisation ? naming.channelOrder : undefined
}

type From = ModelInspection['inputFrom']

/** The definition with what the person says, or else the file, or else what is usual. */
function completed(
  path: string, { definition, naming, head }: Recognised, { hints }: ModelFile,
  { size, normalisation, classes }: Partial<Pick<ModelImportOptions, 'size' | 'normalisation' | 'classes'>>
): { definition: NetworkDefinition, inputFrom: From, normalisationFrom: From, classesFrom: From } {
  const [, , channels] = definition.input
  const [usedNormalisation, normalisationFrom] = normalisationOf()
  function normalisationOf(): [Normalisation, From] {
    if (typeof normalisation === 'string') return [usualNormalisation(normalisation, channels), 'given']
    if (normalisation) return [checkChannels(normalisation, channels), 'given']
    if (hints.normalisation?.mean.length === channels && hints.normalisation.standardDeviation.length === channels) return [hints.normalisation, 'file']
    return [hints.usual ? usualNormalisation(hints.usual, channels) : naming.normalisation?.(channels) ?? definition.normalisation, 'usual']
  }
  const count = definition.classes.length
  if (classes && !head) {
    throw new GraftError('classes-misfit', {
      en: `${path} has no head that tells classes apart, so none can be named.`, zh: `${path} 没有区分类别的分类头，因此无法为类别命名。`
    }, { field: 'classes', usage: true, remedy: { en: 'Leave the classes out: a transfer makes a new head.', zh: '请不要指定类别：迁移时会生成新的分类头。' } })
  }
  if (classes && (classes.length !== count || new Set(classes).size !== count)) {
    throw new GraftError('classes-misfit', {
      en: `${path} tells ${count} classes apart, but ${classes.length} names were given${new Set(classes).size < classes.length ? ', some of them twice' : ''}.`,
      zh: `${path} 区分 ${count} 个类别，但给出了 ${classes.length} 个名称${new Set(classes).size < classes.length ? '，其中有重复' : ''}。`
    }, { field: 'classes', usage: true, remedy: { en: 'Give one name per class, in the order of the model\'s outputs.', zh: '请按模型输出的顺序为每个类别给出一个名称。' } })
  }
  const fromFile = head && hints.classes?.length === count && new Set(hints.classes).size === count ? [...hints.classes] : undefined
  return {
    definition: { ...definition, normalisation: usedNormalisation, classes: classes ?? fromFile ?? definition.classes },
    inputFrom: size ? 'given' : hints.input ? 'file' : 'usual',
    normalisationFrom,
    classesFrom: classes ? 'given' : fromFile ? 'file' : 'usual'
  }
}

function checkChannels(normalisation: Normalisation, channels: number): Normalisation {
  const spread = (values: readonly number[]): number[] => values.length === 1 ? Array.from({ length: channels }, () => values[0]!) : [...values]
  const result = { mean: spread(normalisation.mean), standardDeviation: spread(normalisation.standardDeviation) }
  if (result.mean.length === channels && result.standardDeviation.length === channels) return result
  throw new GraftError('normalisation-misfit', {
    en: `The model takes images of ${channels} channels, so the normalisation needs ${channels} means and deviations, or one of each.`,
    zh: `该模型的输入有 ${channels} 个通道，因此归一化需要 ${channels} 个均值和标准差，或各给一个。`
  }, { field: 'normalisation', usage: true })
}

function parseOptions(options: ModelImportOptions): ModelImportOptions {
  const parsed = modelImportOptionsSchema.safeParse(options)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]!
  const field = String(issue.path[0] ?? 'path')
  throw new GraftError('value-not-valid', {
    en: `The value of "${field}" cannot be used: ${issue.message}.`, zh: `“${field}”的取值无效：${issue.message}。`
  }, { field, usage: true })
}

async function formatOf(path: string, wanted: string | undefined): Promise<ModelFormat> {
  const readable = modelFormats.filter(({ read }) => read)
  const known = readable.map(({ id }) => id).join(', ')
  const possible = await possibleModelAt(path)
  if (wanted !== undefined) {
    const format = readable.find(({ id }) => id === wanted)
    if (format) return format
    throw new GraftError('format-unknown', {
      en: `There is no model format "${wanted}".`, zh: `没有名为“${wanted}”的模型格式。`
    }, { field: 'format', usage: true, remedy: { en: `Formats: ${known}.`, zh: `可用格式：${known}。` } })
  }
  const format = readable.find(({ detect }) => detect(possible))
  if (format) return format
  const other = unreadKind(possible)
  if (other) throw other
  throw new GraftError('format-unknown', {
    en: `${path} is in no model format that Graft reads.`, zh: `${path} 不属于 Graft 能读取的任何模型格式。`
  }, {
    field: 'path', remedy: {
      en: `Choose a file or folder of ${readable.map(({ title }) => title.en).join(', ')}, or name the format with --format (${known}).`,
      zh: `请选择 ${readable.map(({ title }) => title.zh).join('、')} 的文件或文件夹，或用 --format 指定格式（${known}）。`
    }
  })
}

/** A path as far as formats look at it before they read it. @throws GraftError naming it where it cannot be opened */
export async function possibleModelAt(path: string): Promise<PossibleModel> {
  try {
    const stat = await fs.stat(path)
    if (stat.isDirectory()) return { path, folder: true, names: await fs.readdir(path), head: new Uint8Array(0) }
    // A pipe or a device may never end.
    if (!stat.isFile()) throw notAFile(path)
    const handle = await fs.open(path, 'r')
    try {
      const head = new Uint8Array(512)
      const { bytesRead } = await handle.read(head, 0, head.length, 0)
      const entries = bytesRead > 4 && head[0] === 0x50 && head[1] === 0x4b && head[2] === 3 && head[3] === 4 ? await entriesOf(path) : undefined
      return { path, folder: false, names: [], head: head.subarray(0, bytesRead), ...(entries && { entries }) }
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw namingFile(error, path)
  }
}
