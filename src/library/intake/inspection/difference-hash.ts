import type { ImageShape } from '../../../contract/datasets'
import { resizeBatch } from '../../../images/resize'

/** Sides of the small grey image that is compared pixel by pixel. */
export const thumbSide = 16
const [hashHeight, hashWidth] = [8, 9]

/** Images `[n, height, width, channels]` as grey `[n, height, width]`, weighted as the eye does (ITU-R BT.601). */
export function toGrey(images: Uint8Array, [, , channels]: ImageShape): Uint8Array {
  if (channels === 1) return images
  const grey = new Uint8Array(images.length / 3)
  for (let pixel = 0, at = 0; pixel < grey.length; pixel++, at += 3) {
    grey[pixel] = (images[at]! * 299 + images[at + 1]! * 587 + images[at + 2]! * 114 + 500) / 1000
  }
  return grey
}

/**
 * The difference hash of each grey image: shrunk to eight rows of nine pixels, a bit says whether a pixel is darker than
 * its right neighbour. Brightness, contrast, size and compression hardly change it (N. Krawetz, "Kind of Like That", 2013).
 * @returns two 32-bit words per image
 */
export function differenceHashes(grey: Uint8Array, [height, width]: ImageShape): Uint32Array {
  const small = resizeBatch(grey, [height, width, 1], [hashHeight, hashWidth, 1])
  const pixels = hashHeight * hashWidth
  const words = new Uint32Array(small.length / pixels * 2)
  for (let image = 0; image * pixels < small.length; image++) {
    for (let bit = 0; bit < 64; bit++) {
      const at = image * pixels + Math.floor(bit / 8) * hashWidth + bit % 8
      if (small[at]! < small[at + 1]!) words[image * 2 + (bit >> 5)]! |= 1 << (bit & 31)
    }
  }
  return words
}

/** Small grey images, `[n, 16, 16]`. */
export const thumbsOf = (grey: Uint8Array, [height, width]: ImageShape): Uint8Array =>
  resizeBatch(grey, [height, width, 1], [thumbSide, thumbSide, 1])

/** In how many of their 64 bits two hashes differ. */
export const hammingDistance = (a0: number, a1: number, b0: number, b1: number): number => bitsOf(a0 ^ b0) + bitsOf(a1 ^ b1)

function bitsOf(word: number): number {
  let bits = word - (word >>> 1 & 0x55555555)
  bits = (bits & 0x33333333) + (bits >>> 2 & 0x33333333)
  return Math.imul(bits + (bits >>> 4) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/** How far two grey images go up and down together, in [−1, 1]; 0 where either is flat (Pearson's correlation). */
export function correlation(a: Uint8Array, b: Uint8Array): number {
  let [sumA, sumB] = [0, 0]
  for (let at = 0; at < a.length; at++) {
    sumA += a[at]!
    sumB += b[at]!
  }
  const [meanA, meanB] = [sumA / a.length, sumB / a.length]
  let [both, onlyA, onlyB] = [0, 0, 0]
  for (let at = 0; at < a.length; at++) {
    const [x, y] = [a[at]! - meanA, b[at]! - meanB]
    both += x * y
    onlyA += x * x
    onlyB += y * y
  }
  return onlyA === 0 || onlyB === 0 ? 0 : both / Math.sqrt(onlyA * onlyB)
}
