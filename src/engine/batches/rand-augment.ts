import type { ImageShape } from '../../contract/datasets'
import type { RandomStream } from '../random'
import { brighten, changeContrast, rotate, saturate, transformAffine } from './image-changes'

/** Each channel stretched from its smallest and largest value to 0 and 255. */
export function autoContrast(image: Uint8Array, channels: number): void {
  eachChannel(image, channels, (histogram) => {
    const lowest = histogram.findIndex((count) => count > 0)
    const highest = histogram.findLastIndex((count) => count > 0)
    if (highest <= lowest) return undefined
    const scale = 255 / (highest - lowest)
    return (value) => Math.trunc(value * scale - lowest * scale)
  })
}

/** Each channel with about as many pixels at every value. */
export function equalise(image: Uint8Array, channels: number): void {
  eachChannel(image, channels, (histogram) => {
    const present = histogram.filter((count) => count > 0)
    const step = Math.floor((image.length / channels - (present.at(-1) ?? 0)) / 255)
    if (present.length <= 1 || step === 0) return undefined
    const table: number[] = []
    let sum = Math.floor(step / 2)
    for (const count of histogram) {
      table.push(Math.floor(sum / step))
      sum += count
    }
    return (value) => table[value]!
  })
}

/** Keeps the uppermost bits of each value. */
export function posterise(image: Uint8Array, bits: number): void {
  const mask = 256 - 2 ** (8 - bits)
  for (let index = 0; index < image.length; index++) image[index] = image[index]! & mask
}

/** Values from the threshold on are inverted. */
export function solarise(image: Uint8Array, threshold: number): void {
  for (let index = 0; index < image.length; index++) {
    if (image[index]! >= threshold) image[index] = 255 - image[index]!
  }
}

/** 1 leaves it, 0 is smoothed: each pixel with its eight neighbours, itself five times; the border stays. */
export function sharpen(image: Uint8Array, [height, width, channels]: ImageShape, factor: number): void {
  const old = image.slice()
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      for (let channel = 0; channel < channels; channel++) {
        const at = (down: number, right: number): number => old[((y + down) * width + x + right) * channels + channel]!
        let sum = 4 * at(0, 0)
        for (let down = -1; down <= 1; down++) for (let right = -1; right <= 1; right++) sum += at(down, right)
        const smooth = Math.floor(sum / 13 + 0.5)
        image[(y * width + x) * channels + channel] = bounded(smooth + factor * (at(0, 0) - smooth))
      }
    }
  }
}

/** A grey square of half the shorter side about a random place; what lies outside is cut off. */
export function cutOut(image: Uint8Array, [height, width, channels]: ImageShape, random: RandomStream): void {
  const side = Math.floor(Math.min(height, width) / 2)
  const top = Math.trunc(Math.max(0, random.uniform() * height - side / 2))
  const left = Math.trunc(Math.max(0, random.uniform() * width - side / 2))
  for (let y = top; y < Math.min(height, top + side); y++) {
    image.fill(127, (y * width + left) * channels, (y * width + Math.min(width, left + side)) * channels)
  }
}

type Change = (image: Uint8Array, shape: ImageShape, strength: number, sign: number) => void

/** The changes of FixMatch (Sohn et al. 2020, table 12), each at a strength in tenths. */
const changes: readonly Change[] = [
  (image, [, , channels]) => autoContrast(image, channels),
  (image, [, , channels], strength) => brighten(image, channels, 0.09 * strength + 0.05),
  (image, [, , channels], strength) => saturate(image, channels, 0.09 * strength + 0.05),
  (image, [, , channels], strength) => changeContrast(image, channels, 0.09 * strength + 0.05),
  (image, [, , channels]) => equalise(image, channels),
  () => undefined,
  (image, _shape, strength) => posterise(image, Math.floor(0.4 * strength) + 4),
  (image, shape, strength, sign) => rotate(image, shape, sign * 3 * strength * Math.PI / 180),
  (image, shape, strength) => sharpen(image, shape, 0.09 * strength + 0.05),
  (image, shape, strength, sign) => transformAffine(image, shape, [1, sign * 0.03 * strength, 0, 0, 1, 0]),
  (image, shape, strength, sign) => transformAffine(image, shape, [1, 0, 0, sign * 0.03 * strength, 1, 0]),
  (image, _shape, strength) => solarise(image, 256 - Math.floor(25.6 * strength)),
  (image, shape, strength, sign) => transformAffine(image, shape, [1, 0, sign * Math.floor(0.03 * strength * shape[1]), 0, 1, 0]),
  (image, shape, strength, sign) => transformAffine(image, shape, [1, 0, 0, 0, 1, sign * Math.floor(0.03 * strength * shape[0])])
]

/**
 * FixMatch's strong change of an image (Sohn et al. 2020, section 2.3 and appendix D): twice one of fourteen changes at a
 * random strength, each with probability a half, then Cutout. Nothing is mirrored. As kekmodel/FixMatch-pytorch has it,
 * which takes Pillow's; what is moved is interpolated here, where Pillow takes the nearest pixel.
 */
export function randAugment(image: Uint8Array, shape: ImageShape, random: RandomStream): void {
  for (let time = 0; time < 2; time++) {
    const change = changes[random.integer(changes.length)]!
    const strength = 1 + random.integer(9)
    const sign = random.uniform() < 0.5 ? -1 : 1
    if (random.uniform() < 0.5) change(image, shape, strength, sign)
  }
  cutOut(image, shape, random)
}

const bounded = (value: number): number => Math.max(0, Math.min(255, Math.trunc(value)))

/** Puts each channel through what its histogram [256] asks for; nothing where it asks for nothing. */
function eachChannel(image: Uint8Array, channels: number, tableOf: (histogram: readonly number[]) => ((value: number) => number) | undefined): void {
  for (let channel = 0; channel < channels; channel++) {
    const histogram = new Array<number>(256).fill(0)
    for (let index = channel; index < image.length; index += channels) histogram[image[index]!]!++
    const table = tableOf(histogram)
    if (!table) continue
    for (let index = channel; index < image.length; index += channels) image[index] = bounded(table(image[index]!))
  }
}
