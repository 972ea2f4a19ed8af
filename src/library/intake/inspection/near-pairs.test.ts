import { describe, expect, it } from 'vitest'
import { hammingDistance } from './difference-hash'
import { crowds, largestDistance } from './near-pairs'

/** A sequence that is the same everywhere (a linear congruential generator's upper bits). */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = Math.imul(state, 1664525) + 1013904223 >>> 0
    return state >>> 8
  }
}

describe('the search for near pairs', () => {
  it('meets every pair that comparing all with all finds', () => {
    const next = numbers(7)
    const count = 1500
    const words = Uint32Array.from({ length: count * 2 }, () => (next() << 16 | next() & 0xffff) >>> 0)
    // A third are copies of another with up to nine bits flipped.
    for (let image = 1000; image < count; image++) {
      words.set(words.subarray((image - 1000) * 2, (image - 1000) * 2 + 2), image * 2)
      for (let flips = next() % 10; flips > 0; flips--) words[image * 2 + next() % 2]! ^= 1 << next() % 32
    }
    const distance = (a: number, b: number): number => hammingDistance(words[a * 2]!, words[a * 2 + 1]!, words[b * 2]!, words[b * 2 + 1]!)
    const images = Array.from({ length: count }, (_, image) => image).filter((image) => image % 17 !== 0)
    const wanted = new Set<string>()
    for (const [place, a] of images.entries()) for (const b of images.slice(place + 1)) if (distance(a, b) <= largestDistance) wanted.add(`${a} ${b}`)

    const met = new Set<string>()
    let comparisons = 0
    for (const { a, b } of crowds(words, images)) {
      for (const [place, one] of a.entries()) {
        for (const other of b ?? a.subarray(place + 1)) {
          comparisons++
          if (distance(one, other) <= largestDistance) met.add(`${Math.min(one, other)} ${Math.max(one, other)}`)
        }
      }
    }
    expect(met).toEqual(wanted)
    expect(wanted.size).toBeGreaterThan(300)
    // All with all would be a million.
    expect(comparisons).toBeLessThan(10_000)
  })

  it('leaves crowds for last', () => {
    // 2,000 equal hashes would alone take two million comparisons a band; the lone pair comes before them.
    const words = new Uint32Array(2002 * 2)
    words.set([0xffffffff, 0xffffffff, 0xffffffff, 0x7fffffff], 4000)
    const [first] = crowds(words, Array.from({ length: 2002 }, (_, image) => image))
    expect([...first!.a]).toEqual([2000, 2001])
  })
})
