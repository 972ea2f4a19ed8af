import { read as readCallback } from 'node:fs'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { type AnySplit, type Dataset, imageBytesOf, splitNames, type SplitName } from '../../contract/datasets'
import { GraftError } from '../../contract/errors'
import { namingFile } from '../disk/files'
import { crc32 } from '../disk/checksums'
import { readColumn } from './column'
import { buildSums, readSums } from './image-sums'
import { readNames } from './names'
import { countOfAll, partsOf, readImagesThrough } from './through-splits'

/** The files of one split inside a data set's folder: raw `[n, height, width, channels]` bytes, a checksum for each image, little-endian labels and domains, names. */
export function splitFiles(folder: string, split: SplitName): { images: string, sums: string, labels: string, domains: string, names: string } {
  const of = (name: string): string => join(folder, split, name)
  return { images: of('images.u8'), sums: of('images.sums'), labels: of('labels.i32'), domains: of('domains.i32'), names: of('names.json') }
}

/** An open file of images. */
interface OpenImages {
  handle: fs.FileHandle
  /** A checksum for each image; undefined where they are not known and not to be found out. */
  sums: Uint32Array | undefined
  /** 1 for each image that was verified since the file was opened. */
  verified: Uint8Array
}

/**
 * A data set's images and labels, read by position: memory does not grow with the data. Close it when done. What it gives is
 * verified: each image the first time it is read, labels, domains and names as a whole.
 */
export class DatasetReader {
  private readonly handles = new Map<SplitName, Promise<OpenImages>>()
  private readonly columns = new Map<string, Promise<Int32Array>>()
  private readonly names = new Map<SplitName, Promise<string[]>>()
  private readonly imageBytes: number

  /**
   * @param wholePass whether a data set of an earlier version, which has no checksum for each image, is read whole before
   * the first of them is given. Without, its images are given unverified: for looking at them, never for what counts.
   */
  constructor(readonly dataset: Dataset, private readonly folder: string, private readonly wholePass = true) {
    this.imageBytes = imageBytesOf(dataset.shape)
  }

  /**
   * Images by position in their split, in the order asked for: `[positions.length, height, width, channels]`, 0 to 255.
   * @param into where to put them, to save the allocation; at least so many bytes
   * @throws `no-such-split`, `position-out-of-range`, `dataset-damaged`
   */
  async readImages(split: AnySplit, positions: ArrayLike<number>, into?: Uint8Array): Promise<Uint8Array> {
    if (split === 'all') {
      return readImagesThrough(this.dataset, this.imageBytes, positions, into, (part, places, bytes) => this.readImages(part, places, bytes))
    }
    const { count } = this.splitOf(split)
    const { imageBytes } = this
    const bytes = into ? into.subarray(0, positions.length * imageBytes) : new Uint8Array(positions.length * imageBytes)
    if (bytes.length < positions.length * imageBytes) throw new RangeError('The buffer is too small for these images.')
    for (let index = 0; index < positions.length; index++) this.checkPosition(split, positions[index]!, count)
    const open = await this.imagesOf(split)
    // Neighbours are read in one go: whole batches in order cost one call.
    const reads: Promise<void>[] = []
    for (let start = 0; start < positions.length;) {
      let end = start + 1
      while (end < positions.length && positions[end] === positions[end - 1]! + 1) end++
      const part = bytes.subarray(start * imageBytes, end * imageBytes)
      reads.push(this.readPart(open.handle, part, positions[start]! * imageBytes, split))
      start = end
    }
    await Promise.all(reads)
    this.verify(open, split, positions, bytes)
    return bytes
  }

  private verify({ sums, verified }: OpenImages, split: SplitName, positions: ArrayLike<number>, bytes: Uint8Array): void {
    if (!sums) return
    for (let index = 0; index < positions.length; index++) {
      const position = positions[index]!
      if (verified[position] === 1) continue
      if (crc32(bytes.subarray(index * this.imageBytes, (index + 1) * this.imageBytes)) !== sums[position]) {
        throw datasetDamaged(splitFiles(this.folder, split).images, `image ${position} is not what was imported`)
      }
      verified[position] = 1
    }
  }

