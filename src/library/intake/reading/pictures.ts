import { basename, relative, sep } from 'node:path'
import type { Fit, ImageShape, SkippedFile } from '../../../contract/datasets'
import { GraftError } from '../../../contract/errors'
import { throwIfCancelled } from '../../cancel'
import type { ImageBatch } from '../../datasets/writer'
import { decodeImage, decodersAtOnce, imageSize } from '../../../images/decode'
import type { Picture, PictureList } from './picture-list'
import { fitWords, type Reading, type ReadOptions } from './format'
import { UnreadableImage, withImageFile } from '../../../images/image-file'

const defaultSize: [number, number] = [64, 64]
/** A size that all images share is kept up to here; photographs of megapixels would make training crawl. */
const largestSharedSide = 256
const sampledHeaders = 256
const batchBytes = 4 << 20

/**
 * A list of picture files as a reading: decoded side by side, in the list's order, at the size that was asked for or
 * that they share.
 * @param root the folder below which skipped files are named
 * @param first the first file that was left out, which says why there is nothing
 * @throws `no-images`
 */
export async function readPictures(
  root: string, { classes, domains, images, assumed, question }: PictureList, options: ReadOptions, first?: SkippedFile
): Promise<Reading> {
  if (images.length === 0) throw noImages(basename(root), first)
  const { size, preparation } = options.size
    ? { size: options.size, preparation: broughtTo(options.size, options.fit) }
    : await chooseSize(images, options)
  const shape: ImageShape = [size[0], size[1], 3]
  return {
    shape, total: images.length, preparation, classes: () => classes, domains,
    batches: decodeAll(root, images, size, options, 0),
    resume: (from) => decodeAll(root, images, size, options, from),
    pictures: { root, images }, assumed, ...(question && { question })
  }
}

const broughtTo = ([height, width]: readonly [number, number], fit: Fit): string => `RGB, bilinear to ${height}×${width} (${fitWords[fit]})`

/** The size that the images share, by the headers of some of them over the whole list, or else 64×64. */
async function chooseSize(images: readonly Picture[], { signal, fit }: ReadOptions):
Promise<{ size: readonly [number, number], preparation: string }> {
  const sampled = Math.min(images.length, sampledHeaders)
  const sizes: ([number, number] | undefined)[] = new Array(sampled)
  await inPool(sampled, signal, async (index) => {
    const { path } = images[Math.floor(index * images.length / sampled)]!
    sizes[index] = await withImageFile(path, imageSize).catch((error: unknown) => {
      if (error instanceof UnreadableImage) return undefined
      throw error
    })
  })
  const readable = sizes.filter((size) => size !== undefined)
  const first = readable[0]
  const shared = first !== undefined && Math.max(...first) <= largestSharedSide &&
    readable.every(([height, width]) => height === first[0] && width === first[1])
  if (!shared) return { size: defaultSize, preparation: broughtTo(defaultSize, fit) }
  return { size: first, preparation: `RGB at ${first[0]}×${first[1]}; an image of another size is ${fitWords[fit]} to it, bilinear` }
}

async function* decodeAll(
  root: string, images: readonly Picture[], size: readonly [number, number], { signal, skip, fit }: ReadOptions, from: number
): AsyncGenerator<ImageBatch> {
  const imageBytes = size[0] * size[1] * 3
  const largest = Math.max(decodersAtOnce(), Math.min(1024, Math.floor(batchBytes / imageBytes)))
  for (let start = from; start < images.length;) {
    // A batch holds one split, labelled or not.
    let end = start
    while (end < images.length && end - start < largest && images[end]!.split === images[start]!.split) end++
    const batch = images.slice(start, end)
    const pixels = new Uint8Array(batch.length * imageBytes)
    const problems: (UnreadableImage | undefined)[] = new Array(batch.length)
    await inPool(batch.length, signal, async (index) => {
      try {
        pixels.set(await decodeImage(batch[index]!.path, size, fit), index * imageBytes)
      } catch (error) {
        if (!(error instanceof UnreadableImage)) throw error
        problems[index] = error
      }
    })
    const labels: number[] = []
    const domains: number[] = []
    const names: string[] = []
    let kept = 0
    for (const [index, { path, label, domain }] of batch.entries()) {
      const problem = problems[index]
      if (problem) {
        skip(relative(root, path), problem.reason)
        continue
      }
      if (kept !== index) pixels.copyWithin(kept * imageBytes, index * imageBytes, (index + 1) * imageBytes)
      if (label !== undefined) labels.push(label)
      if (domain !== undefined) domains.push(domain)
      names.push(relative(root, path).replaceAll(sep, '/'))
      kept++
    }
    if (kept > 0) {
      yield {
        split: batch[0]!.split, images: pixels.subarray(0, kept * imageBytes), names, end,
        ...(labels.length === kept && { labels: Int32Array.from(labels) }),
        ...(domains.length === kept && { domains: Int32Array.from(domains) })
      }
    }
    start = end
  }
}

/** Does `work` for every index, a few at a time; stops at the first error or when cancelled. */
export async function inPool(count: number, signal: AbortSignal | undefined, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0
  let failed = false
  const worker = async (): Promise<void> => {
    while (next < count && !failed) {
      throwIfCancelled(signal)
      await work(next++)
    }
  }
  const workers = Array.from({ length: Math.min(decodersAtOnce(), count) }, () => worker().catch((error: unknown) => {
    failed = true
    throw error
  }))
  // All end before the error goes on, so that nothing reads on behind its back.
  const results = await Promise.allSettled(workers)
  const rejected = results.find((result) => result.status === 'rejected')
  if (rejected) throw rejected.reason
}

function noImages(folder: string, first: SkippedFile | undefined): GraftError {
  return new GraftError('no-images', {
    en: `${folder} holds no images.${first ? ` ${first.path}: ${first.reason.en}` : ''}`,
    zh: `${folder} 中没有图像。${first ? `${first.path}：${first.reason.zh}` : ''}`
  }, {
    field: 'path',
    remedy: {
      en: 'Choose a folder with JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF or JPEG 2000 files, best with one folder per class.',
      zh: '请选择包含 JPEG、PNG、WebP、GIF、BMP、TIFF、AVIF 或 JPEG 2000 文件的文件夹，最好每个类别一个子文件夹。'
    }
  })
}
