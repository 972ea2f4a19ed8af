import { describe, expect, it } from 'vitest'
import { encodeBmp } from './write-bmp'

/** What browsers go by: where the pixels begin, the size, the bits of a pixel, and how they are packed (0: as they are). */
function headerOf(bmp: Buffer): number[] {
  expect(bmp.toString('latin1', 0, 2)).toBe('BM')
  expect(bmp.readUInt32LE(2)).toBe(bmp.length)
  return [bmp.readUInt32LE(10), bmp.readInt32LE(18), bmp.readInt32LE(22), bmp.readUInt16LE(28), bmp.readUInt32LE(30)]
}

describe('encodeBmp', () => {
  it('writes colour images as 24 bits, bottom row first, blue green red, rows padded to four bytes', () => {
    // Two rows of one pixel: red above, (1, 2, 3) below. Headers of 14 and 124 bytes.
    const bmp = encodeBmp(Uint8Array.of(255, 0, 0, 1, 2, 3), [2, 1, 3])
    expect(headerOf(bmp)).toEqual([138, 1, 2, 24, 0])
    // A row is 3 bytes, padded to 4.
    expect([...bmp.subarray(138)]).toEqual([3, 2, 1, 0, 0, 0, 255, 0])
  })

  it('writes grey images as 8 bits with a palette of 256 greys', () => {
    const bmp = encodeBmp(Uint8Array.of(0, 9, 128, 200, 255), [1, 5, 1])
    expect(headerOf(bmp)).toEqual([138 + 256 * 4, 5, 1, 8, 0])
    expect([...bmp.subarray(138, 138 + 8)]).toEqual([0, 0, 0, 0, 1, 1, 1, 0])
    expect([...bmp.subarray(138 + 200 * 4, 138 + 201 * 4)]).toEqual([200, 200, 200, 0])
    // One row of five pixels, padded to 8 bytes.
    expect([...bmp.subarray(138 + 1024)]).toEqual([0, 9, 128, 200, 255, 0, 0, 0])
  })

  it('refuses pixels that do not fill the shape, and shapes that no image has', () => {
    expect(() => encodeBmp(new Uint8Array(5), [1, 2, 3])).toThrow(RangeError)
    expect(() => encodeBmp(new Uint8Array(2), [1, 1, 2 as 1])).toThrow(RangeError)
    expect(() => encodeBmp(new Uint8Array(0), [0, 2, 3])).toThrow(RangeError)
  })
})