  /**
   * Labels of a whole split, or of some positions: indices into `dataset.classes`.
   * @throws `no-labels` where the split has none
   */
  readLabels(split: SplitName, positions?: ArrayLike<number>): Promise<Int32Array> {
    return this.readColumn(split, 'labels', positions)
  }

  /**
   * Domains of a whole split, or of some positions: indices into `dataset.domains`.
   * @throws `no-domains` where the data set has none
   */
  readDomains(split: SplitName, positions?: ArrayLike<number>): Promise<Int32Array> {
    return this.readColumn(split, 'domains', positions)
  }

  /** Images of a split, or of all. */
  countOf(split: AnySplit): number {
    return split === 'all' ? countOfAll(this.dataset) : this.dataset.splits[split]?.count ?? 0
  }

  /** Whether the split has labels that can be read. */
  hasLabels(split: SplitName): boolean {
    return this.dataset.splits[split]?.sha256.labels !== undefined
  }

  /** Whether the split says of each image which domain it belongs to. */
  hasDomains(split: SplitName): boolean {
    return this.dataset.splits[split]?.sha256.domains !== undefined
  }

  /** Whether the images of the split were files of their own; those of data sets made before names were kept have none. */
  hasNames(split: AnySplit): boolean {
    if (split === 'all') return splitNames.every((name) => this.countOf(name) === 0 || this.hasNames(name))
    return this.dataset.splits[split]?.sha256.names !== undefined
  }

  /**
   * Paths of the files that the images of a split were, below what was imported, with "/" between folders: of all, or of some positions.
   * @throws `no-names` where it has none
   */
  async readNames(split: AnySplit, positions?: ArrayLike<number>): Promise<string[]> {
    if (split === 'all') {
      const parts = partsOf(this.dataset, positions ?? Array.from({ length: this.countOf('all') }, (_, position) => position))
      return (await Promise.all(parts.map((part) => this.readNames(part.split, part.positions)))).flat()
    }
    const { count } = this.splitOf(split)
    if (!this.hasNames(split)) throw noNames(this.dataset.name, split)
    const path = splitFiles(this.folder, split).names
    let loading = this.names.get(split)
    if (!loading) {
      loading = readNames(path, { count, sha256: this.splitOf(split).sha256.names }, (details) => datasetDamaged(path, details))
        .catch((error: unknown) => { throw namingFile(error, path) })
      this.names.set(split, loading)
      loading.catch(() => this.names.delete(split))
    }
    const all = await loading
    return Array.from(positions ?? all.keys(), (position) => {
      this.checkPosition(split, position, count)
      return all[position]!
    })
  }

  async close(): Promise<void> {
    const handles = [...this.handles.values()]
    this.handles.clear()
    for (const opened of handles) await opened.then(({ handle }) => handle.close(), () => undefined)
  }

  private splitOf(split: SplitName): NonNullable<Dataset['splits'][SplitName]> {
    const found = this.dataset.splits[split]
    if (found) return found
    throw new GraftError('no-such-split', {
      en: `The data set "${this.dataset.name}" has no ${split} images.`,
      zh: `数据集“${this.dataset.name}”没有 ${split} 部分的图像。`
    })
  }

  private checkPosition(split: SplitName, position: number, count: number): void {
    if (Number.isInteger(position) && position >= 0 && position < count) return
    throw new GraftError('position-out-of-range', {
      en: `The ${split} split of "${this.dataset.name}" has ${count} images; there is no image ${position}.`,
      zh: `“${this.dataset.name}”的 ${split} 部分共有 ${count} 张图像，不存在第 ${position} 张。`
    }, { usage: true })
  }

  private imagesOf(split: SplitName): Promise<OpenImages> {
    const known = this.handles.get(split)
    if (known) return known
    const opened = this.openImages(split)
    this.handles.set(split, opened)
    opened.catch(() => this.handles.delete(split))
    return opened
  }

