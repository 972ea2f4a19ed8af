import fc from 'fast-check'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { cases } from '#test/cases'
import { decodeBytes, imageSize } from './decode'
import { UnreadableImage } from './image-file'
import { decodeJpeg2000 } from './jpeg-2000'
import { readJpeg2000Header } from './jpeg-2000-header'

/**
 * Of 4 × 6 pixels, at x and y, by Pillow 13.0.0 (`Image.save(…, 'JPEG2000', irreversible=False, num_resolutions=1)`) and
 * imagecodecs 2026.3.6 (`jpeg2k_encode(…, reversible=True, resolutions=1)`), both with OpenJPEG 2.5.4.
 */
const files = {
  /** (50x, 80y, 30(x + y)) */
  colour: 'AAAADGpQICANCocKAAAAFGZ0eXBqcDIgAAAAAGpwMiAAAAAtanAyaAAAABZpaGRyAAAABAAAAAYAAwcHAAAAAAAPY29scgEAAAAAABAAAADJanAyY/9P/1EALwAAAAAABgAAAAQAAAAAAAAAAAAAAAYAAAAEAAAAAAAAAAAAAwcBAQcBAQcBAf9SAAwAAAABAAAEBAAB/1wABEBA/2QAJQABQ3JlYXRlZCBieSBPcGVuSlBFRyB2ZXJzaW9uIDIuNS40/5AACgAAAAAAUQAB/5PfgLARZTUxP3M17/oYgBdAI8eSKHhu84Bf34BoEo0s8rKtYhLTfwhKf9+AuBIVRHUESSneW4Y492wAkTHJGfO8RLF//9k=',
  /** 50x */
  grey: 'AAAADGpQICANCocKAAAAFGZ0eXBqcDIgAAAAAGpwMiAAAAAtanAyaAAAABZpaGRyAAAABAAAAAYAAQcHAAAAAAAPY29scgEAAAAAABEAAACZanAyY/9P/1EAKQAAAAAABgAAAAQAAAAAAAAAAAAAAAYAAAAEAAAAAAAAAAAAAQcBAf9SAAwAAAABAAAEBAAB/1wABEBA/2QAJQABQ3JlYXRlZCBieSBPcGVuSlBFRyB2ZXJzaW9uIDIuNS40/5AACgAAAAAAJwAB/5PfgLARZTUxP3M17/oYgBdAI8eSKHhu84Bf/9k=',
  /** 12,000x, of 16 bits */
  grey16: 'AAAADGpQICANCocKAAAAFGZ0eXBqcDIgAAAAAGpwMiAAAAAtanAyaAAAABZpaGRyAAAABAAAAAYAAQ8HAAAAAAAPY29scgEAAAAAABEAAACnanAyY/9P/1EAKQAAAAAABgAAAAQAAAAAAAAAAAAAAAYAAAAEAAAAAAAAAAAAAQ8BAf9SAAwAAAABAAAEBAAB/1wABECA/2QAJQABQ3JlYXRlZCBieSBPcGVuSlBFRyB2ZXJzaW9uIDIuNS40/5AACgAAAAAANQAB/5Pf+JEYEWU1PD7sXD9d8OB1RY3br0nQY47aLewtnGQnCaFbdgGI/3//2Q==',
  /** 800x, of 12 bits, a bare codestream */
  grey12: '/0//UQApAAAAAAAGAAAABAAAAAAAAAAAAAAABgAAAAQAAAAAAAAAAAABCwEB/1IADAAAAAEAAAQEAAH/XAAEQGD/ZAAlAAFDcmVhdGVkIGJ5IE9wZW5KUEVHIHZlcnNpb24gMi41LjT/kAAKAAAAAAAoAAH/k9/gXBFlNTE/czXv+hiAF0Ajx5IoeG7zgGI//9k=',
  /** 800x, of 12 bits in 16, as cameras of laboratories write them */
  grey12in16: 'AAAADGpQICANCocKAAAAFGZ0eXBqcDIgAAAAAGpwMiAAAAAtanAyaAAAABZpaGRyAAAABAAAAAYAAQ8HAAAAAAAPY29scgEAAAAAABEAAACmanAyY/9P/1EAKQAAAAAABgAAAAQAAAAAAAAAAAAAAAYAAAAEAAAAAAAAAAAAAQ8BAf9SAAwAAAABAAAEBAAB/1wABECA/2QAJQABQ3JlYXRlZCBieSBPcGVuSlBFRyB2ZXJzaW9uIDIuNS40/5AACgAAAAAANAAB/5Pf+JEQEWUwht48ExHCFonDp5pwQ0FA3PoGPo0vNgWurbZeXmUsv//Z',
  /** (12,000x, 20,000y, 7,000(x + y)), of 16 bits */
  colour16: 'AAAADGpQICANCocKAAAAFGZ0eXBqcDIgAAAAAGpwMiAAAAAtanAyaAAAABZpaGRyAAAABAAAAAYAAw8HAAAAAAAPY29scgEAAAAAABAAAAERanAyY/9P/1EALwAAAAAABgAAAAQAAAAAAAAAAAAAAAYAAAAEAAAAAAAAAAAAAw8BAQ8BAQ8BAf9SAAwAAAABAQAEBAAB/1wABECA/2QAJQABQ3JlYXRlZCBieSBPcGVuSlBFRyB2ZXJzaW9uIDIuNS40/5AACgAAAAAAmQAB/5Pf+JF4EhqHBvVxypS0Y9DoECpaFLIi6n1ntRW0PzmcYHRlbavia6V0zJt2OlopYUhtVfnf+JFYASCJXPshQ0D48gn3+SGoAQvRlngafeTHXfNjtZPxnIOQap6+yD7rVXSor9/4kSgGRFX/EAMzID4gcx7PowJoQtjnG2HdcIvdEW6M5f7zTZ3RM0pf/9k=',
  /** 800x − 2000, of 16 bits with a sign, a bare codestream */
  signed16: '/0//UQApAAAAAAAGAAAABAAAAAAAAAAAAAAABgAAAAQAAAAAAAAAAAABjwEB/1IADAAAAAEAAAQEAAH/XAAEQID/ZAAlAAFDcmVhdGVkIGJ5IE9wZW5KUEVHIHZlcnNpb24gMi41LjT/kAAKAAAAAAArAAH/k8D+RkART4X6RXFFXVpUHiJApgwVhzlchZvlMJCX/9k=',
  /** The colours above with a fourth channel */
  transparent: 'AAAADGpQICANCocKAAAAFGZ0eXBqcDIgAAAAAGpwMiAAAABPanAyaAAAABZpaGRyAAAABAAAAAYABAcHAAAAAAAPY29scgEAAAAAABAAAAAiY2RlZgAEAAAAAAABAAEAAAACAAIAAAADAAMAAQAAAAAA5WpwMmP/T/9RADIAAAAAAAYAAAAEAAAAAAAAAAAAAAAGAAAABAAAAAAAAAAAAAQHAQEHAQEHAQEHAQH/UgAMAAAAAQAABAQAAf9cAARAQP9kACUAAUNyZWF0ZWQgYnkgT3BlbkpQRUcgdmVyc2lvbiAyLjUuNP+QAAoAAAAAAGoAAf+T34CwEWU1MT9zNe/6GIAXQCPHkih4bvOAX9+AaBKNLPKyrWIS038ISn/fgLgSFUR1BEkp3luGOPdsAJExyRnzvESxf9+AsBFlNTE/czXv+hiAF0Ajx5IoeG7zgF//2Q=='
}
const bytesOf = (name: keyof typeof files): Buffer => Buffer.from(files[name], 'base64')
const grid = (values: (x: number, y: number) => number[]): number[] =>
  Array.from({ length: 24 }, (_, index) => values(index % 6, Math.floor(index / 6)).map(Math.round)).flat()
