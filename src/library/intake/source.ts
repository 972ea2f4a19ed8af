import * as fs from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { NameEncoding, SkippedFile } from '../../contract/datasets'
import { GraftError } from '../../contract/errors'
import type { Question } from '../../contract/inspections'
import type { Text } from '../../contract/text'
import { throwIfCancelled } from '../cancel'
import { discardFolder, makeTemporaryFolder, removeStaleFolders } from '../disk/temporary'
import { archiveProblem, isPart, rawNamesInTar } from './reading/archive'
import { readNames } from './reading/archive-names'
import { notOpened } from './reading/not-opened'
import { splitOf } from './reading/split-names'
import type { Format } from './reading/format'
import { isPacked, unpack, type UnpackOptions } from './reading/unpack'
import { NamesNotRead } from './reading/tar-names'
import { isZip, rawNamesIn } from './reading/zip'
import { formats } from './formats'

interface SourceOptions {
  /** Whether a table was given for the pictures of the folder: then nothing has to be found out, and nothing is looked through for it. */
  hasTable?: boolean | undefined
  /** A format's id, where a person says it. */
  format?: string | undefined
  /** Names in the folder that are meant. */
  only?: readonly string[] | undefined
  /** How names in an archive are written, where a person says it. */
  encoding?: NameEncoding | undefined
  /** Where archives are unpacked to: beside the data sets. */
  datasets: string
  skip: UnpackOptions['skip']
  signal?: AbortSignal | undefined
  /** Files unpacked so far. */
  onUnpacked?(files: number): void
}

/** What a person chose, ready to be read: where it lies and in which format. Close it when done. */
export interface OpenedSource {
  format: Format
  /** Whether a person named the format. */
  isChosen: boolean
  /** The folder or file to give to the format. */
  path: string
  /** Names in `path` that are meant. */
  only?: readonly string[]
  /** What was taken for granted of an archive's names, and what a person has to say of them. */
  assumed?: Text[]
  question?: Question
  /** For `ReadOptions`: what was found out already. */
  opening: object
  /** Removes what was unpacked for it. */
  close(): Promise<void>
}

/**
 * Finds out what a folder, archive or file is. An archive that no format reads as it is is unpacked into a temporary
 * folder beside the data sets.
 * @throws `format-unknown`, and what unpacking throws
 */
export async function openSource(path: string, options: SourceOptions): Promise<OpenedSource> {
  const opening = {}
  if (options.hasTable) return { format: namedFormat('csv'), isChosen: true, path, opening, close: () => Promise.resolve() }
  const wanted = options.format === undefined ? undefined : namedFormat(options.format)
  const chosen = await meant(path, options.only)
  const found = await detect(chosen.path, wanted, opening)
  if (found) return { format: found, isChosen: wanted !== undefined || chosen.path !== path, ...chosen, opening, close: () => Promise.resolve() }
  if (isPart(chosen.path) || !await isPacked(chosen.path)) {
    if (wanted) return { format: wanted, isChosen: true, ...chosen, opening, close: () => Promise.resolve() }
    throw await archiveProblem(path) ?? unknownFormat(path)
  }
  return openPacked(chosen.path, wanted, options)
}

async function openPacked(
  path: string, wanted: Format | undefined, { datasets, signal, onUnpacked, encoding, ...options }: SourceOptions
): Promise<OpenedSource> {
  let first: SkippedFile | undefined
  let left: SkippedFile[] = []
  const skip: UnpackOptions['skip'] = (file, reason) => {
    first ??= { path: file, reason }
    left.push({ path: file, reason })
  }
  await removeStaleFolders(datasets)
  const temporary = await makeTemporaryFolder(datasets)
  try {
    const folder = join(temporary, 'unpacked')
    await fs.mkdir(folder)
    onUnpacked?.(0)
    throwIfCancelled(signal)
    let names = await isZip(path) ? readNames(await rawNamesIn(path), encoding) : undefined
    const open = (): Promise<void> => unpack(path, folder, {
      skip, ...(names && { nameOf: names.of }), ...(signal && { signal }), ...(onUnpacked && { onProgress: onUnpacked })
    })
    try {
      await open()
    } catch (error) {
      if (!(error instanceof NamesNotRead)) throw error
      // Such names are rare in tar archives, and only a walk through all of one finds them.
      names = readNames(await rawNamesInTar(path, signal), encoding)
      left = []
      await fs.rm(folder, { recursive: true })
      await fs.mkdir(folder)
      await open()
    }
    for (const { path: file, reason } of left) options.skip(file, reason)
    throwIfCancelled(signal)
    const top = await onlyFolder(folder)
    if (top === undefined) throw nothingInside(basename(path), first)
    const opening = {}
    const format = wanted ?? await detect(top, undefined, opening) ?? unreachable(path)
    return {
      format, isChosen: wanted !== undefined, path: top, opening, ...(names && { assumed: names.assumed }),
      ...(names?.question && { question: names.question }), close: () => discardFolder(temporary)
    }
  } catch (error) {
    await discardFolder(temporary)
    throw error
  }
}

