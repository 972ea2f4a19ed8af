import { describe, expect, it } from 'vitest'
import { decodeBytes } from './decode'

/** A TIFF of one strip (TIFF 6.0): its fields by tag, all of type LONG, and its bytes. */
function tiff(fields: Record<number, number>, bytes: Uint8Array): Buffer {
  const given = { 256: 4, 257: 2, 259: 1, 262: 1, 277: 1, 278: 2, ...fields, 279: bytes.length }
  const all = Object.entries(given).map(([tag, value]) => [Number(tag), value] as const)
  const at = 8 + 2 + 12 * (all.length + 1) + 4
  const head = Buffer.alloc(at)
  head.write('II*\0', 'latin1')
  head.writeUInt32LE(8, 4)
  head.writeUInt16LE(all.length + 1, 8)
  for (const [index, [tag, value]] of [...all, [273, at] as const].sort(([one], [other]) => one - other).entries()) {
    const entry = 10 + 12 * index
    head.writeUInt16LE(tag, entry)
    head.writeUInt16LE(4, entry + 2)
    head.writeUInt32LE(1, entry + 4)
    head.writeUInt32LE(value, entry + 8)
  }
  return Buffer.concat([head, bytes])
}
const bytesOf = (values: Int16Array | Int32Array | Uint16Array | Float64Array): Uint8Array => new Uint8Array(values.buffer)
const halves = (...values: number[]): Buffer => tiff({ 258: 16, 339: 3 }, bytesOf(Uint16Array.from(values)))
const greyOf = async (file: Uint8Array): Promise<number[]> => [...(await decodeBytes(file, [2, 4], 'stretch')).pixels].filter((_, at) => at % 3 === 0)

describe('a TIFF of 4 × 2 numbers', () => {
  it.each<[string, Uint8Array, number[]]>([
    // Black is −2,000 and white 1,500: 500 is 182.1 of 255.
    ['16 bits with a sign', tiff({ 258: 16, 339: 2 }, bytesOf(Int16Array.of(-2000, -1500, -1000, -500, 0, 500, 1000, 1500))), [0, 36, 73, 109, 146, 182, 219, 255]],
    ['32 bits with a sign', tiff({ 258: 32, 339: 2 }, bytesOf(Int32Array.of(-7e6, -5e6, -3e6, -1e6, 1e6, 3e6, 5e6, 7e6))), [0, 36, 73, 109, 146, 182, 219, 255]],
    // 0, 1/8, 1/4, 3/8, 9/16, 5/8, 3/4 and 1 in IEEE 754 binary16; 0.125 is 31.9 of 255.
    ['halves of real numbers', tiff({ 258: 16, 339: 3 }, bytesOf(Uint16Array.of(0, 0x3000, 0x3400, 0x3600, 0x3880, 0x3900, 0x3a00, 0x3c00))), [0, 32, 64, 96, 143, 159, 191, 255]],
    // From −1/2, which is black, to 1/2.
    ['halves from below 0', halves(0xb800, 0xb600, 0xb400, 0xb000, 0x3000, 0x3400, 0x3600, 0x3800), [0, 32, 64, 96, 159, 191, 223, 255]],
    // From −1 to 2.75, of which 3.75 is all.
    ['halves beyond 1', halves(0xbc00, 0xbc00, 0, 0x3c00, 0x3c00, 0x4000, 0x4180, 0x4180), [0, 0, 68, 136, 136, 204, 255, 255]]
  ])('of %s is neither blank nor black where a number is below 0', async (_, file, expected) => {
    expect(await greyOf(file)).toEqual(expected)
  })

  it.each<[string, Uint8Array]>([
    ['halves that are no number', halves(0, 0x7e00, 0, 0, 0, 0, 0, 0x3c00)],
    ['halves without end', halves(0, 0xfc00, 0, 0, 0, 0, 0, 0x3c00)],
    ['12 bits packed', tiff({ 258: 12 }, new Uint8Array(12))],
    ['64 bits', tiff({ 258: 64, 339: 3 }, bytesOf(new Float64Array(8)))]
  ])('of %s is left out as a kind that cannot be read, and not as damaged', async (_, file) => {
    await expect(greyOf(file)).rejects.toMatchObject({ reason: { en: expect.stringMatching(/^Its kind of TIFF cannot be read here/) } })
  })

  it('that is cut off is named as that', async () => {
    const whole = tiff({ 258: 16, 339: 2 }, bytesOf(new Int16Array(8)))
    await expect(greyOf(whole.subarray(0, whole.length - 6))).rejects.toMatchObject({ reason: { en: 'The image is cut off or damaged.' } })
  })
})
