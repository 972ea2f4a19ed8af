import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { cases } from '#test/cases'
import { readImageHeader } from './image-header'

const picture = (width: number, height: number) => sharp({ create: { width, height, channels: 3, background: '#123456' } })

describe('the header of an image', () => {
  it.each([
    ['jpeg', () => picture(70, 30).jpeg()],
    ['jpeg', () => picture(70, 30).jpeg({ progressive: true })],
    ['png', () => picture(70, 30).png()],
    ['gif', () => picture(70, 30).gif()],
    ['webp', () => picture(70, 30).webp()],
    ['webp', () => picture(70, 30).webp({ lossless: true })],
    ['webp', () => picture(70, 30).withIccProfile('p3').webp()]
  ] as const)('of a %s tells its size', async (kind, make) => {
    expect(readImageHeader(await make().toBuffer())).toEqual({ kind, size: [30, 70] })
  })

  it.each(['jpeg', 'png'] as const)('of a %s that was held sideways tells the size that a person sees', async (kind) => {
    for (const [orientation, size] of [[1, [30, 70]], [3, [30, 70]], [6, [70, 30]], [8, [70, 30]]] as const) {
      const bytes = await picture(70, 30).withMetadata({ orientation }).toFormat(kind).toBuffer()
      expect(readImageHeader(bytes)).toEqual({ kind, size })
    }
  })

  it('of a TIFF or AVIF leaves the size to a decoder, and anything else is no image', async () => {
    expect(readImageHeader(await picture(70, 30).tiff().toBuffer())).toEqual({ kind: 'tiff' })
    expect(readImageHeader(await picture(64, 64).avif().toBuffer())).toEqual({ kind: 'avif' })
    expect(readImageHeader(await picture(70, 30).withMetadata({ orientation: 6 }).webp().toBuffer())).toEqual({ kind: 'webp' })
    for (const text of ['', 'hello', '<svg xmlns="http://www.w3.org/2000/svg">', '%PDF-1.4']) {
      expect(readImageHeader(Buffer.from(text))).toBeUndefined()
    }
  })

  it('never stumbles, whatever the bytes', async () => {
    const starts = await Promise.all([
      picture(9, 5).withMetadata({ orientation: 6 }).jpeg().toBuffer(), picture(9, 5).png().toBuffer(), picture(9, 5).gif().toBuffer(),
      picture(9, 5).webp().toBuffer(), picture(9, 5).webp({ lossless: true }).toBuffer(), picture(9, 5).tiff().toBuffer(),
      picture(9, 5).withIccProfile('p3').webp().toBuffer(), Promise.resolve(Buffer.from('BM')), Promise.resolve(Buffer.from('\0\0\0\x1cftypavif'))
    ])
    fc.assert(fc.property(fc.constantFrom(...starts), fc.nat(400), fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 8 }),
      fc.uint8Array({ maxLength: 60 }), (start, length, changes, tail) => {
        const bytes = Buffer.concat([start.subarray(0, length), tail])
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
        const header = readImageHeader(bytes)
        if (header?.size) for (const side of header.size) expect(side).toBeGreaterThan(0)
      }), { numRuns: cases(10_000) })
  })
})
