import { GraftError, toErrorValue } from '../../contract/errors'
import type { ModelRef } from '../../contract/models'
import type { AnsweredFile, Sorted } from '../../contract/predictions'
import { UnreadableImage, withImageFile } from '../../images/image-file'
import type { Library } from '../../library'
import { below, picturesAmong } from '../../library/intake'
import { encodeJpeg, smallPicture } from '../evaluation/heat-map'
import { inferenceBatchSize } from '../network/batch-sizes'
import { openLook } from '../network/look'
import { answersOf, pixelsFor } from './answers'
import { openAnswering } from './open'

export interface SortOptions {
  /** The most pictures to ask about; all when absent. */
  most?: number
  /** A small JPEG of each picture no longer than this on a side, for a window that sees no files. */
  pictures?: number
}

export interface SortHooks {
  signal?: AbortSignal
  /** Pictures done and to do, and about how long the rest takes. */
  onProgress?(done: number, total: number, secondsLeft: number | undefined): void
}

/** Pictures that are decoded side by side and answered in one pass. */
const batchSize = 32

/** What a model says of all pictures among files and folders, many in one pass; a broken picture does not stop the others. */
export async function sortPictures(
  library: Library, ref: ModelRef, given: readonly string[], { most = Infinity, pictures }: SortOptions, { signal, onProgress }: SortHooks
): Promise<Sorted> {
  const model = await openAnswering(library, ref)
  try {
    const { folder, paths, skipped } = await picturesAmong(given, signal)
    const asked = paths.slice(0, most)
    const { classes, input: [height, width] } = model.network.definition
    const count = inferenceBatchSize(model.network.definition, batchSize)
    const files: AnsweredFile[] = []
    const look = await openLook(model.network.definition, asked.length, count)
    const began = performance.now()
    for (let start = 0; start < asked.length; start += count) {
      signal?.throwIfAborted()
      files.push(...await answered(asked.slice(start, start + count)))
      onProgress?.(files.length, asked.length, (performance.now() - began) / 1000 / files.length * (asked.length - files.length))
    }
    for (const { path, reason } of skipped) files.push({ file: below(folder, path), error: toErrorValue(unreadable(reason)) })
    const { calibration } = model
    return {
      model: ref, folder, classes, ...(calibration && { calibration }), size: [height, width], files, left: paths.length - asked.length
    }

    async function answered(batch: readonly string[]): Promise<AnsweredFile[]> {
      const read = await Promise.all(batch.map((path) => readOne(path).catch((error: unknown) => error)))
      const pixels = read.flatMap((found) => isRead(found) ? [found.pixels] : [])
      const answers = pixels.length === 0 ? [] : look(pixels.length, () => answersOf(model, pixels))
      return read.map((found, place): AnsweredFile => {
        const file = below(folder, batch[place]!)
        if (!isRead(found)) return { file, error: toErrorValue(found instanceof UnreadableImage ? unreadable(found.reason) : found) }
        const { classes: [first], noneOfThese, unlike } = answers.shift()!
        const said = { class: first!.class, confidence: first!.probability, ...(noneOfThese && { noneOfThese }), ...(unlike && { unlike }) }
        return { file, ...said, ...(found.picture !== undefined && { picture: found.picture }) }
      })
    }

    async function readOne(path: string): Promise<Read> {
      return withImageFile(path, async (bytes) => ({
        pixels: await pixelsFor(model, bytes),
        ...(pictures !== undefined && { picture: (await encodeJpeg(await smallPicture(bytes, pictures))).toString('base64') })
      }))
    }
  } finally {
    model.dispose()
  }
}

interface Read { pixels: Uint8Array, picture?: string }
const isRead = (found: unknown): found is Read => typeof found === 'object' && found !== null && 'pixels' in found

const unreadable = (reason: UnreadableImage['reason']): GraftError => new GraftError('image-unreadable', reason)
