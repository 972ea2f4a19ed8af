/** Numbers that TypeScript and Python make alike (scripts/parity/numbers_alike.py), so that figures need no files of inputs. */

/** The finaliser of MurmurHash3. */
function mix(word: number): number {
  word ^= word >>> 16
  word = Math.imul(word, 0x85ebca6b)
  word ^= word >>> 13
  word = Math.imul(word, 0xc2b2ae35)
  return (word ^ (word >>> 16)) >>> 0
}

function words(name: string, count: number): Uint32Array {
  let seed = 0x811c9dc5
  for (const letter of new TextEncoder().encode(name)) seed = Math.imul(seed ^ letter, 0x01000193)
  const start = mix(seed)
  // A loop, for there may be millions.
  const result = new Uint32Array(count)
  for (let index = 0; index < count; index++) result[index] = mix((Math.imul(index, 0x9e3779b9) + start) | 0)
  return result
}

/** Uniform in [-1, 1), multiples of 2⁻²³, which float32 holds exactly. */
export function uniform(name: string, count: number): Float64Array {
  const result = new Float64Array(count)
  words(name, count).forEach((word, index) => { result[index] = (word >>> 8) / 2 ** 23 - 1 })
  return result
}

/** Whole numbers in [0, limit). */
export const integers = (name: string, limit: number, count: number): Int32Array =>
  Int32Array.from(words(name, count), (word) => word % limit)

/** Largest difference, relative to the figure; a figure near 0 among others counts as a hundredth of the largest. */
export function relativeError(actual: ArrayLike<number>, expected: readonly number[]): number {
  if (actual.length !== expected.length) return Infinity
  const largest = Math.max(...expected.map(Math.abs))
  return Math.max(...expected.map((value, index) => Math.abs(actual[index]! - value) / Math.max(Math.abs(value), largest / 100, 1e-12)))
}