const grey = (value: (x: number) => number) => grid((x) => [value(x), value(x), value(x)])

describe('a JPEG 2000 picture', () => {
  it.each<[keyof typeof files, boolean, number[]]>([
    ['colour', false, grid((x, y) => [50 * x, 80 * y, 30 * (x + y)])],
    ['grey', false, grey((x) => 50 * x)],
    // 12,000 of 65,535 is 46.7 of 255.
    ['grey16', false, grey((x) => 12_000 * x / 65_535 * 255)],
    ['grey12', true, grey((x) => 800 * x / 4_095 * 255)],
    ['grey12in16', true, grey((x) => 800 * x / 4_095 * 255)],
    ['colour16', false, grid((x, y) => [12_000 * x, 20_000 * y, 7_000 * (x + y)].map((value) => value / 65_535 * 255))],
    // From −2,000, which is black, to 2,000.
    ['signed16', true, grey((x) => 800 * x / 4_000 * 255)]
  ])('%s has the levels that were written', async (name, isScaled, expected) => {
    expect(await imageSize(bytesOf(name))).toEqual([4, 6])
    const decoded = await decodeBytes(bytesOf(name), [4, 6], 'stretch')
    expect(decoded).toMatchObject({ kind: 'jpeg-2000', size: [4, 6], isScaled })
    expect([...decoded.pixels]).toEqual(expected)
  })

  it('of four channels is left out with that reason', async () => {
    await expect(decodeBytes(bytesOf('transparent'), [4, 6], 'stretch')).rejects.toMatchObject({ reason: { en: expect.stringMatching(/JPEG 2000 of 4 channels/) } })
  })

  it('that is cut off is never half a picture', async () => {
    for (const part of [0.99, 0.9, 0.7, 0.5, 0.2]) {
      const bytes = bytesOf('colour')
      await expect(decodeBytes(bytes.subarray(0, Math.floor(bytes.length * part)), [4, 6], 'stretch')).rejects.toMatchObject({ reason: { en: 'The image is cut off or damaged.' } })
    }
  })

  it('that claims 4 gigapixels is refused by its header, and one that claims more memory than it can need by the decoder', async () => {
    const huge = bytesOf('grey12')
    huge.writeUInt32BE(65_535, 8)
    huge.writeUInt32BE(65_535, 12)
    await expect(decodeBytes(huge, [4, 6], 'stretch')).rejects.toMatchObject({ reason: { en: 'It claims more than 50 million pixels.' } })
    const wide = bytesOf('grey12')
    wide.writeUInt32BE(40_000, 8)
    await expect(decodeBytes(wide, [4, 6], 'stretch')).rejects.toBeInstanceOf(UnreadableImage)
  })

  it('of another kind, with an offset or with odd steps, is named as that', async () => {
    const shifted = bytesOf('grey12')
    shifted.writeUInt32BE(1, 16)
    const stepped = bytesOf('grey12')
    stepped.writeUInt8(3, 43)
    for (const bytes of [shifted, stepped]) {
      await expect(decodeBytes(bytes, [4, 6], 'stretch')).rejects.toMatchObject({ reason: { en: expect.stringMatching(/^Its kind of JPEG 2000/) } })
    }
  })

  it('of which bytes were changed is read or refused, whatever they are, and the next is read rightly', async () => {
    const change = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255), fc.boolean())
    let [read, refused] = [0, 0]
    const names = fc.constantFrom(...Object.keys(files) as (keyof typeof files)[])
    await fc.assert(fc.asyncProperty(names, fc.array(change, { minLength: 1, maxLength: 6 }), async (name, changes) => {
      const bytes = bytesOf(name)
      for (const [at, value, isEarly] of changes) bytes[Math.floor(at * (isEarly ? Math.min(160, bytes.length - 1) : bytes.length - 1))] = value
      const header = readJpeg2000Header(bytes)
      if (header && header.width * header.height > 1_000_000) return
      try {
        const { pixels } = await decodeBytes(bytes, [4, 6], 'stretch')
        expect(pixels).toHaveLength(4 * 6 * 3)
        read++
      } catch (error) {
        expect(error).toBeInstanceOf(UnreadableImage)
        refused++
      }
    }), { numRuns: cases(10_000) })
    expect(read).toBeGreaterThan(0)
    expect(refused).toBeGreaterThan(0)
    expect([...(await decodeJpeg2000(bytesOf('grey'))).pixels.subarray(0, 6)]).toEqual([0, 50, 100, 150, 200, 250])
  }, 600_000)

  it('is not called damaged where the decoder itself cannot be loaded', async () => {
    const without = `const fs = require('node:fs')
      for (const name of ['readFile', 'readFileSync']) {
        const read = fs[name]
        fs[name] = (path, ...rest) => { if (/wasm$/.test(path)) throw new Error('not there'); return read(path, ...rest) }
      }
      require(${JSON.stringify(join(__dirname, 'jpeg-2000-thread.cjs'))})`
    const start = (): Worker => new Worker(without, { eval: true, stdout: true, stderr: true })
    for (const starting of [start, () => new Worker(join(__dirname, 'nowhere.cjs'))]) {
      await expect(decodeJpeg2000(bytesOf('grey'), starting)).rejects.toMatchObject({ reason: { en: expect.stringMatching(/^The part of Graft that decodes JPEG 2000 does not work here/) } })
    }
  })

  it('of any bytes has a header or none, and nothing else', () => {
    const start = fc.constantFrom(...Object.keys(files) as (keyof typeof files)[]).map((name) => bytesOf(name).subarray(0, 140))
    fc.assert(fc.property(start, fc.nat(160), fc.uint8Array({ maxLength: 60 }), (bytes, cut, rest) => {
      const header = readJpeg2000Header(Buffer.concat([bytes.subarray(0, cut), rest]))
      if (header) expect(header.width * header.height * header.components.length).toBeGreaterThan(0)
    }), { numRuns: cases(10_000) })
  })
})
