import * as tf from '@tensorflow/tfjs-core'
import { GraftError, toErrorValue } from '../../contract/errors'
import type { ModelRef } from '../../contract/models'
import type { AnsweredFile, Sorted } from '../../contract/predictions'
import { decodeBytes } from '../../images/decode'
import { UnreadableImage, withImageFile } from '../../images/image-file'
import type { Library } from '../../library'
import { below, picturesAmong } from '../../library/intake'
import { normaliser } from '../batches/normalise'
import { encodeJpeg, smallPicture } from '../evaluation/heat-map'
import { inferenceBatchSize } from '../network/batch-sizes'
import { openAnswering, type AnsweringModel } from './open'

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
    const began = Date.now()
    for (let start = 0; start < asked.length; start += count) {
      signal?.throwIfAborted()
      files.push(...await answered(asked.slice(start, start + count)))
      onProgress?.(files.length, asked.length, (Date.now() - began) / 1000 / files.length * (asked.length - files.length))
    }
    for (const { path, reason } of skipped) files.push({ file: below(folder, path), error: toErrorValue(unreadable(reason)) })
    return { model: ref, folder, classes, size: [height, width], files, left: paths.length - asked.length }

    async function answered(batch: readonly string[]): Promise<AnsweredFile[]> {
      const read = await Promise.all(batch.map((path) => readOne(path).catch((error: unknown) => error)))
      const pixels = read.flatMap((found) => isRead(found) ? [found.pixels] : [])
      const answers = pixels.length === 0 ? [] : answersOf(model, pixels)
      return read.map((found, place): AnsweredFile => {
        const file = below(folder, batch[place]!)
        if (!isRead(found)) return { file, error: toErrorValue(found instanceof UnreadableImage ? unreadable(found.reason) : found) }
        return { file, ...answers.shift()!, ...(found.picture !== undefined && { picture: found.picture }) }
      })
    }

    async function readOne(path: string): Promise<Read> {
      return withImageFile(path, async (bytes) => ({
        pixels: (await decodeBytes(bytes, [height, width], 'stretch')).pixels,
        ...(pictures !== undefined && { picture: (await encodeJpeg(await smallPicture(bytes, pictures))).toString('base64') })
      }))
    }
  } finally {
    model.dispose()
  }
}

interface Read { pixels: Uint8Array, picture?: string }
const isRead = (found: unknown): found is Read => typeof found === 'object' && found !== null && 'pixels' in found

/** The first class of each of some pictures [height, width, 3] of the model's size. @throws GraftError where outputs are no numbers */
function answersOf(model: AnsweringModel, pixels: readonly Uint8Array[]): { class: string, confidence: number }[] {
  const { input, normalisation, classes } = model.network.definition
  const [height, width] = input
  const bytes = new Uint8Array(pixels.length * height * width * 3)
  pixels.forEach((picture, place) => { bytes.set(picture, place * height * width * 3) })
  const inputs = normaliser([height, width, 3], input, normalisation)(bytes, pixels.length)
  const probabilities = tf.tidy(() => tf.softmax(model.logits(inputs)).dataSync())
  inputs.dispose()
  if (!probabilities.every(Number.isFinite)) throw notFinite()
  return pixels.map((_, place) => {
    const own = probabilities.subarray(place * classes.length, (place + 1) * classes.length)
    let first = 0
    for (let index = 1; index < own.length; index++) if (own[index]! > own[first]!) first = index
    return { class: classes[first]!, confidence: own[first]! }
  })
}

/** A model whose answers mean nothing. */
export const notFinite = (): GraftError => new GraftError('outputs-not-finite', {
  en: 'The model\'s outputs are not finite numbers.', zh: '模型的输出不是有限数值。'
})

const unreadable = (reason: UnreadableImage['reason']): GraftError => new GraftError('image-unreadable', reason)
