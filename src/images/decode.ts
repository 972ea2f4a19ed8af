import { availableParallelism } from 'node:os'
import type { Sharp, SharpConstructor } from 'sharp'
import type { Fit, SkippedFile } from '../contract/datasets'
import { BitmapProblem, decodeBitmap } from './bmp'
import { Gate } from './gate'
import { emptyFile, UnreadableImage, withImageFile } from './image-file'
import { readTiff } from './deep-tiff'
import { decodeJpeg2000, Jpeg2000Problem } from './jpeg-2000'
import type { Levels } from './levels'
import { decodePnm, PnmProblem } from './pnm'
import { isHeic, readImageHeader, type ImageKind } from './image-header'

/** Cameras go up to here in JPEG, which is decoded in strips. The others may have to lie in memory as a whole. */
const largestPixels = { jpeg: 100_000_000, others: 50_000_000 }
/** Pixels that may be decoded at one moment: memory stays bounded whatever the files are. */
const decoding = new Gate(24_000_000)

/** How many images are decoded at once. Asked for when decoding: main loads this file too, on a Node that cannot tell. */
export const decodersAtOnce = (): number => Math.min(8, Math.max(4, 2 * availableParallelism()))

let loading: Promise<SharpConstructor> | undefined

/** Loaded at the first image: only the worker and the command line decode, and main must never load it. */
export function loadSharp(): Promise<SharpConstructor> {
  loading ??= import('sharp').then(({ default: sharp }) => {
    // Images are small and many: the parallelism lies between them, and none is seen twice.
    sharp.concurrency(1)
    sharp.cache(false)
    return sharp
  })
  return loading
}

const options = { failOn: 'error', limitInputPixels: largestPixels.jpeg, animated: false } as const

interface DecodedImage {
  /** `[height, width, 3]` of the size that was asked for, 0 to 255. */
  pixels: Uint8Array
  kind: ImageKind
  /** Whether its numbers were scaled by their own range: real numbers, or 12 bits in 16. */
  isScaled: boolean
  /** Pages of a TIFF, of which the first is decoded; 1 for other kinds. */
  pages: number
  /** [height, width] of the file as a person sees it. */
  size: [number, number]
}

/** [height, width] of an image file as a person sees it, by its header alone. Throws `UnreadableImage`. */
export async function imageSize(bytes: Uint8Array): Promise<[number, number]> {
  return (await headerOf(bytes)).size
}

/** One image file as RGB bytes of the given size, `[height, width, 3]`; see `decodeBytes`. */
export async function decodeImage(path: string, size: readonly [number, number], fit: Fit = 'stretch'): Promise<Uint8Array> {
  return withImageFile(path, async (bytes) => (await decodeBytes(bytes, size, fit)).pixels)
}

/**
 * The bytes of an image file as RGB of the given size: turned as its EXIF orientation or, without one, its XMP says, transparency on white, 16
 * bits brought to 8, of an animation the first frame; stretched, cropped around the middle or padded with black, with a
 * bilinear filter. Throws `UnreadableImage`.
 */
export async function decodeBytes(bytes: Uint8Array, size: readonly [number, number], fit: Fit): Promise<DecodedImage> {
  const header = await headerOf(bytes)
  const { kind, turn } = header
  return decoding.run(header.size[0] * header.size[1], async () => ({ kind, size: header.size, ...await decode(bytes, { kind, turn }, size, fit) }))
}

const fits = { stretch: 'fill', crop: 'cover', pad: 'contain' } as const

async function decode(
  bytes: Uint8Array, { kind, turn }: Pick<Header, 'kind' | 'turn'>, [height, width]: readonly [number, number], fit: Fit
): Promise<Pick<DecodedImage, 'pixels' | 'isScaled' | 'pages'>> {
  const sharp = await loadSharp()
  try {
    const tiff = kind === 'tiff' ? await readTiff(sharp, bytes, options) : undefined
    const levels = tiff?.levels ? { ...tiff.levels, isScaled: true } : await levelsOf(bytes, kind)
    const image = levels ? sharp(levels.pixels, { raw: levels, limitInputPixels: largestPixels.others })
      : turn === undefined ? sharp(bytes, options) : await turned(sharp, bytes, turn)
    const { data, info } = await image
      .autoOrient()
      .flatten({ background: '#ffffff' })
      .resize(width, height, { fit: fits[fit], kernel: 'linear', background: '#000000' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    return { pixels: info.channels === 3 ? data : toRgb(data, info.channels, height * width), isScaled: levels?.isScaled ?? false, pages: tiff?.pages ?? 1 }
  } catch (error) {
    throw unreadable(error, kind)
  }
}

/** Clockwise degrees, and whether it is mirrored after that, for each orientation (Exif 2.3, tag 0x0112). */
const turns: Record<number, [number, boolean]> = {
  2: [0, true], 3: [180, false], 4: [180, true], 5: [90, true], 6: [90, false], 7: [270, true], 8: [270, false]
}

/** The picture turned as its XMP says, which the decoder does not read. */
async function turned(sharp: SharpConstructor, bytes: Uint8Array, turn: number): Promise<Sharp> {
  const raw = async (image: Sharp): Promise<Sharp> => {
    const { data, info } = await image.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true })
    return sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels }, limitInputPixels: largestPixels.jpeg })
  }
  const [degrees, isMirrored] = turns[turn] ?? [0, false]
  const upright = await raw((await raw(sharp(bytes, options).toColourspace('srgb'))).rotate(degrees))
  return isMirrored ? raw(upright.flop()) : upright
}

