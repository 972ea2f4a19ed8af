import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join, sep } from 'node:path'
import { GraftError, type ErrorValue } from '../../contract/errors'
import type { ReadLimits } from '../safetensors/limits'
import { Unreadable } from '../safetensors/header'
import { namesIn } from './names-beside'
import type { ModelFile, ModelFormat } from './shared/model-format'
import { defineModelFormat } from './shared/model-format'
import { ZipEntries } from './shared/zip-entries'

/** Endings of what may be a model in an archive, the one that says most first. */
const models = [/(^|\/)model\.json$/, /\.keras$/i, /\.h5$/i, /\.onnx$/i, /\.safetensors$/i, /\.(pt|pth)$/i, /\.tflite$/i]
const pictures = /\.(jpe?g|png|bmp|webp|gif|tiff?)$/i
/** Files beside a model that are taken out with it: its weights and its class names. */
const beside = /\.(bin|json|txt|data)$|(^|\/)[^./]+$/i
const most = { files: 1_000, extra: 64 << 20 }

/** The entry of an archive that is its model; undefined where there is none, or pictures show that it is data. */
function modelIn(entries: readonly string[]): string | undefined {
  const own = entries.filter((name) => !/(^|\/)(__MACOSX|\.)/.test(name))
  if (own.some((name) => pictures.test(name))) return undefined
  return models.map((ending) => own.find((name) => ending.test(name))).find((name) => name !== undefined)
}

/** Names in a zip archive; undefined where it is no whole one, which its format says when it reads it. */
export async function entriesOf(path: string): Promise<string[] | undefined> {
  try {
    const zip = await ZipEntries.open(path)
    const { names } = zip
    zip.close()
    return names
  } catch (error) {
    if (error instanceof Unreadable) return undefined
    throw error
  }
}

/**
 * A zip archive with a model in it, as Teachable Machine gives them, whatever comes first in it: the model and what lies in its folder
 * is taken out into a folder of its own and read there.
 * @param formats those that a model in it may have
 */
export const archiveOf = (formats: readonly ModelFormat[]): ModelFormat => defineModelFormat({
  id: 'archive',
  title: { en: 'Zip archive with a model', zh: '含有模型的 zip 压缩包' },
  extensions: ['.zip'],
  detect: ({ entries }) => entries !== undefined && modelIn(entries) !== undefined,
  read: (path, limits) => unpacked(path, limits, async (model) => {
    const read = (from: string): Promise<ModelFile> => readIn(formats, from, limits)
    const { graph, ...file } = await read(model)
    const classes = file.hints.classes ?? await namesIn(dirname(model))
    // The file is gone once it was read: whoever opens its graph takes it out again.
    const again = graph && { ...graph, open: () => unpacked(path, limits, async (from) => (await read(from)).graph!.open()) }
    return { ...file, ...(again && { graph: again }), hints: { ...file.hints, ...(classes && { classes }) }, remarks: [...file.remarks ?? [], {
      about: 'read', text: { en: `The model in the archive is ${basename(model)}.`, zh: `压缩包中的模型是 ${basename(model)}。` }
    }] } satisfies ModelFile
  })
})

/** @param model the model's path */
async function readIn(formats: readonly ModelFormat[], model: string, limits: ReadLimits): Promise<ModelFile> {
  const head = (await fs.readFile(model)).subarray(0, 512)
  const format = formats.find(({ detect }) => detect({ path: model, folder: false, names: [], head }))
  if (!format?.read) throw new Unreadable({ en: `its ${basename(model)} is in no format that Graft reads`, zh: `其中的 ${basename(model)} 格式无法读取` })
  return format.read(model, limits)
}

/** What `work` makes of the archive's model, while it lies in a folder of its own. */
async function unpacked<Result>(path: string, limits: ReadLimits, work: (model: string) => Promise<Result>): Promise<Result> {
  const folder = await fs.mkdtemp(join(tmpdir(), 'graft-model-'))
  try {
    return await work(await taken(path, folder, limits))
  } catch (error) {
    if (error instanceof GraftError) throw GraftError.fromValue(inArchive(error.value, folder, path))
    throw error instanceof Unreadable ? damaged(path, error) : error
  } finally {
    await fs.rm(folder, { recursive: true, force: true })
  }
}

/** What went wrong with a file that was taken out names the archive that it lies in. */
function inArchive(value: ErrorValue, folder: string, path: string): ErrorValue {
  const named = (text: string): string => text.replaceAll(`${folder}${sep}`, `${path}${sep}`)
  return { ...value, message: { en: named(value.message.en), zh: named(value.message.zh) } }
}

/** Takes the model and what lies beside it out of the archive, all into one folder. @returns the model's path */
async function taken(path: string, folder: string, limits: ReadLimits): Promise<string> {
  const zip = await ZipEntries.open(path)
  try {
    const model = modelIn(zip.names)
    if (model === undefined) throw new Unreadable({ en: 'it holds no model', zh: '其中没有模型' })
    const parent = dirname(model)
    const wanted = zip.names.filter((name) => name === model || (dirname(name) === parent && beside.test(name) && !name.endsWith('/')))
    let left = limits.bytes + most.extra
    for (const name of wanted.slice(0, most.files)) {
      const bytes = await zip.read(name, left)
      left -= bytes.length
      await fs.writeFile(join(folder, basename(name)), bytes)
    }
    return join(folder, basename(model))
  } finally {
    zip.close()
  }
}

const damaged = (path: string, { reason }: Unreadable): GraftError => new GraftError('model-archive-damaged', {
  en: `${path} cannot be read as an archive with a model: ${reason.en}.`, zh: `无法将 ${path} 读取为含有模型的压缩包：${reason.zh}。`
}, { field: 'path', remedy: { en: 'Unpack it and choose the model file in it.', zh: '请先解压，再选择其中的模型文件。' } })
