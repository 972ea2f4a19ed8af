import { dirname } from 'node:path'
import { heatCover, viridisChannels } from '../../contract/ramp'
import type { Saliency } from '../../contract/predictions'
import { decodeBytes, imageSize, loadSharp } from '../../images/decode'
import { withImageFile } from '../../images/image-file'
import { makeFolder, namingFile, writeFileDurably } from '../../library/disk'

interface Picture {
  /** RGB bytes [height, width, 3]. */
  pixels: Uint8Array
  size: [number, number]
}

/**
 * Reads a picture file as RGB, turned upright. A side longer than `longest` is shrunk to that. A picture smaller than
 * `shortest` is enlarged by a whole number. @throws UnreadableImage
 */
export async function smallPicture(bytes: Uint8Array, longest: number, shortest = 0): Promise<Picture> {
  const [height, width] = await imageSize(bytes)
  const scale = Math.min(1, longest / Math.max(height, width))
  const size: [number, number] = [Math.max(1, Math.round(height * scale)), Math.max(1, Math.round(width * scale))]
  const { pixels } = await decodeBytes(bytes, size, 'stretch')
  const times = Math.max(1, Math.ceil(shortest / Math.max(...size)))
  return times === 1 ? { pixels, size } : enlarged({ pixels, size }, times)
}

/** Enlarges each pixel to a square of pixels. */
function enlarged({ pixels, size: [height, width] }: Picture, times: number): Picture {
  const size: [number, number] = [height * times, width * times]
  const result = new Uint8Array(size[0] * size[1] * 3)
  for (let row = 0; row < size[0]; row++) {
    for (let column = 0; column < size[1]; column++) {
      const from = (Math.floor(row / times) * width + Math.floor(column / times)) * 3
      result.set(pixels.subarray(from, from + 3), (row * size[1] + column) * 3)
    }
  }
  return { pixels: result, size }
}

export async function encodePng({ pixels, size: [height, width] }: Picture): Promise<Buffer> {
  const sharp = await loadSharp()
  return sharp(pixels, { raw: { width, height, channels: 3 } }).png().toBuffer()
}

/** For a list of many pictures: a tenth of a PNG's bytes. */
export async function encodeJpeg({ pixels, size: [height, width] }: Picture): Promise<Buffer> {
  const sharp = await loadSharp()
  return sharp(pixels, { raw: { width, height, channels: 3 } }).jpeg({ quality: 72 }).toBuffer()
}

/** The picture with the map over it, in the viridis ramp. High places are more opaque; between places it is interpolated. */
function withHeat({ pixels, size: [height, width] }: Picture, saliency: Saliency): Picture {
  const result = new Uint8Array(pixels.length)
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const share = shareAt(saliency, (row + 0.5) / height, (column + 0.5) / width)
      const cover = heatCover(share)
      const colour = viridisChannels(share)
      const at = (row * width + column) * 3
      for (let channel = 0; channel < 3; channel++) {
        result[at + channel] = Math.round(pixels[at + channel]! * (1 - cover) + colour[channel]! * cover)
      }
    }
  }
  return { pixels: result, size: [height, width] }
}

/** The map at a point of the unit square: bilinear between the middles of its places. */
function shareAt({ map, height, width }: Saliency, down: number, along: number): number {
  const [y, x] = [inside(down * height - 0.5, height), inside(along * width - 0.5, width)]
  const [top, left] = [Math.floor(y), Math.floor(x)]
  const [bottom, right] = [Math.min(top + 1, height - 1), Math.min(left + 1, width - 1)]
  const at = (row: number, column: number): number => map[row * width + column]!
  const mix = (first: number, second: number, between: number): number => first + (second - first) * between
  return mix(mix(at(top, left), at(top, right), x - left), mix(at(bottom, left), at(bottom, right), x - left), y - top)
}

const inside = (place: number, length: number): number => Math.min(length - 1, Math.max(0, place))

/** Sides of a picture with a heat map, in pixels. Small pictures are enlarged so that one can see something. */
const longestSide = 1024
const shortestSide = 256

/** Writes a picture file with the map over it as a PNG. @throws UnreadableImage; GraftError naming what cannot be written */
export async function writeHeatMap(image: string, saliency: Saliency, file: string): Promise<void> {
  await makeFolder(dirname(file)).catch((error: unknown) => { throw namingFile(error, dirname(file)) })
  const picture = await withImageFile(image, (bytes) => smallPicture(bytes, longestSide, shortestSide))
  await writeFileDurably(file, await encodePng(withHeat(picture, saliency)))
}
