import type { Text } from '../contract/text'

/** Pixels of a BMP: `[height, width, channels]`, top row first, RGB or RGBA. */
interface Bitmap {
  width: number
  height: number
  channels: 3 | 4
  pixels: Uint8Array
}

/** Why a BMP cannot be read. */
export class BitmapProblem extends Error {
  constructor(readonly reason: Text) {
    super(reason.en)
    this.name = 'BitmapProblem'
  }
}

interface Header {
  width: number
  height: number
  topDown: boolean
  bitsPerPixel: number
  /** Where the pixels begin. */
  offset: number
  palette: Uint8Array | undefined
  masks: readonly [number, number, number, number]
}

const fileHeaderBytes = 14
const cut: Text = { en: 'The image is cut off or damaged.', zh: '图像不完整或已损坏。' }
const odd: Text = { en: 'It is a compressed or unusual kind of BMP.', zh: '这是压缩的或特殊类型的 BMP。' }

/** [height, width] of a BMP by its header alone. Throws `BitmapProblem`. */
export function bitmapSize(bytes: Uint8Array): [number, number] {
  const view = viewOf(bytes)
  if (bytes.length < fileHeaderBytes + 12) throw new BitmapProblem(cut)
  const isCore = view.getUint32(14, true) === 12
  if (!isCore && bytes.length < fileHeaderBytes + 40) throw new BitmapProblem(cut)
  const width = isCore ? view.getUint16(18, true) : view.getInt32(18, true)
  const height = isCore ? view.getUint16(20, true) : Math.abs(view.getInt32(22, true))
  if (width < 1 || height < 1) throw new BitmapProblem(cut)
  return [height, width]
}

/**
 * Decodes the uncompressed kinds: 1, 4 and 8 bits with a palette, 16, 24 and 32 bits with or without masks
 * (Microsoft's BITMAPCOREHEADER and BITMAPINFOHEADER up to version 5). libvips as sharp brings it knows no BMP.
 * The caller limits the number of pixels by `bitmapSize` first. Throws `BitmapProblem`.
 */
export function decodeBitmap(bytes: Uint8Array): Bitmap {
  const header = readHeader(bytes)
  const { width, height, bitsPerPixel, offset, topDown } = header
  const rowBytes = Math.ceil(bitsPerPixel * width / 32) * 4
  if (offset + rowBytes * height > bytes.length) throw new BitmapProblem(cut)
  const channels = header.masks[3] === 0 ? 3 : 4
  const pixels = new Uint8Array(width * height * channels)
  const copyRow = rowCopier(bytes, header, pixels, channels)
  for (let row = 0; row < height; row++) copyRow(offset + (topDown ? row : height - 1 - row) * rowBytes, row * width * channels)
  return { width, height, channels, pixels }
}

function readHeader(bytes: Uint8Array): Header {
  const [height, width] = bitmapSize(bytes)
  const view = viewOf(bytes)
  const offset = view.getUint32(10, true)
  const size = view.getUint32(14, true)
  const isCore = size === 12
  const bitsPerPixel = view.getUint16(isCore ? 24 : 28, true)
  const compression = isCore ? 0 : view.getUint32(30, true)
  const hasMasks = compression === 3 || compression === 6
  if (![1, 4, 8, 16, 24, 32].includes(bitsPerPixel) || (compression !== 0 && !hasMasks)) throw new BitmapProblem(odd)
  if (hasMasks && bitsPerPixel !== 16 && bitsPerPixel !== 32) throw new BitmapProblem(odd)
  const palette = bitsPerPixel <= 8 ? readPalette(bytes, view, size, bitsPerPixel) : undefined
  return {
    width, height, bitsPerPixel, offset, palette,
    topDown: !isCore && view.getInt32(22, true) < 0,
    masks: hasMasks ? readMasks(view, size, compression) : plainMasks(bitsPerPixel)
  }
}

/** Red, green, blue an entry, always as many entries as the pixels can name. */
function readPalette(bytes: Uint8Array, view: DataView, headerSize: number, bitsPerPixel: number): Uint8Array {
  const isCore = headerSize === 12
  const most = 1 << bitsPerPixel
  const used = isCore ? most : Math.min(most, view.getUint32(46, true) || most)
  const entryBytes = isCore ? 3 : 4
  const start = fileHeaderBytes + headerSize
  if (start + used * entryBytes > bytes.length) throw new BitmapProblem(cut)
  const palette = new Uint8Array(most * 3)
  for (let entry = 0; entry < used; entry++) {
    for (let channel = 0; channel < 3; channel++) palette[entry * 3 + channel] = bytes[start + entry * entryBytes + 2 - channel]!
  }
  return palette
}

function plainMasks(bitsPerPixel: number): Header['masks'] {
  return bitsPerPixel === 16 ? [0x7c00, 0x3e0, 0x1f, 0] : [0xff0000, 0xff00, 0xff, 0]
}

function readMasks(view: DataView, headerSize: number, compression: number): Header['masks'] {
  // They follow the header of version 1, and lie inside all later ones: at the same place.
  const start = fileHeaderBytes + 40
  const hasAlpha = compression === 6 || headerSize >= 56
  if (view.byteLength < start + (hasAlpha ? 16 : 12)) throw new BitmapProblem(cut)
  const mask = (index: number): number => view.getUint32(start + 4 * index, true)
  return [mask(0), mask(1), mask(2), hasAlpha ? mask(3) : 0]
}

function rowCopier(
  bytes: Uint8Array, { width, bitsPerPixel, palette, masks }: Header, pixels: Uint8Array, channels: number
): (from: number, to: number) => void {
  if (palette) {
    const perByte = 8 / bitsPerPixel
    const top = (1 << bitsPerPixel) - 1
    return (from, to) => {
      for (let x = 0; x < width; x++) {
        const shift = 8 - bitsPerPixel * (x % perByte + 1)
        const entry = bytes[from + Math.floor(x / perByte)]! >> shift & top
        for (let channel = 0; channel < 3; channel++) pixels[to++] = palette[entry * 3 + channel]!
      }
    }
  }
  const isPlain = bitsPerPixel !== 16 && masks[0] === 0xff0000 && masks[1] === 0xff00 && masks[2] === 0xff && channels === 3
  const step = bitsPerPixel / 8
  if (isPlain) {
    return (from, to) => {
      for (let x = 0; x < width; x++, from += step) {
        pixels[to++] = bytes[from + 2]!
        pixels[to++] = bytes[from + 1]!
        pixels[to++] = bytes[from]!
      }
    }
  }
  const view = viewOf(bytes)
  const scales = masks.slice(0, channels).map(scaleOf)
  return (from, to) => {
    for (let x = 0; x < width; x++, from += step) {
      const value = step === 2 ? view.getUint16(from, true) : view.getUint32(from, true)
      for (const scale of scales) pixels[to++] = scale(value)
    }
  }
}

/** The bits of a mask, spread over 0 to 255. */
function scaleOf(mask: number): (value: number) => number {
  if (mask === 0) return () => 0
  const shift = 31 - Math.clz32(mask & -mask)
  const most = mask >>> shift
  return (value) => Math.round(((value & mask) >>> shift) * 255 / most)
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
