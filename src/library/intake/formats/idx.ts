import * as fs from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { ImageShape, SplitName } from '../../../contract/datasets'
import { GraftError } from '../../../contract/errors'
import type { ImageBatch } from '../../datasets/writer'
import { counted, fileSource, largestGzipRatio, RowBuffer, truncated, wrongSize, type ByteSource } from '../reading/bytes'
import { defineFormat, type Reading } from '../reading/format'

/** Images and, where there are any, labels of one split. */
interface IdxSplit {
  split: SplitName
  images: ByteSource
  labels?: ByteSource
}

const filePattern = /^(?<prefix>.*?)(?<split>train|t10k|test|validation|valid|val)[-_.]?(?<kind>images?|labels?)([-_.]?idx[13])?([-_.]?ubyte)?(?<gz>\.gz)?$/i
const largestSide = 4096

/** MNIST's own files and those of its family (LeCun, "The MNIST database", the idx file format), plain or gzipped. */
export const idx = defineFormat({
  id: 'idx',
  title: { en: 'idx files (MNIST family)', zh: 'idx 文件（MNIST 系列）' },
  summary: {
    en: 'A folder with train-images-idx3-ubyte, train-labels-idx1-ubyte and t10k-… or test-…, plain or .gz, with or without a prefix.',
    zh: '包含 train-images-idx3-ubyte、train-labels-idx1-ubyte 以及 t10k-… 或 test-… 的文件夹，可为 .gz，文件名可带前缀。'
  },
  async detect(path) {
    return (await idxFiles(path)).some(({ kind }) => kind === 'images')
  },
  async read(path, { signal }) {
    const files = await idxFiles(path)
    if (!files.some(({ kind }) => kind === 'images')) throw noImageFiles(basename(path))
    const prefixes = new Set(files.map(({ prefix }) => prefix))
    if (prefixes.size > 1) throw severalSets(basename(path), [...prefixes])
    const splits: IdxSplit[] = []
    for (const { split, path: imagesPath } of files.filter(({ kind }) => kind === 'images')) {
      const labels = files.find((file) => file.kind === 'labels' && file.split === split)
      splits.push({
        split,
        images: await fileSource(imagesPath, basename(imagesPath), signal),
        ...(labels && { labels: await fileSource(labels.path, basename(labels.path), signal) })
      })
    }
    return readIdx(splits)
  }
})

interface IdxFile {
  path: string
  prefix: string
  split: SplitName
  kind: 'images' | 'labels'
}

/** The idx files of a folder; of a single file, its set's. A plain file goes before its gzipped twin. */
async function idxFiles(path: string): Promise<IdxFile[]> {
  const isFolder = (await fs.stat(path)).isDirectory()
  const folder = isFolder ? path : dirname(path)
  const chosen = isFolder ? undefined : parseName(basename(path))
  if (!isFolder && !chosen) return []
  const found = new Map<string, IdxFile>()
  const names = (await fs.readdir(folder, { withFileTypes: true })).filter((entry) => !entry.isDirectory()).map((entry) => entry.name)
  for (const name of names.sort()) {
    const parsed = parseName(name)
    if (!parsed || (chosen && parsed.prefix !== chosen.prefix)) continue
    const key = `${parsed.prefix} ${parsed.split} ${parsed.kind}`
    // Sorted, `x` comes before `x.gz`.
    if (!found.has(key)) found.set(key, { ...parsed, path: join(folder, name) })
  }
  const order: SplitName[] = ['train', 'validation', 'test']
  return [...found.values()].sort((a, b) => order.indexOf(a.split) - order.indexOf(b.split))
}

function parseName(name: string): Omit<IdxFile, 'path'> | undefined {
  const groups = filePattern.exec(name)?.groups
  // `train-images` alone could be any file: it must say idx or ubyte somewhere.
  if (!groups || !/idx|ubyte/i.test(name)) return undefined
  const word = groups.split!.toLowerCase()
  const split = word === 'train' ? 'train' : word.startsWith('val') ? 'validation' : 'test'
  return { prefix: groups.prefix!, split, kind: groups.kind!.toLowerCase().startsWith('image') ? 'images' : 'labels' }
}

/**
 * Checks the headers, reads the labels (one byte per image) and gives the images as they come.
 * @throws `idx-header`, `wrong-size`, `labels-do-not-match`, `shapes-differ`, each naming the file
 */
