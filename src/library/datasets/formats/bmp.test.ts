import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '#test/cases'
import { BitmapProblem, bitmapSize, decodeBitmap } from './_bmp'

interface Made { bits: number, width: number, height: number, rows: number[][], palette?: number[], topDown?: boolean, masks?: number[], core?: boolean }

/** A BMP, written after Microsoft's description: rows are bytes, padded here to four. */
function bmp({ bits, width, height, rows, palette = [], topDown = false, masks = [], core = false }: Made): Buffer {
  const headerBytes = core ? 12 : 40
  const offset = 14 + headerBytes + palette.length + masks.length * 4
  const header = Buffer.alloc(offset)
  header.write('BM', 'latin1')
  header.writeUInt32LE(offset, 10)
  header.writeUInt32LE(headerBytes, 14)
  if (core) {
    header.writeUInt16LE(width, 18)
    header.writeUInt16LE(height, 20)
    header.writeUInt16LE(1, 22)
    header.writeUInt16LE(bits, 24)
  } else {
    header.writeInt32LE(width, 18)
    header.writeInt32LE(topDown ? -height : height, 22)
    header.writeUInt16LE(1, 26)
    header.writeUInt16LE(bits, 28)
    header.writeUInt32LE(masks.length > 3 ? 6 : masks.length > 0 ? 3 : 0, 30)
    header.writeUInt32LE(core ? 0 : palette.length / 4, 46)
  }
  masks.forEach((mask, index) => header.writeUInt32LE(mask >>> 0, 54 + index * 4))
  header.set(palette, 14 + headerBytes + masks.length * 4)
  return Buffer.concat([header, ...rows.map((row) => Buffer.concat([Buffer.from(row), Buffer.alloc(-row.length & 3)]))])
}

const pixelsOf = (made: Made): number[] => [...decodeBitmap(bmp(made)).pixels]

describe('a BMP', () => {
  // Bottom row first: blue and green below, red and white above; bytes are blue, green, red.
  const colours = [[255, 0, 0, 0, 255, 0], [0, 0, 255, 255, 255, 255]]
  const expected = [255, 0, 0, 255, 255, 255, 0, 0, 255, 0, 255, 0]

  it('of 24 bits is read from the bottom up, or from the top down where it says so', () => {
    expect(pixelsOf({ bits: 24, width: 2, height: 2, rows: colours })).toEqual(expected)
    expect(pixelsOf({ bits: 24, width: 2, height: 2, rows: [...colours].reverse(), topDown: true })).toEqual(expected)
    expect(pixelsOf({ bits: 24, width: 2, height: 2, rows: colours, core: true })).toEqual(expected)
  })

  it('of 32 bits ignores the fourth byte, unless a mask says that it is transparency', () => {
    const rows = [[255, 0, 0, 7, 0, 255, 0, 7], [0, 0, 255, 7, 255, 255, 255, 7]]
    expect(pixelsOf({ bits: 32, width: 2, height: 2, rows })).toEqual(expected)
    const masks = [0xff0000, 0xff00, 0xff, 0xff000000]
    expect(pixelsOf({ bits: 32, width: 1, height: 1, rows: [[10, 20, 30, 40]], masks })).toEqual([30, 20, 10, 40])
  })

  it('with a palette of 2, 16 or 256 colours is read, two and eight pixels a byte', () => {
    const palette = [0, 0, 255, 0, 0, 255, 0, 0]
    // 0b10100000: entries 1, 0, 1 of red and green.
    expect(pixelsOf({ bits: 1, width: 3, height: 1, rows: [[0b10100000]], palette })).toEqual([0, 255, 0, 255, 0, 0, 0, 255, 0])
    expect(pixelsOf({ bits: 4, width: 3, height: 1, rows: [[0x10, 0x10]], palette })).toEqual([0, 255, 0, 255, 0, 0, 0, 255, 0])
    expect(pixelsOf({ bits: 8, width: 2, height: 1, rows: [[1, 0]], palette })).toEqual([0, 255, 0, 255, 0, 0])
    // An entry that the palette does not have is black.
    expect(pixelsOf({ bits: 8, width: 1, height: 1, rows: [[200]], palette })).toEqual([0, 0, 0])
  })

  it('of 16 bits has five bits a colour, or what its masks say', () => {
    // 0 11111 00000 00001: red full, blue 1 of 31 = 8.2 of 255.
    expect(pixelsOf({ bits: 16, width: 1, height: 1, rows: [[0x01, 0x7c]] })).toEqual([255, 0, 8])
    // 5-6-5, 00000 100000 00000: green 32 of 63 = 129.5 of 255.
    expect(pixelsOf({ bits: 16, width: 1, height: 1, rows: [[0x00, 0x04]], masks: [0xf800, 0x7e0, 0x1f] })).toEqual([0, 130, 0])
  })

  it('that is cut off, compressed or claims what it does not hold is refused', () => {
    const whole = bmp({ bits: 24, width: 2, height: 2, rows: colours })
    for (const length of [10, 30, 53, whole.length - 1]) expect(() => decodeBitmap(whole.subarray(0, length))).toThrow('cut off')
    const compressed = Buffer.from(whole)
    compressed.writeUInt32LE(1, 30)
    expect(() => decodeBitmap(compressed)).toThrow('compressed')
    const huge = Buffer.from(whole)
    huge.writeInt32LE(60_000, 18)
    huge.writeInt32LE(60_000, 22)
    expect(bitmapSize(huge)).toEqual([60_000, 60_000])
    expect(() => decodeBitmap(huge)).toThrow('cut off')
  })

  it('of any bytes gives whole pixels or a reason', () => {
    const bits = fc.constantFrom(1, 4, 8, 16, 24, 32, 2, 7)
    const side = fc.integer({ min: 0, max: 9 })
    fc.assert(fc.property(bits, side, side, fc.boolean(), fc.boolean(), fc.array(fc.nat(0xffffffff), { maxLength: 4 }),
      fc.array(fc.tuple(fc.nat(120), fc.nat(255)), { maxLength: 6 }), fc.nat(300), (depth, width, height, topDown, core, masks, changes, length) => {
        const rows = Array.from({ length: height }, () => new Array<number>(Math.ceil(depth * width / 8)).fill(99))
        const palette = depth <= 8 ? new Array<number>((core ? 3 : 4) << Math.min(depth, 8)).fill(5) : []
        const bytes = bmp({ bits: depth, width, height, rows, palette, topDown, core, ...(core ? {} : { masks: masks.slice(0, masks.length < 3 ? 0 : 4) }) })
        // Now and then some bytes are wrong, or the end is missing.
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
        try {
          const { width: w, height: h, channels, pixels } = decodeBitmap(bytes.subarray(0, length < 200 ? bytes.length : length))
          expect(pixels).toHaveLength(w * h * channels)
        } catch (error) {
          expect(error).toBeInstanceOf(BitmapProblem)
        }
      }), { numRuns: cases(10_000) })
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      try {
        decodeBitmap(bytes)
      } catch (error) {
        expect(error).toBeInstanceOf(BitmapProblem)
      }
    }), { numRuns: cases(10_000) })
  })
})
