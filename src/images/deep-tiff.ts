import type { Sharp, SharpConstructor, SharpOptions } from 'sharp'

/** Pixels brought to 8 bits, as a decoder takes them. */
export interface Levels {
  width: number
  height: number
  channels: 1 | 2 | 3 | 4
  pixels: Uint8Array
}

/** How numbers lie in memory, by what libvips calls them. */
const arrays = {
  float: Float32Array, double: Float64Array, char: Int8Array, short: Int16Array, int: Int32Array, uint: Uint32Array, ushort: Uint16Array
} as const
type Depth = keyof typeof arrays
const isDeep = (depth: string | undefined): depth is Depth => depth !== undefined && depth in arrays

/**
 * A TIFF whose numbers are no plain 8 or 16 bits, brought to 0 to 255: real numbers from 0 to 1 and 8-, 12- and 16-bit
 * values in wider numbers by that range, others by the range of the picture itself. Undefined for plain ones, which
 * the decoder scales rightly by itself.
 */
export async function deepTiffLevels(sharp: SharpConstructor, bytes: Uint8Array, options: SharpOptions): Promise<Levels | undefined> {
  const { depth, space } = await sharp(bytes, options).metadata()
  if (!isDeep(depth)) return undefined
  const own = await raw(sharp(bytes, options).autoOrient(), depth, space)
  const [low, high] = rangeOf(own.values)
  // Sixteen bits that are used as such.
  if (depth === 'ushort' && high > 4095) return undefined
  const [from, to] = scaleOf(low, high, depth)
  const pixels = new Uint8Array(own.values.length)
  for (let index = 0; index < pixels.length; index++) {
    const value = own.values[index]!
    pixels[index] = Number.isNaN(value) ? 0 : Math.max(0, Math.min(255, Math.round((value - from) / (to - from) * 255)))
  }
  return { width: own.width, height: own.height, channels: own.channels, pixels }
}

/** The numbers as they are in the file: in its own colour space nothing is converted. */
async function raw(image: Sharp, depth: Depth, space: string | undefined): Promise<Omit<Levels, 'pixels'> & { values: ArrayLike<number> }> {
  const { data, info } = await image.toColourspace(space ?? 'b-w').raw({ depth }).toBuffer({ resolveWithObject: true })
  // A view of numbers has to begin at a whole one.
  const copy = data.buffer.slice(data.byteOffset, data.byteOffset + data.length)
  return { width: info.width, height: info.height, channels: info.channels as Levels['channels'], values: new arrays[depth](copy as ArrayBuffer) }
}

function rangeOf(values: ArrayLike<number>): [number, number] {
  let [low, high] = [Infinity, -Infinity]
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!
    if (!Number.isFinite(value)) continue
    if (value < low) low = value
    if (value > high) high = value
  }
  return high >= low ? [low, high] : [0, 0]
}

/** Which numbers become black and white. */
function scaleOf(low: number, high: number, depth: Depth): [number, number] {
  const usual = depth === 'float' || depth === 'double' ? [1, 255] : [255, 4095, 65_535]
  const white = low >= 0 ? usual.find((level) => high <= level) : undefined
  return white !== undefined ? [0, white] : high > low ? [low, high] : [low, low + 1]
}
