/** Kinds of picture whose packets are looked through; a TIFF's orientation is a field of its own. */
type Packed = 'jpeg' | 'png' | 'webp'
const isPacked = (kind: string): kind is Packed => ['jpeg', 'png', 'webp'].includes(kind)

/** Whether Exif tells which way is up: then XMP is not asked. */
type Says = (exif: Uint8Array) => boolean

const textAt = (bytes: Uint8Array, at: number, length: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1', at, at + length)
/** A packet of XMP is seldom more than some KiB, and the orientation stands near its beginning. */
const mostPacket = 1 << 16
const mostParts = 10_000
const jpegMark = 'http://ns.adobe.com/xap/1.0/\0'
const pngMark = 'XML:com.adobe.xmp\0'

/** Packets of metadata that lie before or after the pixels, in the order in which they lie. */
function* partsOf(bytes: Uint8Array, kind: Packed): Generator<{ kind: 'exif' | 'xmp', start: number, length: number }> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = kind === 'jpeg' ? 2 : kind === 'png' ? 8 : 12
  for (let part = 0; part < mostParts && at + 12 <= bytes.length; part++) {
    if (kind === 'jpeg') {
      const marker = bytes[at + 1]!
      const length = view.getUint16(at + 2)
      // The scan begins; what follows it is no metadata.
      if (bytes[at] !== 0xff || marker === 0xda || length < 2) return
      if (marker === 0xe1 && textAt(bytes, at + 4, 6) === 'Exif\0\0') yield { kind: 'exif', start: at + 10, length: length - 8 }
      else if (marker === 0xe1 && textAt(bytes, at + 4, jpegMark.length) === jpegMark) yield { kind: 'xmp', start: at + 4 + jpegMark.length, length: length - 2 - jpegMark.length }
      at += 2 + length
    } else if (kind === 'png') {
      const length = view.getUint32(at)
      const name = textAt(bytes, at + 4, 4)
      if (name === 'eXIf') yield { kind: 'exif', start: at + 8, length }
      // Text that is packed begins with a 1 after its name; programs write XMP as it is.
      else if (name === 'iTXt' && textAt(bytes, at + 8, pngMark.length + 1) === `${pngMark}\0`) yield { kind: 'xmp', start: at + 8 + pngMark.length, length: length - pngMark.length }
      at += 12 + length
    } else {
      const length = view.getUint32(at + 4, true)
      const name = textAt(bytes, at, 4)
      if (name === 'EXIF') yield { kind: 'exif', start: at + 8, length }
      else if (name === 'XMP ') yield { kind: 'xmp', start: at + 8, length }
      at += 8 + length + length % 2
    }
  }
}

/**
 * The orientation (1 to 8, as Exif has it) that only a picture's XMP tells (`tiff:Orientation`), as some programs write
 * it that turn pictures without touching their Exif; undefined where Exif tells it, or nothing does.
 */
export function xmpOrientation(bytes: Uint8Array, kind: string, says: Says): number | undefined {
  if (!isPacked(kind)) return undefined
  let found: number | undefined
  for (const part of partsOf(bytes, kind)) {
    const content = bytes.subarray(part.start, part.start + Math.max(0, Math.min(part.length, mostPacket)))
    if (part.kind === 'exif') {
      if (says(content)) return undefined
    } else found ??= orientationIn(textAt(content, 0, content.length))
  }
  return found
}

/** As an attribute or as an element. */
function orientationIn(xmp: string): number | undefined {
  const [, attribute, element] = /\btiff:Orientation\s*(?:=\s*["']([1-8])["']|>\s*([1-8])\s*<)/.exec(xmp) ?? []
  const digit = attribute ?? element
  return digit === undefined ? undefined : Number(digit)
}
