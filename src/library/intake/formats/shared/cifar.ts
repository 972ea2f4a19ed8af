import * as fs from 'node:fs/promises'
import { createReadStream } from 'node:fs'
import { basename, join } from 'node:path'
import type { ImageShape, SplitName } from '../../../../contract/datasets'
import { GraftError } from '../../../../contract/errors'
import { throwIfCancelled } from '../../../cancel'
import { namingFile } from '../../../disk/files'
import type { ImageBatch } from '../../../datasets/writer'
import { findInArchive, isArchive, readArchive, type FilePart } from '../../reading/archive'
import { counted, isGzip, RowBuffer, truncated, uninitialised, wrongSize } from '../../reading/bytes'
import type { Reading, ReadOptions } from '../../reading/format'

/** The official binary layout of a CIFAR data set: labels, then 3,072 bytes as planes of red, green and blue. */
export interface CifarLayout {
  name: string
  /** Label bytes before the pixels, and how many classes each counts; the last one is used. */
  labels: readonly { name: string, classes: number }[]
  /** Which split a file holds; undefined for all others. */
  splitOf(file: string): SplitName | undefined
  namesFile: string
  /** A path of the pickled version for Python, which is not read. */
  isPythonFile(path: string): boolean
}

const shape: ImageShape = [32, 32, 3]
const plane = 32 * 32
const longestNamesFile = 1 << 16

/** Bytes of one record. */
export const recordBytesOf = (layout: CifarLayout): number => layout.labels.length + 3 * plane

/** Whether a path is such a folder, a folder that holds one, or such an archive. */
export async function detectCifar(layout: CifarLayout, path: string, accept: (file: string, size: number) => boolean): Promise<boolean> {
  if ((await fs.stat(path)).isDirectory()) {
    for (const file of await cifarFiles(layout, path)) if (accept(file, (await fs.stat(file)).size)) return true
    return false
  }
  return await isArchive(path) && await findInArchive(path, accept) !== undefined
}

export async function readCifar(layout: CifarLayout, path: string, { signal }: ReadOptions): Promise<Reading> {
  const archive = !(await fs.stat(path)).isDirectory()
  const files = archive ? [] : await cifarFiles(layout, path)
  const origin = archive ? basename(path) : ''
  let total: number | undefined
  if (archive) {
    if (!await isArchive(path)) throw notThisFormat(layout, basename(path))
    total = await archivedRecords(path, recordBytesOf(layout))
  } else {
    total = 0
    for (const file of files) if (layout.splitOf(basename(file))) total += Math.floor((await fs.stat(file)).size / recordBytesOf(layout))
  }
  let python = false
  const wanted = (file: string): boolean => {
    python ||= layout.isPythonFile(file)
    return layout.splitOf(basename(file)) !== undefined || basename(file) === layout.namesFile
  }
  const parts = archive
    ? readArchive(path, { wanted, ...(signal && { signal }) })
    : readFiles(files.filter(wanted), signal)
  const decoder = new CifarDecoder(layout, origin)
  async function* batches(): AsyncGenerator<ImageBatch> {
    yield* decoder.decode(parts)
    if (decoder.records === 0) throw python ? pythonVersion(layout, basename(path)) : notThisFormat(layout, basename(path))
  }
  return { shape, batches: batches(), classes: () => decoder.classes(), ...(total !== undefined && { total }) }
}

/** Turns the files of a CIFAR data set into batches; holds what one pass over them learns. */
export class CifarDecoder {
  /** Records read so far, in all files. */
  records = 0
  private names: string[] | undefined
  private readonly seen = new Set<string>()

  /** @param origin the archive's name, for messages; empty for a folder */
  constructor(private readonly layout: CifarLayout, private readonly origin = '') {}

