/** What the header of a JPEG 2000 codestream claims (ISO/IEC 15444-1, A.5.1). */
export interface Jpeg2000Header {
  width: number
  height: number
  /** Where the picture begins on its reference grid. */
  origin: [number, number]
  /** Bits of each component, and every how many points of the grid it has a value. */
  components: { bits: number, isSigned: boolean, step: [number, number] }[]
  /** Tiles that the picture is cut into, and those that the file holds. */
  tiles: { all: number, held: number }
}

const [boxed, signature] = [0x6a502020, 0x0d0a870a]
const codestream = 0x6a703263
const [startOfCodestream, size, startOfTile] = [0xff4f, 0xff51, 0xff90]
const mostBoxes = 1_000

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Whether bytes begin as a JP2 file or as a bare codestream. */
export function isJpeg2000(bytes: Uint8Array): boolean {
  if (bytes.length < 4) return false
  const view = viewOf(bytes)
  if (view.getUint32(0) === startOfCodestream * 65_536 + size) return true
  return bytes.length >= 12 && view.getUint32(0) === 12 && view.getUint32(4) === boxed && view.getUint32(8) === signature
}

/** The header of a JP2 file or of a codestream; undefined for what has none. Never throws. */
export function readJpeg2000Header(bytes: Uint8Array): Jpeg2000Header | undefined {
  if (!isJpeg2000(bytes)) return undefined
  const view = viewOf(bytes)
  const at = view.getUint16(0) === startOfCodestream ? 0 : codestreamIn(view)
  if (at === undefined || at + 42 > bytes.length || view.getUint16(at) !== startOfCodestream || view.getUint16(at + 2) !== size) return undefined
  const [right, bottom, left, top] = [8, 12, 16, 20].map((field) => view.getUint32(at + field)) as [number, number, number, number]
  const count = view.getUint16(at + 40)
  const components: Jpeg2000Header['components'] = []
  for (let index = 0, from = at + 42; index < count; index++, from += 3) {
    if (from + 3 > bytes.length) return undefined
    const depth = bytes[from]!
    components.push({ bits: (depth & 0x7f) + 1, isSigned: depth >= 0x80, step: [bytes[from + 1]!, bytes[from + 2]!] })
  }
  const [tileWidth, tileHeight, tileLeft, tileTop] = [24, 28, 32, 36].map((field) => view.getUint32(at + field)) as [number, number, number, number]
  if (right <= left || bottom <= top || count === 0 || tileWidth === 0 || tileHeight === 0 || tileLeft > left || tileTop > top) return undefined
  const all = Math.ceil((right - tileLeft) / tileWidth) * Math.ceil((bottom - tileTop) / tileHeight)
  return { width: right - left, height: bottom - top, origin: [left, top], components, tiles: { all, held: tilesFrom(view, at + 2) } }
}

/** How many different tiles begin after the main header (A.4.2); a part of unknown length is the last. */
function tilesFrom(view: DataView, from: number): number {
  const found = new Set<number>()
  for (let at = from; at + 12 <= view.byteLength;) {
    const marker = view.getUint16(at)
    if (marker < 0xff00) break
    const length = marker === startOfTile ? view.getUint32(at + 6) : view.getUint16(at + 2) + 2
    if (marker === startOfTile) found.add(view.getUint16(at + 4))
    if (length < (marker === startOfTile ? 14 : 4)) break
    at += length
  }
  return found.size
}

/** Where the codestream begins among the boxes of a file (I.4). */
function codestreamIn(view: DataView): number | undefined {
  for (let at = 0, box = 0; box < mostBoxes && at + 8 <= view.byteLength; box++) {
    const isLong = view.getUint32(at) === 1
    if (isLong && at + 16 > view.byteLength) return undefined
    const length = isLong ? Number(view.getBigUint64(at + 8)) : view.getUint32(at)
    if (view.getUint32(at + 4) === codestream) return at + (isLong ? 16 : 8)
    if (length < 8) return undefined
    at += length
  }
  return undefined
}
