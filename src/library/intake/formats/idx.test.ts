import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '#test/cases'
import { GraftError } from '../../../contract/errors'
import { datasetFolders, idxFile, memorySource, sharedData, useWorkplace } from '../../testing'
import { importDataset } from '../import'
import { parseIdxHeader, readIdx } from './idx'

const place = useWorkplace()

/** 40 training and 10 test images of 3×2 pixels, labels 1 to 5; the pixels count up. */
const trainImages = idxFile([40, 3, 2], Uint8Array.from({ length: 240 }, (_, index) => index))
const trainLabels = idxFile([40], Uint8Array.from({ length: 40 }, (_, index) => index % 5 + 1))
const testImages = idxFile([10, 3, 2], new Uint8Array(60).fill(9))
const testLabels = idxFile([10], Uint8Array.from({ length: 10 }, (_, index) => index % 5 + 1))

async function writeSet(names: readonly [string, string, string, string], gzip = false): Promise<string> {
  const folder = join(place.folder, 'set')
  await fs.rm(folder, { recursive: true, force: true })
  await fs.mkdir(folder)
  for (const [index, content] of [trainImages, trainLabels, testImages, testLabels].entries()) {
    await fs.writeFile(join(folder, names[index]!), gzip ? gzipSync(content) : content)
  }
  return folder
}
const mnistNames = ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte', 't10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte'] as const

describe('an idx data set', () => {
  it('is read with its own size, one channel and the label values as classes', async () => {
    const dataset = await importDataset(place.library, { path: await writeSet(mnistNames), validation: 0 })
    expect(dataset).toMatchObject({ shape: [3, 2, 1], classes: ['1', '2', '3', '4', '5'], provenance: { format: 'idx' } })
    expect(dataset.splits.train).toMatchObject({ count: 40, perClass: [8, 8, 8, 8, 8] })
    const reader = await place.library.datasets.open(dataset.id)
    expect([...await reader.readImages('train', [39, 0])]).toEqual([234, 235, 236, 237, 238, 239, 0, 1, 2, 3, 4, 5])
    expect([...await reader.readLabels('train', [39, 0])]).toEqual([4, 0])
    await reader.close()
  })

  it.each([
    ['dots', ['train-images.idx3-ubyte', 'train-labels.idx1-ubyte', 't10k-images.idx3-ubyte', 't10k-labels.idx1-ubyte'], false],
    ['a prefix, .gz and "test"', ['usps-train-images-idx3-ubyte.gz', 'usps-train-labels-idx1-ubyte.gz',
      'usps-test-images-idx3-ubyte.gz', 'usps-test-labels-idx1-ubyte.gz'], true]
  ] as const)('is found with %s in its names', async (_what, names, gzip) => {
    const dataset = await importDataset(place.library, { path: await writeSet(names, gzip), validation: 0 })
    expect([dataset.splits.train!.count, dataset.splits.test!.count]).toEqual([40, 10])
  })

  it('is also taken by one of its files, where a folder holds several sets', async () => {
    const folder = await writeSet(mnistNames)
    for (const name of mnistNames) await fs.copyFile(join(folder, name), join(folder, `emnist-${name}`))
    await expect(importDataset(place.library, { path: folder })).rejects.toMatchObject({ code: 'several-sets' })
    const dataset = await importDataset(place.library, { path: join(folder, 'emnist-train-images-idx3-ubyte') })
    expect(dataset.splits.test!.count).toBe(10)
  })

  it('without labels is an unlabelled data set', async () => {
    const folder = await writeSet(mnistNames)
    for (const name of [mnistNames[1], mnistNames[2], mnistNames[3]]) await fs.rm(join(folder, name))
    const dataset = await importDataset(place.library, { path: folder })
    expect(dataset.classes).toEqual([])
    expect(Object.keys(dataset.splits).sort()).toEqual(['train', 'validation'])
    expect(dataset.splits.train!.perClass).toBeUndefined()
    expect(await fs.readdir(join(place.library.datasets.folder, dataset.id, 'train'))).toEqual(['images.sums', 'images.u8'])
    const reader = await place.library.datasets.open(dataset.id)
    await expect(reader.readLabels('train')).rejects.toMatchObject({ code: 'no-labels' })
    await reader.close()
  })

  const claims = (sizes: number[]): Buffer => idxFile(sizes, new Uint8Array(240))
  it.each([
    ['too few bytes', 0, trainImages.subarray(0, 200), 'wrong-size', 'should have 256 bytes by its header but has 200'],
    ['too many bytes', 0, Buffer.concat([trainImages, trainImages]), 'wrong-size', 'should have 256 bytes'],
    ['a header that claims terabytes', 0, claims([4_000_000_000, 1000, 1000]), 'wrong-size', 'should have'],
    ['sides of nought', 0, claims([40, 0, 2]), 'idx-header', 'images would be 0×2'],
    ['another magic number', 0, trainLabels, 'idx-header', 'begins with 00000801'],
    ['no content', 0, Buffer.alloc(0), 'idx-header', 'it has only 0 bytes'],
    ['a label too few', 1, idxFile([39], new Uint8Array(39)), 'labels-do-not-match', 'has 39 labels for the 40 images'],
    ['labels of another size', 1, trainLabels.subarray(0, 30), 'wrong-size', 'should have 48 bytes'],
    ['test images of another size', 2, idxFile([10, 2, 3], new Uint8Array(60)), 'shapes-differ', 'are 2×3, those of']
  ] as const)('with %s is refused by name, plain and gzipped', async (_what, which, content, code, sentence) => {
    for (const gzip of [false, true]) {
      const names = mnistNames.map((name) => gzip ? `${name}.gz` : name) as unknown as typeof mnistNames
      const folder = await writeSet(names, gzip)
      await fs.writeFile(join(folder, names[which]!), gzip ? gzipSync(content) : content)
      const error = await importDataset(place.library, { path: folder }).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(GraftError)
      const { value } = error as GraftError
      // How long a gzipped file is comes out only while it is read.
      expect(gzip && value.code === 'archive-truncated' ? 'wrong-size' : value.code).toBe(code)
      expect(value.message.en).toContain(names[which])
      if (!gzip) expect(value.message.en).toContain(sentence)
      expect(await datasetFolders(place)).toEqual([])
    }
  })

  it('cut off in its gzip is refused by name', async () => {
    const folder = await writeSet(mnistNames)
    const packed = gzipSync(trainImages)
    await fs.rm(join(folder, mnistNames[0]))
    await fs.writeFile(join(folder, `${mnistNames[0]}.gz`), packed.subarray(0, packed.length - 20))
    await expect(importDataset(place.library, { path: folder })).rejects.toMatchObject({
      code: 'archive-truncated', value: { message: { en: expect.stringContaining(`${mnistNames[0]}.gz is cut off`) } }
    })
  })
})

