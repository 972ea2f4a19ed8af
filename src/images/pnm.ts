/** A portable bitmap, greymap or pixmap that cannot be read. */
export class PnmProblem extends Error {}

interface PnmImage {
  width: number
  height: number
  channels: 1 | 3
  /** `[height, width, channels]`, 0 to 255. */
  pixels: Uint8Array
}

interface Header { kind: number, width: number, height: number, largest: number, at: number }

const isSpace = (byte: number | undefined): boolean => byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d)

/** Whether bytes begin as a PBM, PGM or PPM file: P1 to P6 and a space. */
export const isPnm = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x50 && bytes[1] !== undefined && bytes[1] >= 0x31 && bytes[1] <= 0x36 && isSpace(bytes[2])

/** [height, width] by the header; undefined where it is none. */
export function pnmSize(bytes: Uint8Array): [number, number] | undefined {
  const header = readHeader(bytes)
  return header && [header.height, header.width]
}

/**
 * The pixels of a PBM, PGM or PPM file, plain or raw, brought to 8 bits by the largest value that it names (netpbm's
 * pbm(5), pgm(5), ppm(5)). The size is for the caller to check first.
 * @throws PnmProblem for one that is cut off or damaged
 */
export function decodePnm(bytes: Uint8Array): PnmImage {
  const header = readHeader(bytes)
  if (!header) throw new PnmProblem('The header cannot be read.')
  const { kind, width, height, largest } = header
  const channels = kind === 3 || kind === 6 ? 3 : 1
  const count = width * height * channels
  const pixels = new Uint8Array(count)
  if (kind === 4) unpackBits(bytes, header, pixels)
  else if (kind <= 3) readNumbers(bytes, header, pixels)
  else {
    const wide = largest > 255
    if (bytes.length - header.at < count * (wide ? 2 : 1)) throw new PnmProblem('It ends too early.')
    for (let index = 0; index < count; index++) {
      const value = wide ? bytes[header.at + 2 * index]! << 8 | bytes[header.at + 2 * index + 1]! : bytes[header.at + index]!
      pixels[index] = level(value, largest)
    }
  }
  return { width, height, channels, pixels }
}

const level = (value: number, largest: number): number => largest === 255 ? value : Math.round(Math.min(value, largest) * 255 / largest)

function readHeader(bytes: Uint8Array): Header | undefined {
  if (!isPnm(bytes)) return undefined
  const kind = bytes[1]! - 0x30
  const numbers: number[] = []
  let at = 2
  const wanted = kind === 1 || kind === 4 ? 2 : 3
  while (numbers.length < wanted) {
    at = afterSpace(bytes, at)
    let value = -1
    for (; at < bytes.length && bytes[at]! >= 0x30 && bytes[at]! <= 0x39; at++) {
      value = Math.max(0, value) * 10 + bytes[at]! - 0x30
      if (value > 1e9) return undefined
    }
    if (value < 0) return undefined
    numbers.push(value)
  }
  const [width, height, largest = 1] = numbers as [number, number, number?]
  // One space ends the header of raw pixels.
  return width < 1 || height < 1 || largest < 1 || largest > 65_535 || !isSpace(bytes[at]) ? undefined : { kind, width, height, largest, at: at + 1 }
}

/** Past spaces, and comments up to the end of their line. */
function afterSpace(bytes: Uint8Array, from: number): number {
  let at = from
  for (; isSpace(bytes[at]) || bytes[at] === 0x23; at++) {
    if (bytes[at] === 0x23) while (at < bytes.length && bytes[at] !== 0x0a && bytes[at] !== 0x0d) at++
  }
  return at
}

/** Rows of bits, each begun on a byte of its own; 1 is black. */
function unpackBits(bytes: Uint8Array, { width, height, at }: Header, pixels: Uint8Array): void {
  const row = Math.ceil(width / 8)
  if (bytes.length - at < row * height) throw new PnmProblem('It ends too early.')
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) pixels[y * width + x] = (bytes[at + y * row + (x >> 3)]! >> (7 - (x & 7)) & 1) === 1 ? 0 : 255
  }
}

/** Numbers in digits; of a bitmap each digit is one, with or without spaces. */
function readNumbers(bytes: Uint8Array, { kind, largest, at: from }: Header, pixels: Uint8Array): void {
  let at = from
  for (let index = 0; index < pixels.length; index++) {
    at = afterSpace(bytes, at)
    let value = -1
    for (; at < bytes.length && bytes[at]! >= 0x30 && bytes[at]! <= 0x39; at++) {
      value = Math.min(1e6, Math.max(0, value) * 10 + bytes[at]! - 0x30)
      if (kind === 1) {
        at++
        break
      }
    }
    if (value < 0) throw new PnmProblem('It ends too early.')
    pixels[index] = kind === 1 ? (value === 1 ? 0 : 255) : level(value, largest)
  }
}