export async function readIdx(splits: readonly IdxSplit[]): Promise<Reading> {
  const checked: { split: SplitName, images: ByteSource, count: number, height: number, width: number, values?: Uint8Array }[] = []
  for (const { split, images, labels } of splits) {
    const [count, height, width] = await readHeader(images, 3) as [number, number, number]
    if (height < 1 || width < 1 || height > largestSide || width > largestSide) throw badSize(images.name, height, width)
    checkLength(images, 16, [count, height, width])
    const values = labels && await readLabelValues(labels)
    if (values && values.length !== count) throw labelsDoNotMatch(images.name, count, labels.name, values.length)
    checked.push({ split, images, count, height, width, ...(values && { values }) })
  }
  const first = checked[0]
  if (!first) throw new RangeError('readIdx needs at least one split')
  for (const { images, height, width } of checked) {
    if (height !== first.height || width !== first.width) {
      throw shapesDiffer(first.images.name, `${first.height}×${first.width}`, images.name, `${height}×${width}`)
    }
  }
  // Labels need not begin at 0 (EMNIST's letters begin at 1): the values that occur are the classes.
  const occurring = [...new Set(checked.flatMap(({ values }) => values ? [...new Set(values)] : []))].sort((a, b) => a - b)
  const classOf = new Map(occurring.map((value, index) => [value, index]))
  const shape: ImageShape = [first.height, first.width, 1]
  async function* batches(): AsyncGenerator<ImageBatch> {
    for (const { split, images, count, height, width, values } of checked) {
      let done = 0
      for await (const rows of imageRows(images, count, height * width)) {
        const rowCount = rows.length / (height * width)
        const labels = values && Int32Array.from(values.subarray(done, done + rowCount), (value) => classOf.get(value)!)
        yield { split, images: rows, ...(labels && { labels }) }
        done += rowCount
      }
    }
  }
  return { shape, total: checked.reduce((sum, { count }) => sum + count, 0), batches: batches(), classes: () => occurring.map(String) }
}

/** The sizes of an idx file of bytes. */
export function parseIdxHeader(start: Uint8Array, dimensions: 1 | 3, name: string): number[] {
  if (start.length < 4 * (dimensions + 1)) {
    throw idxHeader(name, `it has only ${start.length} bytes`, `只有 ${start.length} 字节`)
  }
  const view = new DataView(start.buffer, start.byteOffset, start.length)
  const magic = view.getUint32(0)
  if (magic !== 0x0800 + dimensions) {
    const [en, zh] = dimensions === 3 ? ['images', '图像'] : ['labels', '标签']
    const shown = magic.toString(16).padStart(8, '0')
    throw idxHeader(name, `it begins with ${shown}, where ${en} of one byte begin with 0000080${dimensions}`,
      `以 ${shown} 开头，而单字节${zh}应以 0000080${dimensions} 开头`)
  }
  return Array.from({ length: dimensions }, (_, index) => view.getUint32(4 * (index + 1)))
}

async function readHeader(source: ByteSource, dimensions: 1 | 3): Promise<number[]> {
  let start = new Uint8Array(0)
  const length = 4 * (dimensions + 1)
  for await (const chunk of source.open()) {
    const joined = new Uint8Array(Math.min(length, start.length + chunk.length))
    joined.set(start)
    joined.set(chunk.subarray(0, joined.length - start.length), start.length)
    start = joined
    if (start.length === length) break
  }
  return parseIdxHeader(start, dimensions, source.name)
}

/** Before anything is allocated: whether the file can hold what its header says. */
function checkLength(source: ByteSource, headerBytes: number, sizes: readonly number[]): void {
  const expected = headerBytes + sizes.reduce((product, size) => product * size, 1)
  if (source.plain ? source.size !== expected : expected > (source.size + 64) * largestGzipRatio) {
    throw headerAndLengthDiffer(source, expected)
  }
}

async function readLabelValues(source: ByteSource): Promise<Uint8Array> {
  const [count] = await readHeader(source, 1) as [number]
  checkLength(source, 8, [count])
  const values = new Uint8Array(count)
  let done = 0
  for await (const chunk of bodyOf(source, 8, count)) {
    values.set(chunk, done)
    done += chunk.length
  }
  return values
}

