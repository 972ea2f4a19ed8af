import type { ImageShape } from '../../contract/datasets'
import type { RandomStream } from '../random'
import { randomStream } from '../random'
import type { ImageTransform } from './batch-stream'
import { luma } from './normalise'

/** Changes one image in place: bytes [height, width, channels]. */
export type ImageChange = (image: Uint8Array, shape: ImageShape, random: RandomStream) => void

/** A transform that changes each image on its own; what is random is drawn from (seed, purpose, stream, epoch, position). */
export function eachImage(purpose: string, change: ImageChange): ImageTransform {
  return (images, shape, { seed, stream, epoch, positions }) => {
    const size = shape[0] * shape[1] * shape[2]
    for (let index = 0; index < positions.length; index++) {
      change(images.subarray(index * size, (index + 1) * size), shape, randomStream(seed, purpose, stream, epoch, positions[index]!))
    }
  }
}

/** Channel `order[c]` goes to channel c. */
export function permuteChannels(image: Uint8Array, channels: number, order: ArrayLike<number>): void {
  const pixel = new Uint8Array(channels)
  for (let start = 0; start < image.length; start += channels) {
    for (let channel = 0; channel < channels; channel++) pixel[channel] = image[start + order[channel]!]!
    image.set(pixel, start)
  }
}

/** 255 less each value. */
export function invert(image: Uint8Array): void {
  for (let index = 0; index < image.length; index++) image[index] = 255 - image[index]!
}

/** Colour as grey by ITU-R 601's luma; grey images stay. */
export function makeGrey(image: Uint8Array, channels: number): void {
  if (channels !== 3) return
  for (let start = 0; start < image.length; start += 3) {
    image.fill(luma(image[start]!, image[start + 1]!, image[start + 2]!), start, start + 3)
  }
}

/** Turns the hue by a share of the colour circle (1 is all around), keeping value and saturation; grey images stay. */
export function shiftHue(image: Uint8Array, channels: number, turn: number): void {
  if (channels !== 3) return
  for (let start = 0; start < image.length; start += 3) {
    const [red, green, blue] = [image[start]!, image[start + 1]!, image[start + 2]!]
    const value = Math.max(red, green, blue)
    const chroma = value - Math.min(red, green, blue)
    if (chroma === 0) continue
    const sixth = value === red ? (green - blue) / chroma : value === green ? 2 + (blue - red) / chroma : 4 + (red - green) / chroma
    const hue = sixth / 6 + turn
    for (let channel = 0; channel < 3; channel++) {
      // Smith 1978: each channel is a trapezium over the colour circle, a third apart.
      const place = (((hue * 6 + [5, 3, 1][channel]!) % 6) + 6) % 6
      image[start + channel] = Math.round(value - chroma * Math.max(0, Math.min(place, 4 - place, 1)))
    }
  }
}

/** Each value moved to or away from another: mix · value + (1 − mix) · other(pixel). */
function blend(image: Uint8Array, channels: number, mix: number, other: (pixel: number) => number): void {
  for (let start = 0; start < image.length; start += channels) {
    const end = other(start)
    for (let channel = 0; channel < channels; channel++) {
      image[start + channel] = Math.max(0, Math.min(255, Math.round(mix * image[start + channel]! + (1 - mix) * end)))
    }
  }
}

const lumaAt = (image: Uint8Array, channels: number, start: number): number =>
  channels === 3 ? luma(image[start]!, image[start + 1]!, image[start + 2]!) : image[start]!

/** 1 leaves it, 0 is black. */
export const brighten = (image: Uint8Array, channels: number, factor: number): void => blend(image, channels, factor, () => 0)

/** 1 leaves it, 0 is the mean grey of the image. */
export function changeContrast(image: Uint8Array, channels: number, factor: number): void {
  let sum = 0
  for (let start = 0; start < image.length; start += channels) sum += lumaAt(image, channels, start)
  const mean = sum / (image.length / channels)
  blend(image, channels, factor, () => mean)
}

/** 1 leaves it, 0 is grey; grey images stay. */
export function saturate(image: Uint8Array, channels: number, factor: number): void {
  if (channels === 3) blend(image, channels, factor, (start) => lumaAt(image, channels, start))
}

/** Left and right swapped. */
export function flip(image: Uint8Array, [height, width, channels]: ImageShape): void {
  const row = new Uint8Array(width * channels)
  for (let y = 0; y < height; y++) {
    const line = image.subarray(y * row.length, (y + 1) * row.length)
    row.set(line)
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < channels; channel++) line[x * channels + channel] = row[(width - 1 - x) * channels + channel]!
    }
  }
}

/** Turned about the middle by an angle in radians against the clock, bilinear; what comes in is black. */
export function rotate(image: Uint8Array, shape: ImageShape, angle: number): void {
  const [height, width] = shape
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)]
  const [middleY, middleX] = [(height - 1) / 2, (width - 1) / 2]
  resample(image, shape, (y, x) => {
    const [down, right] = [y - middleY, x - middleX]
    return [middleY + down * cosine + right * sine, middleX + right * cosine - down * sine]
  })
}

/** The part [top, left, height, width] (in pixels, fractions allowed) brought to the whole image's size, bilinear. */
export function cropAndResize(image: Uint8Array, shape: ImageShape, [top, left, height, width]: readonly [number, number, number, number]): void {
  const limit = (value: number, length: number) => Math.max(0, Math.min(length - 1, value))
  resample(image, shape, (y, x) => [
    limit(top + (y + 0.5) * height / shape[0] - 0.5, shape[0]), limit(left + (x + 0.5) * width / shape[1] - 0.5, shape[1])
  ])
}

/**
 * Every pixel from the place that Pillow's affine map gives, bilinear: (a·x + b·y + c, d·x + e·y + f), of pixels' middles
 * and from the upper left corner; what comes in is black.
 */
export function transformAffine(image: Uint8Array, shape: ImageShape, [a, b, c, d, e, f]: readonly [number, number, number, number, number, number]): void {
  resample(image, shape, (y, x) => [
    d * (x + 0.5) + e * (y + 0.5) + f - 0.5, a * (x + 0.5) + b * (y + 0.5) + c - 0.5
  ])
}

/** Writes every pixel from a place between the old ones; outside is black. */
function resample(image: Uint8Array, [height, width, channels]: ImageShape, from: (y: number, x: number) => readonly [number, number]): void {
  const old = image.slice()
  const at = (y: number, x: number, channel: number): number =>
    y < 0 || y >= height || x < 0 || x >= width ? 0 : old[(y * width + x) * channels + channel]!
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [oldY, oldX] = from(y, x)
      const [top, left] = [Math.floor(oldY), Math.floor(oldX)]
      const [down, right] = [oldY - top, oldX - left]
      for (let channel = 0; channel < channels; channel++) {
        const above = (1 - right) * at(top, left, channel) + right * at(top, left + 1, channel)
        const below = (1 - right) * at(top + 1, left, channel) + right * at(top + 1, left + 1, channel)
        image[(y * width + x) * channels + channel] = Math.round((1 - down) * above + down * below)
      }
    }
  }
}
