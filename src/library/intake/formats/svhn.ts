import * as fs from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { ImageShape, SplitName } from '../../../contract/datasets'
import { GraftError } from '../../../contract/errors'
import type { ImageBatch } from '../../datasets/writer'
import { counted, readStart, RowBuffer, uninitialised } from '../reading/bytes'
import { defineFormat, type Reading } from '../reading/format'
import { isMatlab, listMatlabArrays, readMatlabBytes, readMatlabNumbers, type MatlabArray } from './shared/matlab'

const splitOf = (file: string): SplitName | undefined =>
  /^train_32x32\.mat$/i.test(file) ? 'train' : /^test_32x32\.mat$/i.test(file) ? 'test' : undefined
const extraFile = /^extra_32x32\.mat$/i
const digits = Array.from({ length: 10 }, (_, digit) => `${digit}`)
const mostImages = 5_000_000

/** Netzer et al. 2011, "Reading Digits in Natural Images": cropped digits in MATLAB files, `X` [32, 32, 3, n] and `y` with 10 for the digit 0. */
export const svhn = defineFormat({
  id: 'svhn',
  title: { en: 'SVHN, cropped digits', zh: 'SVHN（裁剪后的数字）' },
  summary: {
    en: 'A folder with train_32x32.mat and test_32x32.mat, or one of them; extra_32x32.mat is left out.',
    zh: '包含 train_32x32.mat 和 test_32x32.mat 的文件夹，或其中一个文件；不读取 extra_32x32.mat。'
  },
  async detect(path) {
    for (const { path: file } of await svhnFiles(path)) if (isMatlab(await readStart(file, 128))) return true
    return false
  },
  async read(path, { signal, skip }) {
    const files = await svhnFiles(path)
    if (files.length === 0) throw notSvhn(basename(path))
    if ((await fs.stat(path)).isDirectory()) {
      for (const name of await fs.readdir(path)) {
        if (extraFile.test(name)) skip(name, { en: 'the extra set is not part of the usual training set', zh: '附加集不属于通常的训练集' })
      }
    }
    const parts: Part[] = []
    for (const file of files) parts.push(await readPart(file, signal))
    const shape = parts[0]!.shape
    const other = parts.find((part) => part.shape.join() !== shape.join())
    if (other) throw notSvhn(basename(other.path))
    return readingOf(parts, shape, signal)
  }
})

interface Part { split: SplitName, path: string, images: MatlabArray, labels: Int32Array, shape: ImageShape }

/** The files of a folder; of a single file, itself and its sibling. */
async function svhnFiles(path: string): Promise<{ split: SplitName, path: string }[]> {
  const isFolder = (await fs.stat(path)).isDirectory()
  if (!isFolder && splitOf(basename(path)) === undefined) return []
  const folder = isFolder ? path : dirname(path)
  const entries = await fs.readdir(folder, { withFileTypes: true })
  return entries.filter((entry) => !entry.isDirectory()).flatMap(({ name }) => {
    const split = splitOf(name)
    return split === undefined ? [] : [{ split, path: join(folder, name) }]
  }).sort((a, b) => a.split === 'train' ? -1 : b.split === 'train' ? 1 : 0)
}

async function readPart({ split, path }: { split: SplitName, path: string }, signal?: AbortSignal): Promise<Part> {
  const name = basename(path)
  const arrays = await listMatlabArrays(path)
  const images = arrays.find((array) => array.name === 'X')
  const target = arrays.find((array) => array.name === 'y')
  const [height, width, channels, count] = images?.dimensions ?? []
  const fits = images && target && images.dimensions.length === 4 && images.type === 2 && height === 32 && width === 32 && channels === 3
  if (!fits || count === undefined || count < 1 || count > mostImages) throw notSvhn(name)
  const values = await readMatlabNumbers(path, target, mostImages, signal)
  if (values.length !== count) {
    throw new GraftError('labels-do-not-match', {
      en: `${name} has ${counted(values.length)} labels for ${counted(count)} images.`, zh: `${name} 有 ${counted(values.length)} 个标签，而图像有 ${counted(count)} 张。`
    }, { remedy: { en: 'Download it again.', zh: '请重新下载。' } })
  }
  const labels = Int32Array.from(values, (value, image) => {
    if (!Number.isInteger(value) || value < 0 || value > 10) throw labelOutOfRange(name, image, value)
    return value % 10
  })
  return { split, path, images, labels, shape: [32, 32, 3] }
}

function readingOf(parts: readonly Part[], shape: ImageShape, signal: AbortSignal | undefined): Reading {
  async function* batches(): AsyncGenerator<ImageBatch> {
    for (const { split, path, images, labels } of parts) {
      const rows = new RowBuffer(shape[0] * shape[1] * shape[2], true)
      let done = 0
      const toBatch = (columns: Uint8Array): ImageBatch => {
        const count = columns.length / rows.rowBytes
        const batch = { split, images: fromColumns(columns, shape), labels: labels.subarray(done, done + count) }
        done += count
        return batch
      }
      for await (const chunk of readMatlabBytes(path, images, signal)) for (const full of rows.push(chunk)) yield toBatch(full)
      const rest = rows.flush()
      if (rest.length > 0) yield toBatch(rest)
    }
  }
  return { shape, total: parts.reduce((sum, { labels }) => sum + labels.length, 0), batches: batches(), classes: () => digits }
}

/** MATLAB's order, rows fastest, then columns, channels and images, as interleaved pixels `[n, height, width, channels]`. */
export function fromColumns(columns: Uint8Array, [height, width, channels]: ImageShape): Uint8Array {
  const imageBytes = height * width * channels
  const images = uninitialised(columns.length)
  for (let image = 0; image < columns.length; image += imageBytes) {
    let from = image
    for (let channel = 0; channel < channels; channel++) {
      for (let column = 0; column < width; column++) {
        let to = image + column * channels + channel
        for (let row = 0; row < height; row++, to += width * channels) images[to] = columns[from++]!
      }
    }
  }
  return images
}

function notSvhn(name: string): GraftError {
  return new GraftError('format-mismatch', {
    en: `${name} does not hold SVHN's cropped digits: X of 32 × 32 × 3 bytes per image, and y.`, zh: `${name} 不是 SVHN 的裁剪数字：应含每张 32 × 32 × 3 字节的 X 和 y。`
  }, { field: 'path', remedy: { en: 'Choose the folder with train_32x32.mat and test_32x32.mat.', zh: '请选择包含 train_32x32.mat 和 test_32x32.mat 的文件夹。' } })
}

function labelOutOfRange(name: string, image: number, value: number): GraftError {
  return new GraftError('label-out-of-range', {
    en: `${name}, image ${counted(image + 1)}: the label is ${value}, but digits have labels from 1 to 10.`,
    zh: `${name} 第 ${counted(image + 1)} 张图像：标签为 ${value}，而数字的标签范围是 1 到 10。`
  }, { remedy: { en: 'The file is damaged; download it again.', zh: '文件已损坏，请重新下载。' } })
}