  private async openImages(split: SplitName): Promise<OpenImages> {
    const { images: path, sums: sumsPath } = splitFiles(this.folder, split)
    const { imageBytes } = this
    const { count, sha256: { images: sha256 } } = this.splitOf(split)
    let handle: fs.FileHandle
    try {
      handle = await fs.open(path)
    } catch (error) {
      throw namingFile(error, path)
    }
    try {
      const { size } = await handle.stat()
      if (size !== count * imageBytes) throw datasetDamaged(path, `${size} bytes instead of ${count * imageBytes}`)
      let sums = await readSums(sumsPath, count, sha256)
      if (!sums && this.wholePass) {
        sums = await buildSums(path, sumsPath, { count, imageBytes, sha256 })
        if (!sums) throw datasetDamaged(path, `its SHA-256 is not ${sha256}`)
      }
      return { handle, sums, verified: new Uint8Array(sums ? count : 0) }
    } catch (error) {
      await handle.close()
      throw namingFile(error, path)
    }
  }

  private readPart(handle: fs.FileHandle, part: Uint8Array, from: number, split: SplitName): Promise<void> {
    // The callback form costs a third of a promise a read, which counts with one read an image.
    return new Promise((resolve, reject) => {
      const step = (done: number): void => {
        readCallback(handle.fd, part, done, part.length - done, from + done, (error, bytesRead) => {
          const path = splitFiles(this.folder, split).images
          if (error) reject(namingFile(error, path))
          else if (bytesRead === 0) reject(datasetDamaged(path, 'it ended early'))
          else if (done + bytesRead === part.length) resolve()
          else step(done + bytesRead)
        })
      }
      step(0)
    })
  }

  private async readColumn(split: SplitName, column: 'labels' | 'domains', positions?: ArrayLike<number>): Promise<Int32Array> {
    const { count } = this.splitOf(split)
    const key = `${split} ${column}`
    let loading = this.columns.get(key)
    if (!loading) {
      loading = this.loadColumn(split, column)
      this.columns.set(key, loading)
      loading.catch(() => this.columns.delete(key))
    }
    const all = await loading
    if (!positions) return all.slice()
    return Int32Array.from(positions, (position) => {
      this.checkPosition(split, position, count)
      return all[position]!
    })
  }

  private async loadColumn(split: SplitName, column: 'labels' | 'domains'): Promise<Int32Array> {
    const { name, classes, domains } = this.dataset
    if (column === 'labels' && !this.hasLabels(split)) throw noLabels(name, split)
    if (column === 'domains' && !this.hasDomains(split)) throw noDomains(name, split)
    const path = splitFiles(this.folder, split)[column]
    const kinds = column === 'labels' ? classes.length : domains?.length ?? 0
    try {
      const { count, sha256 } = this.splitOf(split)
      return await readColumn(path, { count, kinds, sha256: sha256[column] }, (details) => datasetDamaged(path, details))
    } catch (error) {
      throw namingFile(error, path)
    }
  }
}

function noLabels(name: string, split: SplitName): GraftError {
  return new GraftError('no-labels', {
    en: `The ${split} images of "${name}" have no labels.`,
    zh: `“${name}”的 ${split} 图像没有标签。`
  }, { remedy: { en: 'Choose a data set with labels.', zh: '请选择带标签的数据集。' } })
}

function noNames(name: string, split: SplitName): GraftError {
  return new GraftError('no-names', {
    en: `The ${split} images of "${name}" have no file names.`, zh: `“${name}”的 ${split} 图像没有文件名。`
  }, { remedy: { en: 'Import it again to keep them, if its images are files.', zh: '如果其图像为单独的文件，可重新导入以保留文件名。' } })
}

function noDomains(name: string, split: SplitName): GraftError {
  return new GraftError('no-domains', {
    en: `The ${split} images of "${name}" belong to no domains.`,
    zh: `“${name}”的 ${split} 图像没有域信息。`
  }, { remedy: { en: 'Choose a data set with several domains.', zh: '请选择含有多个域的数据集。' } })
}

function datasetDamaged(path: string, details: string): GraftError {
  return new GraftError('dataset-damaged', {
    en: `${path} is damaged.`,
    zh: `${path} 已损坏。`
  }, { details, remedy: { en: 'Remove the data set and import it again.', zh: '请删除该数据集并重新导入。' } })
}

/** Images, labels and domains by position: of a whole data set, or of some of its domains. Close it when done. */
export interface DatasetView extends Pick<DatasetReader, 'dataset' | 'readLabels' | 'readDomains' | 'hasLabels' | 'hasDomains' | 'close'> {
  readImages(split: SplitName, positions: ArrayLike<number>, into?: Uint8Array): Promise<Uint8Array>
}
