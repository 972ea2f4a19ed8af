import { bitmapSize } from './bmp'
import { isJpeg2000, readJpeg2000Header } from './jpeg-2000-header'
import { isPnm, pnmSize } from './pnm'
import { xmpOrientation } from './xmp'

/** Kinds of picture that are read, whatever the file's name says. */
export type ImageKind = 'jpeg' | 'png' | 'gif' | 'webp' | 'bmp' | 'tiff' | 'avif' | 'pnm' | 'jpeg-2000'

interface ImageHeader {
  kind: ImageKind
  /** [height, width] as a person sees it; absent where only a decoder can tell. */
  size?: [number, number]
  /** How it has to be turned (2 to 8, as Exif has it), where XMP alone says so. */
  turn?: number
}

/**
 * What kind of picture some bytes are, and how large it claims to be, without decoding: a file that claims too much
 * is refused before anything is allocated for it. Undefined for what is no known kind of picture. Never throws.
 */
export function readImageHeader(bytes: Uint8Array): ImageHeader | undefined {
  const kind = kindOf(bytes)
  if (!kind) return undefined
  const size = sizeReaders[kind]?.(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  const turn = xmpOrientation(bytes, kind, (exif) => orientationIn(exif) !== undefined)
  const seen: [number, number] | undefined = size && turn !== undefined && turn >= 5 ? [size[1], size[0]] : size
  return { kind, ...(seen && seen[0] > 0 && seen[1] > 0 && { size: seen }), ...(turn !== undefined && turn > 1 && { turn }) }
}

function kindOf(bytes: Uint8Array): ImageKind | undefined {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(16, bytes.length)).toString('latin1')
  if (start.startsWith('\xff\xd8\xff')) return 'jpeg'
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return 'png'
  if (start.startsWith('GIF8')) return 'gif'
  if (start.startsWith('BM')) return 'bmp'
  if (isPnm(bytes)) return 'pnm'
  if (isJpeg2000(bytes)) return 'jpeg-2000'
  if (/^RIFF....WEBP/s.test(start)) return 'webp'
  if (/^(II[*+]\0|MM\0[*+])/.test(start)) return 'tiff'
  return /^....ftyp(avif|avis|mif1|msf1|heic|heix)/s.test(start) ? 'avif' : undefined
}

/** Whether it is the kind of AVIF's container that telephones write, with H.265 inside, which is not decoded here. */
export const isHeic = (bytes: Uint8Array): boolean => /^ftyp(heic|heix|hevc|hevx)/.test(textAt(bytes, 4, 8))

type SizeReader = (bytes: Uint8Array, view: DataView) => [number, number] | undefined

const sizeReaders: Partial<Record<ImageKind, SizeReader>> = {
  jpeg: jpegSize,
  png: pngSize,
  gif: (bytes, view) => bytes.length < 10 ? undefined : [view.getUint16(8, true), view.getUint16(6, true)],
  webp: webpSize,
  pnm: pnmSize,
  'jpeg-2000': (bytes) => {
    const header = readJpeg2000Header(bytes)
    return header && [header.height, header.width]
  },
  bmp: (bytes) => {
    try {
      return bitmapSize(bytes)
    } catch {
      return undefined
    }
  }
}

/** Walks the segments up to the frame (ITU T.81, B.1.1); the orientation (Exif 2.3, tag 0x0112) may turn it. */
function jpegSize(bytes: Uint8Array, view: DataView): [number, number] | undefined {
  let isTurned = false
  for (let at = 2; at + 9 < bytes.length;) {
    if (bytes[at] !== 0xff) return undefined
    const marker = bytes[at + 1]!
    // Fill bytes, and markers that stand alone.
    if (marker === 0xff) at += 1
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) at += 2
    else {
      const length = view.getUint16(at + 2)
      if (length < 2) return undefined
      const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
      if (isFrame) {
        const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)]
        return isTurned ? [width, height] : [height, width]
      }
      if (marker === 0xe1 && textAt(bytes, at + 4, 6) === 'Exif\0\0') {
        isTurned ||= orientationOf(bytes.subarray(at + 10, at + 2 + length)) >= 5
      }
      at += 2 + length
    }
  }
  return undefined
}

/** The first chunk says the size, one named eXIf the orientation (PNG, third edition, 11.2.1 and 11.3.3.2). */
function pngSize(bytes: Uint8Array, view: DataView): [number, number] | undefined {
  if (bytes.length < 24) return undefined
  const [height, width] = [view.getUint32(20), view.getUint32(16)]
  for (let at = 8; at + 8 <= bytes.length;) {
    const length = view.getUint32(at)
    if (textAt(bytes, at + 4, 4) === 'eXIf') {
      return orientationOf(bytes.subarray(at + 8, at + 8 + length)) >= 5 ? [width, height] : [height, width]
    }
    at += 12 + length
  }
  return [height, width]
}

const textAt = (bytes: Uint8Array, at: number, length: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1', at, at + length)

/** 1, upright, where it says nothing. */
const orientationOf = (exif: Uint8Array): number => orientationIn(exif) ?? 1

/** The orientation in an Exif block: a TIFF's first directory. */
function orientationIn(exif: Uint8Array): number | undefined {
  if (exif.length < 8) return undefined
  const isLittle = textAt(exif, 0, 2) === 'II'
  const view = new DataView(exif.buffer, exif.byteOffset, exif.byteLength)
  const directory = view.getUint32(4, isLittle)
  if (directory + 2 > view.byteLength) return undefined
  const entries = view.getUint16(directory, isLittle)
  for (let entry = 0, at = directory + 2; entry < entries && at + 12 <= view.byteLength; entry++, at += 12) {
    if (view.getUint16(at, isLittle) === 0x0112) return view.getUint16(at + 8, isLittle)
  }
  return undefined
}

/** The three kinds of chunk a WebP begins with (RFC 9649). */
function webpSize(bytes: Uint8Array, view: DataView): [number, number] | undefined {
  if (bytes.length < 30) return undefined
  const chunk = textAt(bytes, 12, 4)
  if (chunk === 'VP8 ') return [view.getUint16(28, true) & 0x3fff, view.getUint16(26, true) & 0x3fff]
  if (chunk === 'VP8L') {
    const bits = view.getUint32(21, true)
    return [(bits >>> 14 & 0x3fff) + 1, (bits & 0x3fff) + 1]
  }
  // With Exif, which lies at the end, only a decoder knows which way is up.
  if (chunk !== 'VP8X' || (bytes[20]! & 0x08) !== 0) return undefined
  const side = (at: number): number => 1 + view.getUint16(at, true) + (bytes[at + 2]! << 16)
  return [side(27), side(24)]
}
