import type { ImageShape } from '../../contract/datasets'
import { borderOf, toGrey } from '../../library/intake'

/** What the pixels of one picture alone say, in grey levels from 0 to 255. */
export interface PixelMeasures {
  /** Levels that 5 % and 99 % of the pixels stay below. */
  low: number
  high: number
  /** Standard deviation of the grey levels. */
  contrast: number
  /** Mean square of the Laplacian against the variance: fine detail against all there is. 0 for a flat picture. */
  sharpness: number
  /** Share of the sides that is an even border, in [0, 1]. */
  border: number
  /** Mean and standard deviation of each channel, in [0, 1]. */
  colours: number[]
}

/** @param images [n, height, width, channels] */
export function measurePixels(images: Uint8Array, shape: ImageShape): { measures: PixelMeasures[], grey: Uint8Array } {
  const [height, width, channels] = shape
  const grey = toGrey(images, shape)
  const pixels = height * width
  const measures = Array.from({ length: grey.length / pixels }, (_, image): PixelMeasures => {
    const levels = grey.subarray(image * pixels, (image + 1) * pixels)
    const histogram = new Uint32Array(256)
    for (const level of levels) histogram[level]! += 1
    const contrast = deviationOf(histogram, pixels)
    return {
      low: levelAt(histogram, 0.05 * pixels), high: levelAt(histogram, 0.99 * pixels), contrast,
      sharpness: contrast > 0 ? laplacian(levels, height, width) / contrast ** 2 : 0,
      border: borderOf(levels, height, width),
      colours: coloursOf(images.subarray(image * pixels * channels, (image + 1) * pixels * channels), channels)
    }
  })
  return { measures, grey }
}

function deviationOf(histogram: Uint32Array, pixels: number): number {
  let [sum, squares] = [0, 0]
  histogram.forEach((count, level) => {
    sum += count * level
    squares += count * level * level
  })
  return Math.sqrt(Math.max(0, squares / pixels - (sum / pixels) ** 2))
}

/** The level at which so many pixels are no brighter. */
function levelAt(histogram: Uint32Array, wanted: number): number {
  let seen = 0
  for (let level = 0; level < 256; level++) {
    seen += histogram[level]!
    if (seen >= wanted) return level
  }
  return 255
}

/** Mean square of the Laplacian over the inner pixels; 0 where there are none. */
function laplacian(grey: Uint8Array, height: number, width: number): number {
  let sum = 0
  for (let y = 1; y < height - 1; y++) {
    for (let at = y * width + 1; at < (y + 1) * width - 1; at++) {
      const value = grey[at - 1]! + grey[at + 1]! + grey[at - width]! + grey[at + width]! - 4 * grey[at]!
      sum += value * value
    }
  }
  return sum / Math.max(1, (height - 2) * (width - 2))
}

function coloursOf(image: Uint8Array, channels: number): number[] {
  const [sums, squares] = [new Float64Array(channels), new Float64Array(channels)]
  for (let at = 0; at < image.length; at++) {
    const value = image[at]!
    sums[at % channels]! += value
    squares[at % channels]! += value * value
  }
  const pixels = image.length / channels
  return [...sums].flatMap((sum, channel) => {
    const mean = sum / pixels
    return [mean / 255, Math.sqrt(Math.max(0, squares[channel]! / pixels - mean * mean)) / 255]
  })
}

/** Levels and shares at which a picture is hardly of use; the first three as in CleanVision 0.3. */
const [darkest, brightest, flattest] = [0.32 * 255, 0.95 * 255, 4]
/** A picture with this share of the usual fine detail has lost it. */
const blurredShare = 0.08
/** Where more than this share of all pictures are so, these pictures are like that. */
const usual = 0.2

type PixelTrouble = 'blank' | 'dark' | 'bright' | 'blurred'

/**
 * Pictures in which hardly anything can be seen, the worst first. What a fifth of them are is how these pictures are, and
 * stands under `usual`: white drawings on black are no dark photographs.
 */
export function pixelTroubles(measures: readonly PixelMeasures[]): { found: Record<PixelTrouble, number[]>, usual: PixelTrouble[] } {
  const flat = (image: number): boolean => measures[image]!.contrast < flattest
  const sharpnesses = measures.flatMap(({ sharpness }, image) => flat(image) ? [] : [sharpness]).sort((a, b) => a - b)
  const median = sharpnesses[Math.floor(sharpnesses.length / 2)] ?? 0
  const ranked = (is: (measure: PixelMeasures, image: number) => boolean, by: (measure: PixelMeasures) => number): number[] =>
    [...measures.keys()].filter((image) => is(measures[image]!, image)).sort((a, b) => by(measures[a]!) - by(measures[b]!))
  const found: Record<PixelTrouble, number[]> = {
    blank: ranked((_, image) => flat(image), ({ contrast }) => contrast),
    dark: ranked(({ high }, image) => !flat(image) && high < darkest, ({ high }) => high),
    bright: ranked(({ low }, image) => !flat(image) && low > brightest, ({ low }) => -low),
    blurred: ranked(({ sharpness }, image) => !flat(image) && sharpness < blurredShare * median, ({ sharpness }) => sharpness)
  }
  const common = (Object.keys(found) as PixelTrouble[]).filter((trouble) => found[trouble].length > usual * measures.length)
  for (const trouble of common) found[trouble] = []
  return { found, usual: common }
}
