import { createReadStream } from 'node:fs'
import * as fs from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { throwIfCancelled } from '../../cancel'
import type { SplitName } from '../../../contract/datasets'
import { GraftError } from '../../../contract/errors'
import { namingFile } from '../../disk/files'
import type { ImageBatch } from '../../datasets/writer'
import { checkRatio } from '../reading/archive'
import { counted, readStart, wrongSize } from '../reading/bytes'
import { isBzip2, unpackBzip2 } from './shared/bzip2'
import { defineFormat } from '../reading/format'

const side = 16
const pixels = side * side
const longestLine = 1 << 16
/** The official files are below 7 MB packed and 30 MB unpacked. */
const mostPackedBytes = 64 << 20
const batchImages = 2048
const filePattern = /^usps(?<test>\.t)?(?<packed>\.bz2)?$/i
const digits = Array.from({ length: 10 }, (_, digit) => `${digit}`)

/** Hull 1994, in the text form of LIBSVM's collection: `label 1:v … 256:v`, labels 1 to 10 for the digits 0 to 9, grey levels in [-1, 1]. */
export const usps = defineFormat({
  id: 'usps',
  title: { en: 'USPS, as LIBSVM gives it', zh: 'USPS（LIBSVM 文本）' },
  summary: {
    en: 'A folder with usps and usps.t, plain or .bz2, or one of them.',
    zh: '包含 usps 和 usps.t（可为 .bz2）的文件夹，或其中一个文件。'
  },
  async detect(path) {
    for (const { path: file } of await uspsFiles(path)) {
      const start = await readStart(file, 64)
      if (isBzip2(start) || /^\d+ \d+:/.test(Buffer.from(start).toString('latin1'))) return true
    }
    return false
  },
  async read(path, { signal }) {
    const files = await uspsFiles(path)
    if (files.length === 0) throw notUsps(basename(path))
    async function* batches(): AsyncGenerator<ImageBatch> {
      for (const { split, path: file } of files) yield* readLines(split, basename(file), chunksOf(file, signal))
    }
    return { shape: [side, side, 1], batches: batches(), classes: () => digits }
  }
})

/** The files of a folder; of a single file, itself and its sibling. A plain file goes before its packed twin. */
async function uspsFiles(path: string): Promise<{ split: SplitName, path: string }[]> {
  const isFolder = (await fs.stat(path)).isDirectory()
  if (!isFolder && !filePattern.test(basename(path))) return []
  const folder = isFolder ? path : dirname(path)
  const entries = await fs.readdir(folder, { withFileTypes: true })
  const found = new Map<SplitName, string>()
  for (const name of entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name).sort()) {
    const groups = filePattern.exec(name)?.groups
    if (!groups) continue
    const split = groups.test === undefined ? 'train' : 'test'
    if (!found.has(split)) found.set(split, join(folder, name))
  }
  return (['train', 'test'] as const).flatMap((split) => found.has(split) ? [{ split, path: found.get(split)! }] : [])
}

async function* chunksOf(path: string, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  try {
    if (!isBzip2(await readStart(path, 4))) {
      yield* createReadStream(path, { highWaterMark: 1 << 18 })
      return
    }
    const { size } = await fs.stat(path)
    if (size > mostPackedBytes) throw notUsps(basename(path))
    let unpacked = 0
    for (const piece of unpackBzip2(await fs.readFile(path), basename(path))) {
      throwIfCancelled(signal)
      unpacked += piece.length
      checkRatio(basename(path), size, unpacked)
      yield piece
    }
  } catch (error) {
    throw namingFile(error, path)
  }
}

/** Images from lines of text, in batches. @throws `line-damaged`, `label-out-of-range`, `wrong-size`, each naming the line */
export async function* readLines(split: SplitName, name: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ImageBatch> {
  let rest = ''
  let lines = 0
  let images = new Uint8Array(batchImages * pixels)
  let labels = new Int32Array(batchImages)
  let filled = 0
  const take = (line: string): ImageBatch | undefined => {
    lines++
    if (line.trim() === '') return undefined
    labels[filled] = parseLine(line, images.subarray(filled * pixels, (filled + 1) * pixels), name, lines)
    filled++
    if (filled < batchImages) return undefined
    const batch = { split, images, labels }
    images = new Uint8Array(batchImages * pixels)
    labels = new Int32Array(batchImages)
    filled = 0
    return batch
  }
  for await (const chunk of chunks) {
    const found = (rest + Buffer.from(chunk).toString('latin1')).split('\n')
    rest = found.pop()!
    if (rest.length > longestLine) throw lineDamaged(name, lines + 1)
    for (const line of found) {
      const batch = take(line)
      if (batch) yield batch
    }
  }
  const last = rest === '' ? undefined : take(rest)
  if (last) yield last
  if (filled > 0) yield { split, images: images.slice(0, filled * pixels), labels: labels.slice(0, filled) }
  if (lines === 0) throw wrongSize({ en: `${name} is empty.`, zh: `${name} 是空文件。` })
}

/** One image into `into`; gives its class. A pixel that is not listed is 0, half-way between black and white. */
export function parseLine(line: string, into: Uint8Array, name: string, number: number): number {
  into.fill(greyOf(0))
  const fields = line.trim().split(/\s+/)
  const label = Number(fields[0])
  if (!/^\d+(\.0+)?$/.test(fields[0] ?? '') || label < 1 || label > 10) throw labelOutOfRange(name, number, fields[0] ?? '')
  if (fields.length > pixels + 1) throw lineDamaged(name, number)
  let before = 0
  for (const field of fields.slice(1)) {
    const colon = field.indexOf(':')
    const index = Number(field.slice(0, colon))
    const value = Number(field.slice(colon + 1))
    const isRight = colon > 0 && colon < field.length - 1 && Number.isInteger(index) && index > before && index <= pixels &&
      Number.isFinite(value) && value >= -1.0001 && value <= 1.0001
    if (!isRight) throw lineDamaged(name, number)
    into[index - 1] = greyOf(value)
    before = index
  }
  return label - 1
}

/** [-1, 1] as 0 to 255. */
const greyOf = (value: number): number => Math.min(255, Math.max(0, Math.round((value + 1) * 127.5)))

function notUsps(name: string): GraftError {
  return new GraftError('format-mismatch', {
    en: `${name} does not hold USPS in LIBSVM's text form.`, zh: `${name} 不是 LIBSVM 文本形式的 USPS。`
  }, { field: 'path', remedy: { en: 'Choose the folder with usps.bz2 and usps.t.bz2.', zh: '请选择包含 usps.bz2 和 usps.t.bz2 的文件夹。' } })
}

function lineDamaged(name: string, number: number): GraftError {
  return new GraftError('line-damaged', {
    en: `${name}, line ${counted(number)}, is not a USPS image: 256 values from -1 to 1 are expected.`,
    zh: `${name} 第 ${counted(number)} 行不是 USPS 图像：应有 256 个 -1 到 1 的数值。`
  }, { remedy: { en: 'Download the file again.', zh: '请重新下载该文件。' } })
}

function labelOutOfRange(name: string, number: number, found: string): GraftError {
  const shown = found.slice(0, 20)
  return new GraftError('label-out-of-range', {
    en: `${name}, line ${counted(number)}: the label is "${shown}", but USPS has labels from 1 to 10.`,
    zh: `${name} 第 ${counted(number)} 行：标签为“${shown}”，而 USPS 的标签范围是 1 到 10。`
  }, { remedy: { en: 'Download the file again.', zh: '请重新下载该文件。' } })
}