async function detect(path: string, wanted: Format | undefined, opening: object): Promise<Format | undefined> {
  if (wanted) return await wanted.detect(path, opening) ? wanted : undefined
  for (const format of formats) if (await format.detect(path, opening)) return format
  return undefined
}

/** Several files together: a table or a known data set among them counts for all, otherwise the pictures and folders do. */
async function meant(path: string, only: readonly string[] | undefined): Promise<{ path: string, only?: readonly string[] }> {
  if (!only) return { path }
  const imageFolder = formats.at(-1)
  for (const format of formats) {
    if (format === imageFolder) continue
    // A record file says nothing alone; its folder does.
    if (only.some((name) => /\.bin$/i.test(name)) && await format.detect(path)) return { path }
    for (const name of only) {
      const file = join(path, name)
      if ((await fs.stat(file).catch(() => undefined))?.isFile() && await format.detect(file)) return { path: file }
    }
  }
  return { path, only }
}

/** The folder itself, or, where it holds nothing but one folder, that one, and so on; undefined for an empty one. */
async function onlyFolder(folder: string): Promise<string | undefined> {
  for (let top = folder; ;) {
    const entries = await fs.readdir(top, { withFileTypes: true })
    const only = entries[0]
    if (!only) return undefined
    if (entries.length > 1 || !only.isDirectory() || splitOf(only.name)) return top
    top = join(top, only.name)
  }
}

function namedFormat(wanted: string): Format {
  const format = formats.find((candidate) => candidate.id === wanted)
  if (format) return format
  const known = formats.map(({ id }) => id).join(', ')
  throw new GraftError('format-unknown', {
    en: `There is no data format "${wanted}".`,
    zh: `没有名为“${wanted}”的数据格式。`
  }, { field: 'format', usage: true, remedy: { en: `Formats: ${known}.`, zh: `可用格式：${known}。` } })
}

function unknownFormat(path: string): GraftError {
  const left = notOpened(basename(path))
  if (left) return new GraftError('format-unknown', { en: `${basename(path)}: ${left.reason.en}`, zh: `${basename(path)}：${left.reason.zh}` }, { field: 'path' })
  const known = formats.map(({ id }) => id).join(', ')
  return new GraftError('format-unknown', {
    en: `${path} is in no format that Graft knows.`,
    zh: `${path} 不属于 Graft 支持的任何格式。`
  }, {
    field: 'path',
    remedy: {
      en: `Choose a folder of images, a table of paths, idx files or an archive of one of them (${known}), or name the format with --format.`,
      zh: `请选择图像文件夹、路径表格、idx 文件或其压缩包（${known}），或用 --format 指定格式。`
    }
  })
}

function unreachable(path: string): never {
  throw unknownFormat(path)
}

function nothingInside(name: string, first: SkippedFile | undefined): GraftError {
  return new GraftError('no-images', {
    en: `${name} holds no images and no known data set.${first ? ` ${first.path}: ${first.reason.en}` : ''}`,
    zh: `${name} 中没有图像，也没有已知的数据集。${first ? `${first.path}：${first.reason.zh}` : ''}`
  }, { field: 'path', remedy: { en: 'Choose another archive.', zh: '请选择其他压缩包。' } })
}
