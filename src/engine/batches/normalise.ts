import * as tf from '@tensorflow/tfjs-core'
import type { ImageShape } from '../../contract/datasets'
import type { Normalisation } from '../../contract/models'

/** Bytes [count, height, width, channels] of a data set → a network's input, a tensor that the caller disposes of. */
export type Normaliser = (images: Uint8Array, count: number) => tf.Tensor4D

/**
 * How images of one shape become a network's input: (x / 255 − mean) / standard deviation in one pass through a table
 * of 256 values per channel; grey repeated into three channels; colour made grey by ITU-R 601 luma in whole numbers (as
 * Pillow does); another size by bilinear resizing with half-pixel centres.
 */
export function normaliser(from: ImageShape, to: ImageShape, normalisation: Normalisation): Normaliser {
  const [height, width, fromChannels] = from
  const [toHeight, toWidth, toChannels] = to
  const tables = Array.from({ length: toChannels }, (_, channel) => tableOf(normalisation, channel))
  const fill = fromChannels === toChannels ? toChannels === 1 ? oneToOne : threeToThree
    : fromChannels === 1 ? oneToThree : threeToOne
  const resizes = height !== toHeight || width !== toWidth
  return (images, count) => {
    const pixels = count * height * width
    const values = new Float32Array(pixels * toChannels)
    fill(images, values, pixels, tables)
    if (!resizes) return tf.tensor4d(values, [count, height, width, toChannels])
    return tf.tidy(() => tf.image.resizeBilinear(
      tf.tensor4d(values, [count, height, width, toChannels]), [toHeight, toWidth], false, true
    ))
  }
}

function tableOf({ mean, standardDeviation }: Normalisation, channel: number): Float32Array {
  const center = mean[channel] ?? mean[0]!
  const scale = standardDeviation[channel] ?? standardDeviation[0]!
  return Float32Array.from({ length: 256 }, (_, byte) => (byte / 255 - center) / scale)
}

type Fill = (images: Uint8Array, values: Float32Array, pixels: number, tables: readonly Float32Array[]) => void

const oneToOne: Fill = (images, values, pixels, [grey]) => {
  for (let pixel = 0; pixel < pixels; pixel++) values[pixel] = grey![images[pixel]!]!
}

const threeToThree: Fill = (images, values, pixels, [red, green, blue]) => {
  for (let index = 0; index < pixels * 3; index += 3) {
    values[index] = red![images[index]!]!
    values[index + 1] = green![images[index + 1]!]!
    values[index + 2] = blue![images[index + 2]!]!
  }
}

const oneToThree: Fill = (images, values, pixels, [red, green, blue]) => {
  for (let pixel = 0; pixel < pixels; pixel++) {
    const grey = images[pixel]!
    values[pixel * 3] = red![grey]!
    values[pixel * 3 + 1] = green![grey]!
    values[pixel * 3 + 2] = blue![grey]!
  }
}

/** 0.299 R + 0.587 G + 0.114 B in sixteenths of a bit: 19595 + 38470 + 7471 = 65536. */
export const luma = (red: number, green: number, blue: number): number =>
  (red * 19595 + green * 38470 + blue * 7471 + 32768) >> 16

const threeToOne: Fill = (images, values, pixels, [grey]) => {
  for (let pixel = 0; pixel < pixels; pixel++) {
    const index = pixel * 3
    values[pixel] = grey![luma(images[index]!, images[index + 1]!, images[index + 2]!)]!
  }
}
