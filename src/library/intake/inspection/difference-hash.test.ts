import { describe, expect, it } from 'vitest'
import sharp from 'sharp'
import { correlation, differenceHashes, hammingDistance, thumbsOf, toGrey } from './difference-hash'

/** Eight rows of nine pixels: nothing is shrunk. */
const rows = (row: (y: number) => number[]): Uint8Array => Uint8Array.from(Array.from({ length: 8 }, (_, y) => row(y)).flat())

describe('the difference hash', () => {
  it('has a bit for every pixel that is darker than its right neighbour', () => {
    // Rising rows: all 64 bits. Flat rows and falling rows: none.
    expect([...differenceHashes(rows(() => [0, 10, 20, 30, 40, 50, 60, 70, 80]), [8, 9, 1])]).toEqual([0xffffffff, 0xffffffff])
    expect([...differenceHashes(rows(() => new Array<number>(9).fill(7)), [8, 9, 1])]).toEqual([0, 0])
    expect([...differenceHashes(rows(() => [80, 70, 60, 50, 40, 30, 20, 10, 0]), [8, 9, 1])]).toEqual([0, 0])
    // Only the second row rises, once, between its third and fourth pixel: bit 8 + 2 = 10 of the first word.
    // Only the last row rises, at its beginning: bit 56, bit 24 of the second word.
    const two = rows((y) => y === 1 ? [5, 5, 5, 9, 9, 9, 9, 9, 9] : y === 7 ? [1, 2, 2, 2, 2, 2, 2, 2, 2] : new Array<number>(9).fill(4))
    expect([...differenceHashes(two, [8, 9, 1])]).toEqual([1 << 10, 1 << 24])
  })

  it('counts the bits in which two differ', () => {
    // 0b1011 against 0b0001: two; all against none: 32 and the sign bit counts as one.
    expect(hammingDistance(0b1011, 0, 0b0001, 0)).toBe(2)
    expect(hammingDistance(0xffffffff, 0, 0, 0)).toBe(32)
    expect(hammingDistance(0x80000000, 1, 0, 0)).toBe(2)
  })

  it('stays nearly the same when a picture is saved smaller, brighter and as JPEG, and differs for another picture', async () => {
    const picture = (seed: number): ReturnType<typeof sharp> => {
      const pixels = Uint8Array.from({ length: 96 * 96 * 3 }, (_, at) => {
        const [x, y] = [Math.floor(at / 3) % 96, Math.floor(at / 288)]
        return 128 + 70 * Math.sin(x / (9 + seed) + seed) + 50 * Math.cos(y / (7 + seed * 2) + at % 3)
      })
      return sharp(pixels, { raw: { width: 96, height: 96, channels: 3 } })
    }
    const hash = async (image: ReturnType<typeof sharp>): Promise<{ words: Uint32Array, thumb: Uint8Array }> => {
      const { data, info } = await image.removeAlpha().raw().toBuffer({ resolveWithObject: true })
      const grey = toGrey(data, [info.height, info.width, 3])
      return { words: differenceHashes(grey, [info.height, info.width, 1]), thumb: thumbsOf(grey, [info.height, info.width, 1]) }
    }
    const one = await hash(picture(1))
    const saved = await hash(sharp(await picture(1).resize(40, 40).linear(0.8, 20).jpeg({ quality: 60 }).toBuffer()))
    const other = await hash(picture(4))
    const between = (a: Uint32Array, b: Uint32Array): number => hammingDistance(a[0]!, a[1]!, b[0]!, b[1]!)
    expect(between(one.words, saved.words)).toBeLessThanOrEqual(3)
    expect(correlation(one.thumb, saved.thumb)).toBeGreaterThan(0.98)
    expect(between(one.words, other.words)).toBeGreaterThan(10)
  })

  it('of colours takes the grey that the eye sees', () => {
    // 0.299 · 255 = 76, 0.587 · 255 = 150, 0.114 · 255 = 29, rounded.
    expect([...toGrey(Uint8Array.from([255, 0, 0, 0, 255, 0, 0, 0, 255]), [1, 3, 3])]).toEqual([76, 150, 29])
  })

  it('is checked by how two pictures go up and down together', () => {
    // (1, 2, 3) and (2, 4, 6) rise alike; against (3, 2, 1) they are opposite; a flat one says nothing.
    expect(correlation(Uint8Array.of(1, 2, 3), Uint8Array.of(2, 4, 6))).toBeCloseTo(1, 12)
    expect(correlation(Uint8Array.of(1, 2, 3), Uint8Array.of(3, 2, 1))).toBeCloseTo(-1, 12)
    expect(correlation(Uint8Array.of(1, 2, 3), Uint8Array.of(5, 5, 5))).toBe(0)
  })
})