async function* imageRows(source: ByteSource, count: number, rowBytes: number): AsyncGenerator<Uint8Array> {
  const rows = new RowBuffer(rowBytes)
  for await (const chunk of bodyOf(source, 16, count * rowBytes)) yield* rows.push(chunk)
  const rest = rows.flush()
  if (rest.length > 0) yield rest
}

/** Exactly the bytes after the header; throws when there are fewer or more. */
async function* bodyOf(source: ByteSource, headerBytes: number, bodyBytes: number): AsyncGenerator<Uint8Array> {
  let seen = 0
  for await (const chunk of source.open()) {
    const body = chunk.subarray(Math.max(0, Math.min(chunk.length, headerBytes - seen)))
    seen += chunk.length
    if (seen > headerBytes + bodyBytes) throw headerAndLengthDiffer(source, headerBytes + bodyBytes)
    if (body.length > 0) yield body
  }
  if (seen === headerBytes + bodyBytes) return
  const shown = { seen: counted(seen), expected: counted(headerBytes + bodyBytes) }
  throw truncated(source.name, {
    en: `after ${shown.seen} of ${shown.expected} bytes`,
    zh: `${shown.expected} 字节中的第 ${shown.seen} 字节处`
  })
}

function idxHeader(name: string, en: string, zh: string): GraftError {
  return new GraftError('idx-header', {
    en: `${name} is not an idx file that Graft reads: ${en}.`,
    zh: `${name} 不是 Graft 能读取的 idx 文件：${zh}。`
  }, { remedy: { en: 'Download the file again, or choose another.', zh: '请重新下载该文件，或选择其他文件。' } })
}

function headerAndLengthDiffer(source: ByteSource, expected: number): GraftError {
  const [en, zh] = source.plain ? [` but has ${counted(source.size)}`, `，而实际为 ${counted(source.size)} 字节`] : [' but holds another number', '，而实际不符']
  return wrongSize({
    en: `${source.name} should have ${counted(expected)} bytes by its header${en}.`,
    zh: `按文件头，${source.name} 应有 ${counted(expected)} 字节${zh}。`
  })
}

function badSize(name: string, height: number, width: number): GraftError {
  return idxHeader(name, `its images would be ${height}×${width}, and sides may be 1 to ${largestSide}`,
    `图像尺寸为 ${height}×${width}，而边长只能是 1 到 ${largestSide}`)
}

function labelsDoNotMatch(images: string, imageCount: number, labels: string, labelCount: number): GraftError {
  return new GraftError('labels-do-not-match', {
    en: `${labels} has ${counted(labelCount)} labels for the ${counted(imageCount)} images of ${images}.`,
    zh: `${labels} 有 ${counted(labelCount)} 个标签，而 ${images} 有 ${counted(imageCount)} 张图像。`
  }, { remedy: { en: 'Put the two files of one set side by side.', zh: '请把同一数据集的两个文件放在一起。' } })
}

function shapesDiffer(first: string, firstShape: string, second: string, secondShape: string): GraftError {
  return new GraftError('shapes-differ', {
    en: `The images of ${second} are ${secondShape}, those of ${first} ${firstShape}.`,
    zh: `${second} 的图像为 ${secondShape}，而 ${first} 的图像为 ${firstShape}。`
  }, { remedy: { en: 'Put only the files of one set into the folder.', zh: '请在文件夹中只保留同一数据集的文件。' } })
}

function severalSets(folder: string, prefixes: readonly string[]): GraftError {
  const shown = prefixes.map((prefix) => prefix === '' ? '(none)' : prefix).join(', ')
  return new GraftError('several-sets', {
    en: `${folder} holds several idx sets, with the prefixes ${shown}.`,
    zh: `${folder} 中有多个 idx 数据集，前缀为 ${shown}。`
  }, { field: 'path', remedy: { en: 'Give the path of one of its files instead of the folder.', zh: '请改为指定其中一个文件的路径。' } })
}

function noImageFiles(name: string): GraftError {
  return new GraftError('no-images', { en: `${name} holds no idx file of images.`, zh: `${name} 中没有 idx 图像文件。` }, {
    field: 'path', remedy: { en: 'Leave out --format, or choose the folder with the idx files.', zh: '请省略 --format，或选择包含 idx 文件的文件夹。' }
  })
}
