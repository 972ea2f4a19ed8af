import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '#test/cases'
import { BitmapProblem, bitmapSize, decodeBitmap } from './bmp'

interface Made {
  bits: number, width: number, height: number, rows: number[][], palette?: number[], topDown?: boolean, masks?: number[], core?: boolean
  /** Run-length coded: `rows` is one list of the coded bytes. */
  runs?: boolean
}

/** A BMP, written after Microsoft's description: rows are bytes, padded here to four. */
function bmp({ bits, width, height, rows, palette = [], topDown = false, masks = [], core = false, runs = false }: Made): Buffer {
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
    header.writeUInt32LE(runs ? bits === 8 ? 1 : 2 : masks.length > 3 ? 6 : masks.length > 0 ? 3 : 0, 30)
    header.writeUInt32LE(core ? 0 : palette.length / 4, 46)
  }
  masks.forEach((mask, index) => header.writeUInt32LE(mask >>> 0, 54 + index * 4))
  header.set(palette, 14 + headerBytes + masks.length * 4)
  return Buffer.concat([header, ...rows.map((row) => Buffer.concat([Buffer.from(row), Buffer.alloc(runs ? 0 : -row.length & 3)]))])
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

  it('whose transparency is 0 everywhere is opaque: its program knew none', () => {
    const masks = [0xff0000, 0xff00, 0xff, 0xff000000]
    expect(decodeBitmap(bmp({ bits: 32, width: 2, height: 1, rows: [[10, 20, 30, 0, 1, 2, 3, 0]], masks })))
      .toEqual({ width: 2, height: 1, channels: 3, pixels: Uint8Array.of(30, 20, 10, 3, 2, 1) })
    // 4-4-4-4, bits 1111 0000 1111 of red, green, blue.
    expect(pixelsOf({ bits: 16, width: 1, height: 1, rows: [[0x0f, 0x0f]], masks: [0xf00, 0xf0, 0xf, 0xf000] })).toEqual([255, 0, 255])
    // One pixel that shows is enough: the others are meant to be clear.
    expect(pixelsOf({ bits: 32, width: 2, height: 1, rows: [[10, 20, 30, 0, 1, 2, 3, 1]], masks })).toEqual([30, 20, 10, 0, 3, 2, 1, 1])
  })

  it('with a palette of 2, 16 or 256 colours is read, two and eight pixels a byte', () => {
    const palette = [0, 0, 255, 0, 0, 255, 0, 0]
    // 0b10100000: entries 1, 0, 1 of red and green.
    expect(pixelsOf({ bits: 1, width: 3, height: 1, rows: [[0b10100000]], palette })).toEqual([0, 255, 0, 255, 0, 0, 0, 255, 0])
    expect(pixelsOf({ bits: 4, width: 3, height: 1, rows: [[0x10, 0x10]], palette })).toEqual([0, 255, 0, 255, 0, 0, 0, 255, 0])
    expect(pixelsOf({ bits: 8, width: 2, height: 1, rows: [[1, 0]], palette })).toEqual([0, 255, 0, 255, 0, 0])
    // 0b10000000: entries 2 and 0 of black, black and red; four pixels a byte.
    expect(pixelsOf({ bits: 2, width: 2, height: 1, rows: [[0b10000000]], palette: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 0] })).toEqual([255, 0, 0, 0, 0, 0])
    // An entry that the palette does not have is black.
    expect(pixelsOf({ bits: 8, width: 1, height: 1, rows: [[200]], palette })).toEqual([0, 0, 0])
  })

  it('is read where it says that the pixels begin before the palette ends, or at 0', () => {
    const made = bmp({ bits: 8, width: 2, height: 1, rows: [[1, 0]], palette: [0, 0, 255, 0, 0, 255, 0, 0] })
    for (const offset of [0, 54]) {
      made.writeUInt32LE(offset, 10)
      expect([...decodeBitmap(made).pixels]).toEqual([0, 255, 0, 255, 0, 0])
    }
  })

  it('of OS/2 with a header of 16 bytes has no fields beyond it', () => {
    // The palette, two colours of four bytes, begins where longer headers say how the pixels are packed.
    const header = Buffer.alloc(30)
    header.write('BM', 'latin1')
    header.writeUInt32LE(30 + 8, 10)
    header.writeUInt32LE(16, 14)
    header.writeInt32LE(9, 18)
    header.writeInt32LE(4, 22)
    header.writeUInt16LE(1, 26)
    header.writeUInt16LE(1, 28)
    const rows = [0b10000000, 0b10000000, 0, 0].flatMap((byte) => [byte, 0, 0, 0])
    const { pixels } = decodeBitmap(Buffer.concat([header, Buffer.from([1, 2, 3, 0, 7, 8, 9, 0, ...rows])]))
    // Two rows that begin with the second colour are the two at the bottom.
    expect([...pixels.subarray(0, 3), ...pixels.subarray(27 * 3, 27 * 3 + 6)]).toEqual([3, 2, 1, 9, 8, 7, 3, 2, 1])
  })

  describe('of run lengths', () => {
    const palette = Array.from({ length: 16 }, (_, entry) => [entry, entry, entry, 0]).flat()
    /** The entries it gives, row by row: the palette is grey. */
    const entriesOf = (bits: number, width: number, height: number, coded: number[], topDown = false): number[] => {
      const pixels = pixelsOf({ bits, width, height, rows: [coded], palette, runs: true, topDown })
      return pixels.filter((_, index) => index % 3 === 0)
    }

    it('of 8 bits is read: runs, pixels as they are, ends of rows, jumps', () => {
      // Below three of 5 and a row's end; above 1, 2, 3 as they are, filled up to four bytes, and the end.
      expect(entriesOf(8, 3, 2, [3, 5, 0, 0, 0, 3, 1, 2, 3, 0, 0, 1])).toEqual([1, 2, 3, 5, 5, 5])
      // One of 7, then one to the right and one up: what is jumped over is entry 0.
      expect(entriesOf(8, 4, 2, [1, 7, 0, 2, 1, 1, 1, 9, 0, 1])).toEqual([0, 0, 9, 0, 7, 0, 0, 0])
      expect(entriesOf(8, 3, 2, [3, 5, 0, 0, 3, 6, 0, 1], true)).toEqual([5, 5, 5, 6, 6, 6])
    })

    it('of 4 bits is read: a run takes turns of two entries', () => {
      expect(entriesOf(4, 5, 1, [5, 0x12, 0, 1])).toEqual([1, 2, 1, 2, 1])
      // Five as they are take three bytes, filled up to four; then two more.
      expect(entriesOf(4, 7, 1, [0, 5, 0x12, 0x34, 0x50, 0, 2, 0x67, 0, 1])).toEqual([1, 2, 3, 4, 5, 6, 7])
    })

    it('may run over the edge, stop early, or end with its last row', () => {
      expect(entriesOf(8, 2, 2, [4, 5, 0, 0, 1, 6, 0, 1])).toEqual([6, 0, 5, 5])
      expect(entriesOf(8, 2, 1, [2, 5])).toEqual([5, 5])
      expect(entriesOf(8, 2, 2, [0, 1])).toEqual([0, 0, 0, 0])
      expect(entriesOf(8, 2, 2, [0, 2, 0, 200])).toEqual([0, 0, 0, 0])
    })

    it('is refused where it is cut off', () => {
      for (const coded of [[], [2], [2, 5], [2, 5, 0, 0, 1, 5], [0, 3, 1], [0, 3, 1, 2, 3], [0, 2, 1]]) {
        expect(() => entriesOf(8, 2, 2, coded)).toThrow('cut off')
      }
    })
  })

  it('of 16 bits has five bits a colour, or what its masks say', () => {
    // 0 11111 00000 00001: red full, blue 1 of 31 = 8.2 of 255.
    expect(pixelsOf({ bits: 16, width: 1, height: 1, rows: [[0x01, 0x7c]] })).toEqual([255, 0, 8])
    // 5-6-5, 00000 100000 00000: green 32 of 63 = 129.5 of 255.
    expect(pixelsOf({ bits: 16, width: 1, height: 1, rows: [[0x00, 0x04]], masks: [0xf800, 0x7e0, 0x1f] })).toEqual([0, 130, 0])
  })

  it('that is cut off, compressed as a JPEG or claims what it does not hold is refused', () => {
    const whole = bmp({ bits: 24, width: 2, height: 2, rows: colours })
    for (const length of [10, 30, 53, whole.length - 1]) expect(() => decodeBitmap(whole.subarray(0, length))).toThrow('cut off')
    const compressed = Buffer.from(whole)
    compressed.writeUInt32LE(4, 30)
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
      fc.array(fc.tuple(fc.nat(120), fc.nat(255)), { maxLength: 6 }), fc.nat(300), fc.option(fc.array(fc.nat(9), { maxLength: 60 })),
      (depth, width, height, topDown, core, masks, changes, length, coded) => {
        const runs = coded !== null && (depth === 4 || depth === 8)
        const rows = runs ? [coded] : Array.from({ length: height }, () => new Array<number>(Math.ceil(depth * width / 8)).fill(99))
        const palette = depth <= 8 ? new Array<number>((core ? 3 : 4) << Math.min(depth, 8)).fill(5) : []
        const bytes = bmp({
          bits: depth, width, height, rows, palette, topDown, core, runs, ...(core ? {} : { masks: masks.slice(0, masks.length < 3 ? 0 : 4) })
        })
        // Now and then some bytes are wrong, or the end is missing.
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
        const given = bytes.subarray(0, length < 200 ? bytes.length : length)
        try {
          // Whoever decodes looks at the size first.
          const [claimedHeight, claimedWidth] = bitmapSize(given)
          if (claimedHeight * claimedWidth > 1_000_000) return
          const { width: w, height: h, channels, pixels } = decodeBitmap(given)
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
