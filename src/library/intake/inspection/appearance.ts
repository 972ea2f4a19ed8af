import type { Appearance } from '../../../contract/inspections'
import type { ImageShape } from '../../../contract/datasets'

const dark = 64
const bright = 191
/** Share of the images that must agree before a data set counts as of one polarity. */
const mostImages = 0.8
/** Grey levels that still count as an even border. */
const evenRange = 24

/** What the edges of many images look like; add grey images, then ask. */
export class AppearanceMeter {
  private images = 0
  private darkGround = 0
  private brightGround = 0
  private border = 0

  /** @param grey `[n, height, width]` */
  add(grey: Uint8Array, [height, width]: ImageShape): void {
    const pixels = height * width
    for (let start = 0; start + pixels <= grey.length; start += pixels) {
      const image = grey.subarray(start, start + pixels)
      const ground = groundOf(image, height, width)
      this.images++
      if (ground.level < dark && ground.even) this.darkGround++
      if (ground.level > bright && ground.even) this.brightGround++
      this.border += borderOf(image, height, width)
    }
  }

  result(): Appearance {
    const images = Math.max(1, this.images)
    const polarity = this.darkGround / images >= mostImages ? 'light-on-dark' : this.brightGround / images >= mostImages ? 'dark-on-light' : 'neither'
    return { polarity, border: this.border / images }
  }
}

/** The middle level of an image's outermost pixels, and whether three quarters of them are about so. */
export function groundOf(image: Uint8Array, height: number, width: number): { level: number, even: boolean } {
  const ring: number[] = []
  for (let x = 0; x < width; x++) ring.push(image[x]!, image[(height - 1) * width + x]!)
  for (let y = 1; y < height - 1; y++) ring.push(image[y * width]!, image[(y + 1) * width - 1]!)
  ring.sort((a, b) => a - b)
  const level = ring[Math.floor(ring.length / 2)]!
  return { level, even: ring.filter((value) => Math.abs(value - level) <= evenRange).length >= ring.length * 0.75 }
}

/** Share of an image's height and width, on average, that is an even border at both ends; 1 for a flat image. */
export function borderOf(image: Uint8Array, height: number, width: number): number {
  const level = image[0]!
  const even = (from: number, step: number, count: number): boolean => {
    for (let index = 0; index < count; index++) if (Math.abs(image[from + index * step]! - level) > evenRange) return false
    return true
  }
  const row = (y: number): boolean => even(y * width, 1, width)
  const column = (x: number): boolean => even(x, width, height)
  const ends = (isEven: (at: number) => boolean, count: number): number => {
    let first = 0
    while (first < count && isEven(first)) first++
    let last = 0
    while (last < count - first && isEven(count - 1 - last)) last++
    return (first + last) / count
  }
  return (ends(row, height) + ends(column, width)) / 2
}
