import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { cases } from '#test/cases'
import { decodeBytes, imageSize } from './decode'
import { xmpOrientation } from './xmp'

/** 12 × 8 pixels of which no two turns are alike. */
const levels = Uint8Array.from({ length: 12 * 8 * 3 }, (_, at) => (at * 5 + Math.floor(at / 36) * 23) & 255)
const picture = () => sharp(levels, { raw: { width: 12, height: 8, channels: 3 } })
const packet = (orientation: number, isElement = false): Buffer => Buffer.from(`<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">${
  isElement ? `<rdf:Description rdf:about="" xmlns:tiff="http://ns.adobe.com/tiff/1.0/"><tiff:Orientation>${orientation}</tiff:Orientation></rdf:Description>`
    : `<rdf:Description rdf:about="" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="${orientation}"/>`}</rdf:RDF></x:xmpmeta><?xpacket end="w"?>`)

function intoJpeg(jpeg: Buffer, xmp: Buffer): Buffer {
  const content = Buffer.concat([Buffer.from('http://ns.adobe.com/xap/1.0/\0'), xmp])
  const head = Buffer.from([0xff, 0xe1, 0, 0])
  head.writeUInt16BE(content.length + 2, 2)
  return Buffer.concat([jpeg.subarray(0, 2), head, content, jpeg.subarray(2)])
}
function intoPng(png: Buffer, xmp: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from('iTXtXML:com.adobe.xmp\0\0\0\0\0'), xmp])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(body.length - 4)
  sum.writeUInt32BE(crc32(body))
  // After the first chunk, IHDR.
  return Buffer.concat([png.subarray(0, 33), length, body, sum, png.subarray(33)])
}
async function pixelsOf(bytes: Buffer): Promise<{ size: [number, number], pixels: Uint8Array }> {
  const size = await imageSize(bytes)
  return { size, pixels: (await decodeBytes(bytes, size, 'stretch')).pixels }
}

describe('a picture whose XMP alone says how it was held', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('is turned as Exif\'s %i turns it', async (orientation) => {
    const byExif = await pixelsOf(await picture().withMetadata({ orientation }).png().toBuffer())
    expect(byExif.size).toEqual(orientation >= 5 ? [12, 8] : [8, 12])
    const plain = await picture().png().toBuffer()
    for (const isElement of [false, true]) {
      const byXmp = await pixelsOf(intoPng(plain, packet(orientation, isElement)))
      expect(byXmp.size).toEqual(byExif.size)
      expect(Buffer.from(byXmp.pixels).equals(Buffer.from(byExif.pixels))).toBe(true)
    }
  })

  it('in a JPEG as in a PNG; what Exif says stands above it', async () => {
    const jpeg = await picture().jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer()
    expect(await imageSize(intoJpeg(jpeg, packet(6)))).toEqual([12, 8])
    expect(await imageSize(intoJpeg(jpeg, packet(3)))).toEqual([8, 12])
    const exif = await picture().withMetadata({ orientation: 6 }).jpeg().toBuffer()
    expect(await imageSize(intoJpeg(exif, packet(1)))).toEqual([12, 8])
    const upright = await picture().withMetadata({ orientation: 1 }).jpeg().toBuffer()
    expect(await imageSize(intoJpeg(upright, packet(6)))).toEqual([8, 12])
    const webp = await picture().withXmp(packet(8).toString()).webp({ lossless: true }).toBuffer()
    expect(await imageSize(webp)).toEqual([12, 8])
  })

  it('never stumbles, whatever the bytes', async () => {
    const starts = [
      intoJpeg(await picture().jpeg().toBuffer(), packet(6)), intoPng(await picture().png().toBuffer(), packet(6)),
      await picture().withXmp(packet(8).toString()).webp().toBuffer()
    ]
    fc.assert(fc.property(fc.constantFrom(...([['jpeg', 0], ['png', 1], ['webp', 2]] as const)), fc.nat(700), fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 8 }), ([kind, index], length, changes) => {
      const bytes = Buffer.from(starts[index]!.subarray(0, length))
      for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
      const found = xmpOrientation(bytes, kind, () => false)
      if (found !== undefined && (found < 1 || found > 8)) throw new Error('No orientation.')
    }), { numRuns: cases(10_000) })
  })
})
