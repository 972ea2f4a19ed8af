import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '#test/cases'
import { decodePnm, isPnm, PnmProblem, pnmSize } from './pnm'

const file = (header: string, ...body: number[]): Uint8Array => Buffer.concat([Buffer.from(header, 'latin1'), Buffer.from(body)])
const read = (bytes: Uint8Array): unknown[] => {
  const { width, height, channels, pixels } = decodePnm(bytes)
  return [height, width, channels, [...pixels]]
}

describe('a portable bitmap, greymap or pixmap', () => {
  it.each<[string, Uint8Array, unknown[]]>([
    ['raw grey', file('P5\n2 2\n255\n', 0, 100, 200, 255), [2, 2, 1, [0, 100, 200, 255]]],
    ['raw grey of 15 levels, with a comment', file('P5 # made by hand\n2 1 # size\n15\n', 0, 15), [1, 2, 1, [0, 255]]],
    // 0x0fff of 4095 is white, 0x0800 of it 2048 / 4095 · 255 = 127.5.
    ['raw grey of 12 bits', file('P5 2 1 4095\n', 0x0f, 0xff, 0x08, 0x00), [1, 2, 1, [255, 128]]],
    ['raw colour', file('P6 1 2 255\n', 1, 2, 3, 4, 5, 6), [2, 1, 3, [1, 2, 3, 4, 5, 6]]],
    ['plain grey', file('P2\n2 1\n10\n0 10\n'), [1, 2, 1, [0, 255]]],
    ['plain colour', file('P3 1 1 255 7 8 9'), [1, 1, 3, [7, 8, 9]]],
    ['plain bits without spaces', file('P1\n3 1\n010'), [1, 3, 1, [255, 0, 255]]],
    // Rows of three bits, each in a byte of its own: 101, 010.
    ['raw bits', file('P4\n3 2\n', 0b10100000, 0b01000000), [2, 3, 1, [0, 255, 0, 255, 0, 255]]]
  ])('of %s is read', (_what, bytes, expected) => {
    expect(read(bytes)).toEqual(expected)
    expect(pnmSize(bytes)).toEqual(expected.slice(0, 2))
  })

  it('that is cut off or makes no sense is refused', () => {
    for (const bytes of [file('P5 4 4 255\n', 1, 2), file('P2 2 2 255 1 2 3'), file('P4 9 2\n', 1, 2, 3)]) expect(() => decodePnm(bytes)).toThrow(PnmProblem)
    for (const header of ['P5 0 1 255\n', 'P5 1 1 70000\n', 'P5 1\n', 'P5 a b\n', 'P7 1 1 255\n', 'PK']) expect(pnmSize(file(header, 1))).toBeUndefined()
  })

  it('of any bytes is read or refused, and never anything else', () => {
    const header = fc.tuple(fc.constantFrom('P1', 'P2', 'P3', 'P4', 'P5', 'P6'), fc.constantFrom(' ', '\n', '#x\n', ''), fc.nat(6), fc.nat(6), fc.constantFrom('1', '255', '4095', '65535', '0', ''))
      .map(([kind, space, width, height, most]) => Buffer.from(`${kind}${space || ' '}${width} ${height}${space}\n${most}\n`, 'latin1'))
    let decoded = 0
    fc.assert(fc.property(header, fc.uint8Array({ maxLength: 300 }), (start, body) => {
      const bytes = Buffer.concat([start, body])
      try {
        const { width, height, channels, pixels } = decodePnm(bytes)
        decoded++
        if (pixels.length !== width * height * channels) throw new Error('Not all pixels are there.')
      } catch (error) {
        if (!(error instanceof PnmProblem)) throw error
      }
      isPnm(body)
      pnmSize(body)
    }), { numRuns: cases(10_000) })
    expect(decoded).toBeGreaterThan(cases(10_000) / 20)
  })
})
