import type { Sharp, SharpConstructor, SharpOptions } from 'sharp'
import { byRange, rangeOf, type Levels } from './levels'

/** How numbers lie in memory, by what libvips calls them. */
const arrays = {
  float: Float32Array, double: Float64Array, char: Int8Array, short: Int16Array, int: Int32Array, uint: Uint32Array, ushort: Uint16Array
} as const
type Depth = keyof typeof arrays
const isDeep = (depth: string | undefined): depth is Depth => depth !== undefined && depth in arrays

/**
 * How many pages a TIFF has, and, where its numbers are no plain 8 or 16 bits, those of the first brought to 0 to 255: real
 * numbers from 0 to 1 and 8-, 12- and 16-bit values in wider numbers by that range, others by the range of the picture
 * itself. Plain ones the decoder scales rightly by itself.
 */
export async function readTiff(sharp: SharpConstructor, bytes: Uint8Array, options: SharpOptions): Promise<{ pages: number, levels?: Levels }> {
  const { depth, space, pages = 1 } = await sharp(bytes, options).metadata()
  if (!isDeep(depth)) return { pages }
  const own = await raw(sharp(bytes, options).autoOrient(), depth, space)
  // Sixteen bits that are used as such.
  if (depth === 'ushort' && rangeOf(own.values)[1] > 4095) return { pages }
  const { width, height, channels } = own
  return { pages, levels: { width, height, channels, pixels: byRange(own.values, depth === 'float' || depth === 'double') } }
}

type Numbers = Omit<Levels, 'pixels'> & { values: ArrayLike<number> }

/** The numbers as they are in the file: in its own colour space nothing is converted. */
async function raw(image: Sharp, depth: Depth, space: string | undefined): Promise<Numbers> {
  // Where the decoder takes 16 bits for such without a sign, it makes 0 of what is below 0, and whole numbers of halves.
  if (depth !== 'ushort' && /16$/.test(space ?? '')) return throughRange(image, depth === 'float' || depth === 'double')
  const { data, info } = await image.toColourspace(space ?? 'b-w').raw({ depth }).toBuffer({ resolveWithObject: true })
  // A view of numbers has to begin at a whole one.
  const copy = data.buffer.slice(data.byteOffset, data.byteOffset + data.length)
  return { width: info.width, height: info.height, channels: info.channels as Levels['channels'], values: new arrays[depth](copy as ArrayBuffer) }
}

/** Above all that 16 bits can say, as whole numbers or as halves of real ones. */
const largest = 65_536

/** The same by way of the range of the picture, of which the decoder makes 65,536 steps. */
async function throughRange(image: Sharp, areReal: boolean): Promise<Numbers> {
  const { channels } = await image.clone().stats()
  const [least, most] = [Math.min(...channels.map(({ min }) => min)), Math.max(...channels.map(({ max }) => max))]
  // What is infinite or no number is told as the least whole number, and hides the range.
  if (Math.max(-least, -most, most) > largest) throw new Error('samples out of range')
  // Real numbers are told without what stands after the point.
  const beyond = areReal ? 1 : 0
  const [low, range] = [least - beyond, most > least || areReal ? most - least + 2 * beyond : 1]
  const step = range / 65_535
  const found = await raw(image.linear(1 / step, -low / step), 'ushort', channels.length < 3 ? 'grey16' : 'rgb16')
  // A whole number, such as the 1 of white, is one again.
  const exact = (value: number): number => Math.abs(value - Math.round(value)) <= step ? Math.round(value) : value
  return { ...found, values: Float64Array.from(found.values, (count) => exact(low + count * step)) }
}