  /** @throws `wrong-size`, `label-out-of-range`, `archive-truncated` … each naming the file and the record */
  async* decode(parts: AsyncIterable<FilePart>): AsyncGenerator<ImageBatch> {
    let current: { file: string, rows: RowBuffer, records: number } | undefined
    let namesText = ''
    try {
      for await (const { file, bytes, ended } of parts) {
        const split = this.layout.splitOf(basename(file))
        if (!split) {
          namesText += Buffer.from(bytes).toString('utf8')
          if (namesText.length > longestNamesFile) throw this.wrongNames(file, namesText.split('\n').length)
          if (ended) this.names = this.parseNames(file, namesText)
          continue
        }
        current ??= this.begin(file)
        for (const rows of current.rows.push(bytes)) {
          yield this.toBatch(split, rows, current)
        }
        if (!ended) continue
        const rest = current.rows.flush()
        if (rest.length > 0) yield this.toBatch(split, rest, current)
        if (current.rows.leftOver > 0) throw this.oddSize(current)
        current = undefined
      }
    } catch (error) {
      if (!current || !(error instanceof GraftError) || error.code !== 'archive-truncated') throw error
      const record = current.records + current.rows.flush().length / current.rows.rowBytes
      throw truncated(this.origin || basename(current.file), {
        en: `in ${basename(current.file)}, after record ${counted(record)}`,
        zh: `${basename(current.file)} 的第 ${counted(record)} 条记录之后`
      })
    }
  }

  /** Class names, by the names file or else by number. */
  classes(): string[] {
    return this.names ?? Array.from({ length: this.layout.labels.at(-1)!.classes }, (_, index) => `${index}`)
  }

  private begin(file: string): { file: string, rows: RowBuffer, records: number } {
    const name = basename(file)
    if (this.seen.has(name)) {
      throw new GraftError('file-twice', {
        en: `${this.origin || 'The folder'} holds ${name} twice.`,
        zh: `${this.origin || '该文件夹'} 中有两个 ${name}。`
      }, { remedy: { en: 'Keep only one of them.', zh: '请只保留其中一个。' } })
    }
    this.seen.add(name)
    return { file, rows: new RowBuffer(recordBytesOf(this.layout), true), records: 0 }
  }

  private toBatch(split: SplitName, rows: Uint8Array, state: { file: string, records: number }): ImageBatch {
    const { labels: labelBytes } = this.layout
    const recordBytes = recordBytesOf(this.layout)
    const count = rows.length / recordBytes
    const labels = new Int32Array(count)
    for (const [index, { name, classes }] of labelBytes.entries()) {
      for (let record = 0; record < count; record++) {
        const label = rows[record * recordBytes + index]!
        if (label >= classes) throw this.labelOutOfRange(state, record, label, name, classes)
        labels[record] = label
      }
    }
    const images = interleavePlanes(rows, recordBytes, labelBytes.length)
    state.records += count
    this.records += count
    return { split, images, labels }
  }

  private parseNames(file: string, text: string): string[] {
    const names = text.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== '')
    if (names.length !== this.layout.labels.at(-1)!.classes) throw this.wrongNames(file, names.length)
    return names
  }

  private wrongNames(file: string, count: number): GraftError {
    const expected = this.layout.labels.at(-1)!.classes
    return new GraftError('class-names-wrong', {
      en: `${basename(file)} names ${count} classes, where ${this.layout.name} has ${expected}.`,
      zh: `${basename(file)} 列出了 ${count} 个类别，而 ${this.layout.name} 有 ${expected} 个。`
    }, { remedy: { en: 'Put the original file in its place, or leave it out.', zh: '请换回原始文件，或将其移除。' } })
  }

  private labelOutOfRange(
    state: { file: string, records: number }, record: number, label: number, kind: string, classes: number
  ): GraftError {
    const file = basename(state.file)
    const number = counted(state.records + record + 1)
    return new GraftError('label-out-of-range', {
      en: `${file}, record ${number}: the ${kind} is ${label}, but ${this.layout.name} has labels from 0 to ${classes - 1}.`,
      zh: `${file} 第 ${number} 条记录：标签为 ${label}，而 ${this.layout.name} 的标签范围是 0 到 ${classes - 1}。`
    }, { remedy: { en: 'The file is damaged or of another kind; download it again.', zh: '文件已损坏或不是该格式，请重新下载。' } })
  }

  private oddSize({ file, rows, records }: { file: string, rows: RowBuffer, records: number }): GraftError {
    const name = basename(file)
    const size = counted(rows.rowBytes)
    return wrongSize({
      en: `${name} ends in the middle of a record: ${counted(rows.leftOver)} bytes follow record ${counted(records)}, and a record has ${size}.`,
      zh: `${name} 在一条记录中间结束：第 ${counted(records)} 条记录之后还有 ${counted(rows.leftOver)} 字节，而每条记录为 ${size} 字节。`
    })
  }
}

