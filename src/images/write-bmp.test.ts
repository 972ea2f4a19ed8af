import { describe, expect, it } from 'vitest'
import { encodeBmp } from './write-bmp'

describe('encodeBmp', () => {
  it('writes colour images as 24 bits, bottom row first, blue green red, rows padded to four bytes', () => {
    // Two rows of one pixel: red above, (1, 2, 3) below. A row is 3 bytes, padded to 4; 54 + 2·4 = 62 bytes.
    const bmp = encodeBmp(Uint8Array.of(255, 0, 0, 1, 2, 3), [2, 1, 3])
    expect([...bmp]).toEqual([
      0x42, 0x4d, 62, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0,
      40, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1, 0, 24, 0, 0, 0, 0, 0, 8, 0, 0, 0,
      0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
      3, 2, 1, 0,
      0, 0, 255, 0
    ])
  })

  it('writes grey images as 8 bits with a palette of 256 greys', () => {
    // One row of five pixels: padded to 8 bytes; 54 + 256·4 + 8 = 1086 = 0x043e bytes.
    const bmp = encodeBmp(Uint8Array.of(0, 9, 128, 200, 255), [1, 5, 1])
    expect(bmp.length).toBe(1086)
    expect([...bmp.subarray(2, 6)]).toEqual([0x3e, 0x04, 0, 0])
    expect(bmp.readUInt32LE(10)).toBe(54 + 1024)
    expect(bmp.readUInt16LE(28)).toBe(8)
    expect([...bmp.subarray(54, 54 + 8)]).toEqual([0, 0, 0, 0, 1, 1, 1, 0])
    expect([...bmp.subarray(54 + 200 * 4, 54 + 201 * 4)]).toEqual([200, 200, 200, 0])
    expect([...bmp.subarray(54 + 1024)]).toEqual([0, 9, 128, 200, 255, 0, 0, 0])
  })

  it('gives each image its own bytes though headers are shared', () => {
    const first = encodeBmp(Uint8Array.of(7), [1, 1, 1])
    const second = encodeBmp(Uint8Array.of(8), [1, 1, 1])
    expect(first[1078]).toBe(7)
    expect(second[1078]).toBe(8)
  })

  it('refuses pixels that do not fill the shape', () => {
    expect(() => encodeBmp(new Uint8Array(5), [1, 2, 3])).toThrow(RangeError)
  })
})
