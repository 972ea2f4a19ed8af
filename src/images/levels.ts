/** Pixels brought to 8 bits, as a decoder takes them. */
export interface Levels {
  width: number
  height: number
  channels: 1 | 2 | 3 | 4
  /** `[height, width, channels]`, 0 to 255. */
  pixels: Uint8Array
}

/**
 * Numbers that are no plain 8 or 16 bits, brought to 0 to 255: real numbers from 0 to 1 and 8-, 12- and 16-bit values in
 * wider numbers by that range, others by the range of the picture itself. What is no number is black.
 */
export function byRange(values: ArrayLike<number>, areReal: boolean): Uint8Array {
  const [low, high] = rangeOf(values)
  return between(values, scaleOf(low, high, areReal))
}

/** Numbers as 0 to 255, of which `from` becomes black and `to` white. */
export function between(values: ArrayLike<number>, [from, to]: readonly [number, number]): Uint8Array {
  const pixels = new Uint8Array(values.length)
  for (let index = 0; index < pixels.length; index++) {
    const value = values[index]!
    pixels[index] = Number.isNaN(value) ? 0 : Math.max(0, Math.min(255, Math.round((value - from) / (to - from) * 255)))
  }
  return pixels
}

/** The smallest and the largest of the finite numbers; 0 and 0 where there are none. */
export function rangeOf(values: ArrayLike<number>): [number, number] {
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
function scaleOf(low: number, high: number, areReal: boolean): [number, number] {
  const usual = areReal ? [1, 255] : [255, 4095, 65_535]
  const white = low >= 0 ? usual.find((level) => high <= level) : undefined
  return white !== undefined ? [0, white] : high > low ? [low, high] : [low, low + 1]
}