/** Pixels of kinds that the decoder does not know, or would misread; undefined where it reads the file itself. */
async function levelsOf(bytes: Uint8Array, kind: ImageKind): Promise<Levels & { isScaled?: boolean } | undefined> {
  if (kind === 'bmp') return decodeBitmap(bytes)
  if (kind === 'pnm') return decodePnm(bytes)
  return kind === 'jpeg-2000' ? decodeJpeg2000(bytes) : undefined
}

function toRgb(data: Uint8Array, channels: number, pixels: number): Uint8Array {
  const rgb = new Uint8Array(pixels * 3)
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      rgb[pixel * 3 + channel] = data[pixel * channels + (channels < 3 ? 0 : channel)]!
    }
  }
  return rgb
}

interface Header { kind: ImageKind, size: [number, number], turn: number | undefined }

/** Only pictures made of pixels go to the decoder, and none that claims too many of them. */
async function headerOf(bytes: Uint8Array): Promise<Header> {
  if (bytes.length === 0) throw new UnreadableImage(emptyFile)
  const header = readImageHeader(bytes)
  if (!header) throw new UnreadableImage(notAnImage)
  if (isHeic(bytes)) throw new UnreadableImage(heic)
  const size = header.size ?? await sizeByDecoder(bytes, header.kind)
  const most = header.kind === 'jpeg' ? largestPixels.jpeg : largestPixels.others
  if (size[0] * size[1] > most) throw new UnreadableImage(tooManyPixels(most))
  return { kind: header.kind, size, turn: header.turn }
}

async function sizeByDecoder(bytes: Uint8Array, kind: ImageKind): Promise<[number, number]> {
  if (kind === 'bmp' || kind === 'pnm' || kind === 'jpeg-2000') throw new UnreadableImage(cutOff)
  const sharp = await loadSharp()
  try {
    const { autoOrient } = await sharp(bytes, options).metadata()
    return [autoOrient.height, autoOrient.width]
  } catch (error) {
    throw unreadable(error, kind)
  }
}

const notAnImage = { en: 'It is not an image that Graft can read.', zh: '不是 Graft 能读取的图像。' }
const cutOff = { en: 'The image is cut off or damaged.', zh: '图像不完整或已损坏。' }
const tooManyPixels = (most: number): SkippedFile['reason'] =>
  ({ en: `It claims more than ${most / 1e6} million pixels.`, zh: `其尺寸超过 ${most / 1e4} 万像素。` })
const oddTiff = { en: 'Its kind of TIFF cannot be read here; save it as PNG or as a plain TIFF.', zh: '无法读取此类 TIFF；请另存为 PNG 或普通 TIFF。' }
const heic = { en: 'HEIC pictures cannot be read; save them as JPEG.', zh: '无法读取 HEIC 图片；请另存为 JPEG。' }

function unreadable(error: unknown, kind?: ImageKind): UnreadableImage {
  if (error instanceof BitmapProblem) return new UnreadableImage(error.reason)
  if (error instanceof PnmProblem) return new UnreadableImage(cutOff)
  if (error instanceof Jpeg2000Problem) return new UnreadableImage(error.reason ?? cutOff)
  const message = error instanceof Error ? error.message : String(error)
  if (/pixel limit/i.test(message)) return new UnreadableImage(tooManyPixels(largestPixels.jpeg))
  // libtiff says so of compressions and layouts that it was not built for, libvips of 12 and 64 bits and of CIE Lab.
  if (kind === 'tiff' && /not configured|not supported|not implemented|unsupported|can ?not handle|not a whole number|samples out of range|bad labq/i.test(message)) return new UnreadableImage(oddTiff)
  if (/unsupported image format/i.test(message)) return new UnreadableImage(notAnImage)
  return new UnreadableImage(cutOff)
}