/** Records of planes (RRR…GGG…BBB…) after some label bytes as interleaved pixels (RGBRGB…). */
function interleavePlanes(records: Uint8Array, recordBytes: number, labelBytes: number): Uint8Array {
  const count = records.length / recordBytes
  const images = uninitialised(count * 3 * plane)
  let out = 0
  for (let record = 0; record < count; record++) {
    let red = record * recordBytes + labelBytes
    for (const end = red + plane; red < end; red++) {
      images[out] = records[red]!
      images[out + 1] = records[red + plane]!
      images[out + 2] = records[red + 2 * plane]!
      out += 3
    }
  }
  return images
}

/** The files of the folder, or of the first folder in it that has some, in order. */
async function cifarFiles(layout: CifarLayout, path: string): Promise<string[]> {
  const known = (file: string): boolean => layout.splitOf(basename(file)) !== undefined ||
    basename(file) === layout.namesFile || layout.isPythonFile(file.replaceAll('\\', '/'))
  const inFolder = async (folder: string): Promise<string[]> => {
    const entries = await fs.readdir(folder, { withFileTypes: true })
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(folder, entry.name))
    return files.filter(known).sort(new Intl.Collator('en', { numeric: true }).compare)
  }
  const here = await inFolder(path)
  if (here.length > 0) return here
  const folders = (await fs.readdir(path, { withFileTypes: true })).filter((entry) => entry.isDirectory())
  // One level only, and few: a folder of a thousand classes is something else.
  for (const { name } of folders.length <= 10 ? folders : []) {
    const files = await inFolder(join(path, name)).catch(() => [])
    if (files.length > 0) return files
  }
  return []
}

async function* readFiles(files: readonly string[], signal: AbortSignal | undefined): AsyncGenerator<FilePart> {
  for (const file of files) {
    try {
      for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
        throwIfCancelled(signal)
        yield { file, bytes: chunk as Uint8Array, ended: false }
      }
    } catch (error) {
      throw namingFile(error, file)
    }
    yield { file, bytes: new Uint8Array(0), ended: true }
  }
}

/** About how many records an archive holds, for the progress: gzip ends with the size of what is packed. */
async function archivedRecords(path: string, recordBytes: number): Promise<number | undefined> {
  const { size } = await fs.stat(path)
  if (!await isGzip(path)) return Math.floor(size / recordBytes)
  const handle = await fs.open(path)
  try {
    const { buffer } = await handle.read(Buffer.alloc(4), 0, 4, size - 4)
    const unpacked = buffer.readUInt32LE(0)
    // Photographs shrink little; any other figure is not to be trusted.
    return unpacked >= size && unpacked <= 4 * size ? Math.floor(unpacked / recordBytes) : undefined
  } finally {
    await handle.close()
  }
}

function pythonVersion(layout: CifarLayout, name: string): GraftError {
  return new GraftError('cifar-python-version', {
    en: `${name} is ${layout.name}'s version for Python, which is a program's memory rather than plain data.`,
    zh: `${name} 是 ${layout.name} 的 Python 版本（pickle），而不是纯数据。`
  }, { field: 'path', remedy: { en: 'Download the binary version ("suitable for C programs") and add that.', zh: '请下载二进制版本（“suitable for C programs”）再添加。' } })
}

function notThisFormat(layout: CifarLayout, name: string): GraftError {
  return new GraftError('format-mismatch', {
    en: `${name} is not ${layout.name} in its binary layout.`,
    zh: `${name} 不是二进制布局的 ${layout.name}。`
  }, {
    field: 'path',
    remedy: {
      en: `Choose the folder with ${layout.namesFile} and the .bin files, or their .tar.gz.`,
      zh: `请选择包含 ${layout.namesFile} 和 .bin 文件的文件夹，或其 .tar.gz 压缩包。`
    }
  })
}
