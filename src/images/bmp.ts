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
  /** Whether the pixels are run-length coded. */
  runs: boolean
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
 * Decodes 1, 2, 4 and 8 bits with a palette, run-length coded or not, and 16, 24 and 32 bits with or without masks
 * (Microsoft's BITMAPCOREHEADER and BITMAPINFOHEADER up to version 5; OS/2's headers). What neither Microsoft's
 * description nor common sense decides is as Pillow does it. The caller limits the number of pixels by `bitmapSize`
 * first. Throws `BitmapProblem`.
 *
 * Our own code, because libvips as sharp brings it knows no BMP, and no library tried reads as much: bmp-ts gives wrong
 * pixels for 4 and 16 bits and for run lengths, image-rs in WebAssembly traps on what it does not know (docs/formats.md).
 */
export function decodeBitmap(bytes: Uint8Array): Bitmap {
  const header = readHeader(bytes)
  if (header.runs) return copyRows(expandRuns(bytes, header), { ...header, bitsPerPixel: 8, offset: 0 }, header.width)
  const rowBytes = Math.ceil(header.bitsPerPixel * header.width / 32) * 4
  if (header.offset + rowBytes * header.height > bytes.length) throw new BitmapProblem(cut)
  return copyRows(bytes, header, rowBytes)
}

function copyRows(bytes: Uint8Array, header: Header, rowBytes: number): Bitmap {
  const { width, height, offset, topDown } = header
  const channels = header.masks[3] === 0 ? 3 : 4
  const pixels = new Uint8Array(width * height * channels)
  const copyRow = rowCopier(bytes, header, pixels, channels)
  for (let row = 0; row < height; row++) copyRow(offset + (topDown ? row : height - 1 - row) * rowBytes, row * width * channels)
  return channels === 4 && isInvisible(pixels) ? { width, height, channels: 3, pixels: withoutAlpha(pixels) } : { width, height, channels, pixels }
}

/** Many programs leave the alpha of every pixel at 0 and mean an opaque picture: nobody saves one that shows nothing. */
function isInvisible(rgba: Uint8Array): boolean {
  for (let at = 3; at < rgba.length; at += 4) if (rgba[at] !== 0) return false
  return true
}

function withoutAlpha(rgba: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(rgba.length / 4 * 3)
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    rgb[to] = rgba[from]!
    rgb[to + 1] = rgba[from + 1]!
    rgb[to + 2] = rgba[from + 2]!
  }
  return rgb
}

/**
 * Run-length coded pixels (Microsoft's BI_RLE8 and BI_RLE4) as one palette entry a byte, `[height, width]`, rows in the
 * file's order. Pixels that the file jumps over are entry 0; what would run over the right edge is left out.
 */
function expandRuns(bytes: Uint8Array, { width, height, bitsPerPixel, offset }: Header): Uint8Array {
  const entries = new Uint8Array(width * height)
  const perByte = 8 / bitsPerPixel
  let at = offset
  let row = 0
  let column = 0
  const take = (count: number): number => {
    at += count
    if (at > bytes.length) throw new BitmapProblem(cut)
    return at - count
  }
  /** Pixel `index` of those that begin at a byte. */
  const entryAt = (from: number, index: number): number =>
    perByte === 1 ? bytes[from + index]! : bytes[from + (index >> 1)]! >> (index % 2 === 0 ? 4 : 0) & 15
  const put = (entry: number): void => {
    if (column < width) entries[row * width + column] = entry
    column++
  }
  // The mark of the end may be missing where the last row is full.
  while (row < height && !(row === height - 1 && column >= width)) {
    const pair = take(2)
    const [count, value] = [bytes[pair]!, bytes[pair + 1]!]
    if (count > 0) {
      for (let index = 0; index < count; index++) put(entryAt(pair + 1, index % perByte))
    } else if (value === 0) {
      row++
      column = 0
    } else if (value === 1) {
      break
    } else if (value === 2) {
      const jump = take(2)
      column += bytes[jump]!
      row += bytes[jump + 1]!
    } else {
      // So many pixels as they are, filled up to an even number of bytes.
      const from = take(Math.ceil(value / perByte / 2) * 2)
      for (let index = 0; index < value; index++) put(entryAt(from, index))
    }
  }
  return entries
}

function readHeader(bytes: Uint8Array): Header {
  const [height, width] = bitmapSize(bytes)
  const view = viewOf(bytes)
  const size = view.getUint32(14, true)
  const isCore = size === 12
  const bitsPerPixel = view.getUint16(isCore ? 24 : 28, true)
  const compression = field(view, size, 30)
  const hasMasks = compression === 3 || compression === 6
  const runs = (compression === 1 && bitsPerPixel === 8) || (compression === 2 && bitsPerPixel === 4)
  if (![1, 2, 4, 8, 16, 24, 32].includes(bitsPerPixel) || (compression !== 0 && !hasMasks && !runs)) throw new BitmapProblem(odd)
  if (hasMasks && bitsPerPixel !== 16 && bitsPerPixel !== 32) throw new BitmapProblem(odd)
  const palette = bitsPerPixel <= 8 ? readPalette(bytes, view, size, bitsPerPixel) : undefined
  // Some programs leave the palette out of account when they say where the pixels begin, or say 0.
  const offset = view.getUint32(10, true)
  const headers = fileHeaderBytes + size
  return {
    width, height, bitsPerPixel, runs, palette: palette?.colours,
    offset: offset > headers ? offset : headers + (palette?.fileBytes ?? 0),
    topDown: !isCore && view.getInt32(22, true) < 0,
    masks: hasMasks ? readMasks(view, size, compression) : plainMasks(bitsPerPixel)
  }
}

/** A number of four bytes in the header; 0 where the header is too short to have it, as OS/2's may be. */
function field(view: DataView, headerSize: number, at: number): number {
  return at + 4 <= fileHeaderBytes + headerSize ? view.getUint32(at, true) : 0
}

/** Red, green, blue per entry, always as many entries as the pixels can name. */
function readPalette(bytes: Uint8Array, view: DataView, headerSize: number, bitsPerPixel: number): { colours: Uint8Array, fileBytes: number } {
  const isCore = headerSize === 12
  const most = 1 << bitsPerPixel
  const used = isCore ? most : Math.min(most, field(view, headerSize, 46) || most)
  const entryBytes = isCore ? 3 : 4
  const start = fileHeaderBytes + headerSize
  if (start + used * entryBytes > bytes.length) throw new BitmapProblem(cut)
  const colours = new Uint8Array(most * 3)
  for (let entry = 0; entry < used; entry++) {
    for (let channel = 0; channel < 3; channel++) colours[entry * 3 + channel] = bytes[start + entry * entryBytes + 2 - channel]!
  }
  return { colours, fileBytes: used * entryBytes }
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