describe('the parser of idx files', () => {
  it('reads headers back, and refuses all others with a sentence', () => {
    fc.assert(fc.property(fc.constantFrom(1 as const, 3 as const), fc.array(fc.nat(0xffffffff), { minLength: 3, maxLength: 3 }),
      (dimensions, sizes) => {
        expect(parseIdxHeader(idxFile(sizes.slice(0, dimensions), new Uint8Array(0)), dimensions, 'f')).toEqual(sizes.slice(0, dimensions))
      }), { numRuns: cases(10_000) })
    fc.assert(fc.property(fc.uint8Array({ maxLength: 20 }), (bytes) => {
      try {
        expect(parseIdxHeader(bytes, 3, 'f')).toHaveLength(3)
        expect([...bytes.subarray(0, 4)]).toEqual([0, 0, 8, 3])
      } catch (error) {
        if (!(error instanceof GraftError)) throw error
        expect(error.code).toBe('idx-header')
      }
    }), { numRuns: cases(10_000) })
  })

  it('gives exactly the pixels and labels, or a sentence, for any bytes in any pieces', async () => {
    const size = fc.integer({ min: 0, max: 6 })
    await fc.assert(fc.asyncProperty(
      size, size, size, fc.integer({ min: -3, max: 3 }), fc.integer({ min: -2, max: 2 }), fc.boolean(), fc.nat(20),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
      async (count, height, width, extra, extraLabels, labelled, broken, pieces) => {
        const pixels = Uint8Array.from({ length: Math.max(0, count * height * width + extra) }, (_, index) => index * 7)
        const values = Uint8Array.from({ length: Math.max(0, count + extraLabels) }, (_, index) => index % 3 * 100)
        const imageFile = idxFile([count, height, width], pixels)
        const labelFile = idxFile([count + extraLabels < 0 ? 0 : count + extraLabels], values)
        // Now and then one byte of a header is wrong.
        if (broken < 16) imageFile[broken]! ^= 1 << (broken % 8)
        const work = async (): Promise<{ images: number[], labels: number[], classes: string[] }> => {
          const reading = await readIdx([{
            split: 'train', images: memorySource('images', imageFile, pieces),
            ...(labelled && { labels: memorySource('labels', labelFile, pieces) })
          }])
          const [images, labels]: [number[], number[]] = [[], []]
          for await (const batch of reading.batches) {
            images.push(...batch.images)
            labels.push(...batch.labels ?? [])
          }
          return { images, labels, classes: reading.classes() }
        }
        const result = await work().catch((error: unknown) => error)
        if (result instanceof GraftError) {
          expect(['idx-header', 'wrong-size', 'labels-do-not-match', 'archive-truncated']).toContain(result.code)
          return
        }
        const { images, labels, classes } = result as Awaited<ReturnType<typeof work>>
        expect(images).toEqual([...pixels])
        if (labelled) expect(labels.map((label) => Number(classes[label]))).toEqual([...values])
        else expect(labels).toEqual([])
      }
    ), { numRuns: cases(10_000) })
  })
})

describe('the real idx data', () => {
  const mnist = sharedData('mnist')
  const usps = sharedData('usps')

  it.skipIf(!mnist)('MNIST keeps its images and its published mean (needs ../shared/data)', async () => {
    const dataset = await importDataset(place.library, { path: mnist!, validation: 0 })
    expect([dataset.splits.train!.count, dataset.splits.test!.count]).toEqual([60_000, 10_000])
    expect(dataset.statistics.mean[0]).toBeCloseTo(0.1307, 4)
    expect(dataset.statistics.standardDeviation[0]).toBeCloseTo(0.3081, 4)
    // LeCun's page: the first training labels are 5, 0, 4, 1, 9.
    const reader = await place.library.datasets.open(dataset.id)
    expect([...await reader.readLabels('train', [0, 1, 2, 3, 4])]).toEqual([5, 0, 4, 1, 9])
    await reader.close()
  })

  it.skipIf(!usps)('USPS keeps its 7,291 and 2,007 digits (needs ../shared/data)', async () => {
    const dataset = await importDataset(place.library, { path: usps!, validation: 0 })
    expect(dataset.shape).toEqual([16, 16, 1])
    expect([dataset.splits.train!.count, dataset.splits.test!.count]).toEqual([7291, 2007])
  })
})
