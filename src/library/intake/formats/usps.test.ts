import fc from 'fast-check'
import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cases } from '#test/cases'
import { GraftError } from '../../../contract/errors'
import { importDataset } from '../import'
import { useWorkplace } from '../../testing'
import { parseLine, readLines, usps } from './usps'

const place = useWorkplace()

/** A line of LIBSVM's file: label, and 256 values; the pixel at `white` is 1, all others -1. */
const lineOf = (label: number, white: number): string =>
  `${label} ${Array.from({ length: 256 }, (_, index) => `${index + 1}:${index === white ? 1 : -1}`).join(' ')} \n`
const hasBzip2 = (): boolean => {
  try {
    execFileSync('bzip2', ['--help'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

describe('USPS', () => {
  it('is read from plain text, train and test, labels 1 to 10 as digits 0 to 9', async () => {
    const folder = join(place.folder, 'usps-folder')
    await fs.mkdir(folder)
    await fs.writeFile(join(folder, 'usps'), [7, 6, 5, 1, 10].map((label, index) => lineOf(label, index)).join(''))
    await fs.writeFile(join(folder, 'usps.t'), [10, 1].map((label) => lineOf(label, 255)).join('').trimEnd())
    expect(await usps.detect(folder)).toBe(true)
    expect(await usps.detect(join(folder, 'usps.t'))).toBe(true)
    const dataset = await importDataset(place.library, { path: folder, id: 'u', validation: 0 })
    expect(dataset).toMatchObject({ shape: [16, 16, 1], provenance: { format: 'usps' }, splits: { train: { count: 5 }, test: { count: 2 } } })
    const reader = await place.library.datasets.open('u')
    expect([...await reader.readLabels('train')]).toEqual([6, 5, 4, 0, 9])
    expect([...await reader.readLabels('test')]).toEqual([9, 0])
    const image = await reader.readImages('train', [3])
    expect([...image.subarray(0, 5)]).toEqual([0, 0, 0, 255, 0])
    await reader.close()
  })

  it.skipIf(!hasBzip2())('is read from bzip2, as it is downloaded', async () => {
    const folder = join(place.folder, 'packed')
    await fs.mkdir(folder)
    // Enough for a second block of bzip2 (900 kB) and for a second batch (2,048 images).
    await fs.writeFile(join(folder, 'usps'), Array.from({ length: 2100 }, (_, index) => (
      index < 500 ? lineOf(index % 10 + 1, index % 256) : `${index % 10 + 1} 1:1 \n`
    )).join(''))
    await fs.writeFile(join(folder, 'usps.t'), lineOf(1, 0))
    execFileSync('bzip2', [join(folder, 'usps'), join(folder, 'usps.t')])
    const dataset = await importDataset(place.library, { path: folder, id: 'u', validation: 0 })
    expect(dataset.splits).toMatchObject({ train: { count: 2100, perClass: Array<number>(10).fill(210) }, test: { count: 1 } })
  })

  it('of a few bytes that unpack to very many is refused before they are read', async () => {
    const folder = join(place.folder, 'bomb')
    await fs.mkdir(folder)
    // Python: bz2.compress(b'\n' * 17_500_000), empty lines, each of which would be passed over.
    await fs.writeFile(join(folder, 'usps.bz2'), Buffer.from('QlpoOTFBWSZTWdiiW7UAhgnBAIAQAACACCAAMMwFKaaiBQbBIFB4u5IpwoSGxRLdqA==', 'base64'))
    await expect(importDataset(place.library, { path: folder, id: 'u' })).rejects.toMatchObject({ code: 'archive-too-large' })
    expect(await place.library.datasets.has('u')).toBe(false)
  })

  it('takes a pixel that is not listed as the grey half-way', () => {
    const image = new Uint8Array(256)
    expect(parseLine('3 2:-1 256:0.5', image, 'usps', 1)).toBe(2)
    // (0 + 1) · 127.5 = 127.5 → 128; (0.5 + 1) · 127.5 = 191.25 → 191
    expect([image[0], image[1], image[255]]).toEqual([128, 0, 191])
  })

  it.each([
    ['11 1:0', 'label-out-of-range'], ['0 1:0', 'label-out-of-range'], ['x', 'label-out-of-range'], ['1.5 1:0', 'label-out-of-range'],
    ['1 257:0', 'line-damaged'], ['1 0:0', 'line-damaged'], ['1 2:0 1:0', 'line-damaged'], ['1 1:2', 'line-damaged'], ['1 1:', 'line-damaged'],
    ['1 1', 'line-damaged'], ['1 1:NaN', 'line-damaged'], ['1 1.5:0', 'line-damaged']
  ])('names the line where "%s" is wrong', async (line, code) => {
    async function* chunks(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('1 1:0\n')
      yield Buffer.from(line)
    }
    const work = (async () => { for await (const _batch of readLines('train', 'usps', chunks())) { /* all of it */ } })()
    await expect(work).rejects.toMatchObject({ code, message: expect.stringContaining('line 2') })
  })

  it('meets any line with an image or a sentence', () => {
    const pair = fc.tuple(fc.oneof(fc.nat(300), fc.string({ maxLength: 3 })), fc.oneof(fc.double(), fc.string({ maxLength: 3 }))).map((both) => both.join(':'))
    fc.assert(fc.property(
      fc.oneof(fc.string(), fc.tuple(fc.oneof(fc.nat(12).map(String), fc.string({ maxLength: 3 })), fc.array(pair)).map(([label, pairs]) => [label, ...pairs].join(' '))),
      (line) => {
        try {
          const label = parseLine(line, new Uint8Array(256), 'usps', 1)
          expect(label >= 0 && label < 10).toBe(true)
        } catch (error) {
          expect(error).toBeInstanceOf(GraftError)
        }
      }
    ), { numRuns: cases(10_000) })
  })

  it('does not gather a line without end', async () => {
    async function* chunks(): AsyncGenerator<Uint8Array> {
      for (let index = 0; index < 1000; index++) yield Buffer.alloc(1 << 16, 0x31)
    }
    await expect((async () => { for await (const _batch of readLines('train', 'usps', chunks())) { /* none */ } })()).rejects.toMatchObject({ code: 'line-damaged' })
  })
})
