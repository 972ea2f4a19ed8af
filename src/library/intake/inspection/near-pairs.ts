/**
 * Pairs of 64-bit hashes that differ in at most `largestDistance` bits: spread over four bands of 16 bits, seven
 * differing bits leave one band with at most one (M. Norouzi et al., "Fast Search in Hamming Space with Multi-Index
 * Hashing", 2012). 200,000 hashes that are spread take some tens of millions of comparisons instead of 2 · 10¹⁰.
 */
export const largestDistance = 7
const bands = 4
const bandBits = 16
const values = 1 << bandBits
/** Comparisons of a crowd that are put off until all smaller ones are done: drawings have hashes that crowd together. */
const rounds = [1 << 8, 1 << 13, 1 << 20, Infinity]

/** Those whose hashes have a value in a band, together: `items[starts[value]]` up to `items[starts[value + 1]]`. */
interface Band { starts: Uint32Array, items: Uint32Array }

/**
 * Lists of hashes that agree in a band but for at most one bit, small lists first: `a` against `b`, or where `b` is
 * absent all of `a` against each other. A pair may come more than once.
 * @param words two 32-bit words a hash
 * @param images the hashes to compare, by their place in `words`
 */
export function* crowds(words: Uint32Array, images: readonly number[]): Generator<{ a: Uint32Array, b?: Uint32Array }> {
  const index = Array.from({ length: bands }, (_, band) => bandOf(words, images, band))
  for (const [round, most] of rounds.entries()) {
    const least = rounds[round - 1] ?? 0
    const isNow = (comparisons: number): boolean => comparisons > least && comparisons <= most
    for (const band of index) {
      for (let value = 0; value < values; value++) {
        const count = band.starts[value + 1]! - band.starts[value]!
        if (count === 0) continue
        if (isNow(count * (count - 1) / 2)) yield { a: listOf(band, value) }
        for (let bit = 1; bit < values; bit <<= 1) {
          if ((value & bit) !== 0) continue
          const other = value | bit
          if (isNow(count * (band.starts[other + 1]! - band.starts[other]!))) yield { a: listOf(band, value), b: listOf(band, other) }
        }
      }
    }
  }
}

const listOf = ({ starts, items }: Band, value: number): Uint32Array => items.subarray(starts[value], starts[value + 1])

function bandOf(words: Uint32Array, images: readonly number[], band: number): Band {
  const valueOf = (image: number): number => words[image * 2 + (band >> 1)]! >>> (band & 1) * bandBits & values - 1
  const starts = new Uint32Array(values + 1)
  for (const image of images) starts[valueOf(image) + 1]!++
  for (let value = 0; value < values; value++) starts[value + 1]! += starts[value]!
  const next = starts.slice()
  const items = new Uint32Array(images.length)
  for (const image of images) items[next[valueOf(image)]!++] = image
  return { starts, items }
}
