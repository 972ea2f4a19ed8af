import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { create } from 'tar'
import { describe, expect, it } from 'vitest'
import { cases } from '#test/cases'
import { GraftError } from '../../../../contract/errors'
import { cifarNames, cifarRecords, datasetFolders, memoryParts, sharedData, useWorkplace, writeCifar10 } from '../../../testing'
import { importDataset } from '../../import'
import { readArchive } from '../../reading/archive'
import { CifarDecoder } from './cifar'
import { cifar10Layout } from '../cifar-10'
import { cifar100Layout } from '../cifar-100'

const place = useWorkplace()

async function pack(name: string, gzip: boolean): Promise<string> {
  const file = join(place.folder, name)
  await create({ file, gzip, cwd: place.folder }, ['cifar-10-batches-bin'])
  return file
}

describe('CIFAR-10 in its binary layout', () => {
  it('is read from a folder: planes become pixels, labels get their names, splits stay', async () => {
    const path = await writeCifar10(place.folder)
    const dataset = await importDataset(place.library, { path, validation: 0 })
    expect(dataset).toMatchObject({ id: 'cifar-10-batches-bin', shape: [32, 32, 3], classes: cifarNames, provenance: { format: 'cifar-10' } })
    expect(dataset.splits.train).toMatchObject({ count: 100, perClass: new Array(10).fill(10) })
    expect(dataset.splits.test).toMatchObject({ count: 20, perClass: new Array(10).fill(2) })
    const reader = await place.library.datasets.open(dataset.id)
    // Record 35 is the sixth of the second batch: label 5. Pixel (3, 7): red 5, green 6, blue the row.
    const image = await reader.readImages('train', [35])
    expect([...image.subarray((3 * 32 + 7) * 3, (3 * 32 + 7) * 3 + 3)]).toEqual([5, 6, 3])
    expect([...await reader.readLabels('train', [35])]).toEqual([5])
    await reader.close()
  })

  it('is the same from the folder above it, a .tar and a .tar.gz', async () => {
    const folder = await importDataset(place.library, { path: await writeCifar10(place.folder), id: 'folder' })
    const paths = [place.folder, await pack('c.tar', false), await pack('c.tar.gz', true)]
    for (const [index, path] of paths.entries()) {
      const other = await importDataset(place.library, { path, id: `other-${index}` })
      expect(other.splits).toEqual(folder.splits)
      expect(other.classes).toEqual(folder.classes)
    }
  })

  it('has numbers for names where the file with the names is missing', async () => {
    const path = await writeCifar10(place.folder)
    await fs.rm(join(path, 'batches.meta.txt'))
    expect((await importDataset(place.library, { path })).classes).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
  })

  it.each([
    ['a batch that ends inside a record', 'data_batch_2.bin', cifarRecords([1, 2, 3]).subarray(0, 3073 * 2 + 100), 'wrong-size',
      'data_batch_2.bin ends in the middle of a record: 100 bytes follow record 2'],
    ['a label out of range', 'data_batch_2.bin', cifarRecords([1, 2, 10]), 'label-out-of-range',
      'data_batch_2.bin, record 3: the label is 10'],
    ['too few class names', 'batches.meta.txt', Buffer.from('cat\ndog\n'), 'class-names-wrong', 'batches.meta.txt names 2 classes'],
    ['a file of names that never ends', 'batches.meta.txt', Buffer.alloc(100_000, 'a\n'), 'class-names-wrong', 'batches.meta.txt names']
  ])('with %s is refused by name, and nothing is left', async (_what, file, content, code, sentence) => {
    const path = await writeCifar10(place.folder)
    await fs.writeFile(join(path, file), content)
    for (const source of [path, await pack('c.tar.gz', true)]) {
      const error = await importDataset(place.library, { path: source }).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(GraftError)
      expect(error).toMatchObject({ code, value: { message: { en: expect.stringContaining(sentence) } } })
      expect(await datasetFolders(place)).toEqual([])
    }
  })

  it('cut off in its archive is refused with the file and the record, gzipped or not', async () => {
    await writeCifar10(place.folder)
    // Pixels that do not shrink, so that the cut falls into them.
    const noise = Buffer.alloc(3073 * 70, 0)
    for (let byte = 0, state = 1; byte < noise.length; byte++) {
      state = Math.imul(state, 1103515245) + 12345 >>> 0
      noise[byte] = byte % 3073 === 0 ? 1 : state >>> 16
    }
    await fs.writeFile(join(place.folder, 'cifar-10-batches-bin', 'data_batch_2.bin'), noise)
    for (const gzip of [true, false]) {
      const path = await pack(gzip ? 'c.tar.gz' : 'c.tar', gzip)
      const whole = await fs.readFile(path)
      await fs.writeFile(path, whole.subarray(0, Math.floor(gzip ? whole.length * 0.5 : 200_000)))
      const error = await importDataset(place.library, { path, format: 'cifar-10' }).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'archive-truncated' })
      expect((error as GraftError).value.message.en).toMatch(/^c\.tar(\.gz)? is cut off: it ends in \w+\.bin, after record \d+\.$/)
      expect(await datasetFolders(place)).toEqual([])
    }
  })

  it('in a damaged archive is refused', async () => {
    await writeCifar10(place.folder)
    const path = await pack('c.tar.gz', true)
    const bytes = await fs.readFile(path)
    bytes.fill(0x55, bytes.length - 400, bytes.length - 200)
    await fs.writeFile(path, bytes)
    await expect(importDataset(place.library, { path })).rejects.toMatchObject({ code: 'archive-damaged' })
  })

  it('for Python is told apart, with the version to take instead', async () => {
    const path = join(place.folder, 'cifar-10-batches-py')
    await fs.mkdir(path)
    for (const name of ['data_batch_1', 'test_batch', 'batches.meta']) await fs.writeFile(join(path, name), 'pickle')
    await create({ file: join(place.folder, 'p.tar.gz'), gzip: true, cwd: place.folder }, ['cifar-10-batches-py'])
    for (const source of [path, join(place.folder, 'p.tar.gz')]) {
      await expect(importDataset(place.library, { path: source })).rejects.toMatchObject({ code: 'cifar-python-version' })
    }
  })
})

describe('CIFAR-100 in its binary layout', () => {
  it('takes the fine labels', async () => {
    const path = join(place.folder, 'cifar-100-binary')
    await fs.mkdir(path)
    const labels = Array.from({ length: 200 }, (_, index) => index % 100)
    await fs.writeFile(join(path, 'train.bin'), cifarRecords(labels, 7))
    await fs.writeFile(join(path, 'test.bin'), cifarRecords(labels, 19))
    await fs.writeFile(join(path, 'fine_label_names.txt'), labels.slice(0, 100).map((label) => `class ${label}`).join('\r\n'))
    const dataset = await importDataset(place.library, { path, validation: 0 })
    expect(dataset.provenance.format).toBe('cifar-100')
    expect(dataset.classes[42]).toBe('class 42')
    expect(dataset.splits.train!.perClass).toEqual(new Array(100).fill(2))
  })

  it('with a group out of range is refused with the record', async () => {
    const decoder = new CifarDecoder(cifar100Layout)
    const bytes = Buffer.concat([cifarRecords([5], 19), cifarRecords([6], 20)])
    await expect(collect(decoder.decode(memoryParts('train.bin', bytes)))).rejects.toMatchObject({
      code: 'label-out-of-range', value: { message: { en: expect.stringContaining('train.bin, record 2: the coarse label is 20') } }
    })
  })
})

describe('an archive', () => {
  it.each([
    ['too many files', { entries: 2, bytes: 1e9, ratio: 1e9 }],
    ['too many bytes', { entries: 100, bytes: 100_000, ratio: 1e9 }]
  ])('with %s is given up', async (_what, limits) => {
    await writeCifar10(place.folder)
    const path = await pack('c.tar.gz', true)
    await expect(collect(readArchive(path, { wanted: () => true, limits }))).rejects.toMatchObject({ code: 'archive-too-large' })
  })

  it('that unpacks to hundreds of times its size is given up before it fills the disk', async () => {
    const inner = join(place.folder, 'cifar-10-batches-bin')
    await fs.mkdir(inner)
    await fs.writeFile(join(inner, 'data_batch_1.bin'), Buffer.alloc(3073 * 12_000))
    const path = await pack('bomb.tar.gz', true)
    expect((await fs.stat(path)).size).toBeLessThan(100_000)
    await expect(importDataset(place.library, { path })).rejects.toMatchObject({ code: 'archive-too-large' })
    expect(await datasetFolders(place)).toEqual([])
  })

  it('cannot reach out of itself: links and paths in it are never followed', async () => {
    const inner = join(place.folder, 'cifar-10-batches-bin')
    await fs.mkdir(inner)
    await fs.writeFile(join(place.folder, 'secret'), cifarRecords([1, 2]))
    await fs.symlink('../secret', join(inner, 'data_batch_1.bin'))
    const path = await pack('links.tar', false)
    await expect(importDataset(place.library, { path, format: 'cifar-10' })).rejects.toMatchObject({ code: 'no-images' })
  })
})

describe('the parser of CIFAR records', () => {
  it('gives what a plain loop gives, or a sentence, for any bytes in any pieces', async () => {
    const layouts = [cifar10Layout, cifar100Layout]
    await fc.assert(fc.asyncProperty(
      fc.constantFrom(0, 1), fc.integer({ min: 0, max: 2 }), fc.integer({ min: -40, max: 40 }),
      fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 10, maxLength: 10 }), fc.boolean(),
      fc.array(fc.integer({ min: 300, max: 5000 }), { minLength: 1, maxLength: 6 }),
      async (which, records, extra, values, valid, pieces) => {
        const layout = layouts[which]!
        const recordBytes = 3073 + which
        const bytes = new Uint8Array(Buffer.alloc(Math.max(0, records * recordBytes + extra), Uint8Array.from([...values, 251])))
        for (let start = 0; valid && start < bytes.length; start += recordBytes) bytes.fill(3, start, start + 1 + which)
        const file = which === 0 ? 'data_batch_1.bin' : 'train.bin'
        const result = await collect(new CifarDecoder(layout).decode(memoryParts(file, bytes, pieces))).catch((error: unknown) => error)
        if (!Array.isArray(result)) {
          expect(result).toBeInstanceOf(GraftError)
          expect((result as GraftError).value.message.en).toContain(file)
          expect(['wrong-size', 'label-out-of-range']).toContain((result as GraftError).code)
          return
        }
        const images = Buffer.concat(result.map((batch) => batch.images))
        expect(bytes.length % recordBytes).toBe(0)
        expect(images.length).toBe(bytes.length / recordBytes * 3072)
        for (let sample = 0; sample < images.length; sample += 997) {
          const [record, pixel, channel] = [Math.floor(sample / 3072), Math.floor(sample % 3072 / 3), sample % 3]
          expect(images[sample]).toBe(bytes[record * recordBytes + 1 + which + channel * 1024 + pixel])
        }
      }
    ), { numRuns: cases(10_000) })
  })
})

describe('the real CIFAR data', () => {
  const archive = sharedData('cifar-10-binary.tar.gz')
  const folder = sharedData('cifar-100-binary')

  it.skipIf(!archive)('CIFAR-10 keeps its 15,000 and 5,000 images (needs ../shared/data)', async () => {
    const dataset = await importDataset(place.library, { path: archive! })
    expect(dataset.classes).toEqual(cifarNames)
    expect(dataset.splits.train!.count + dataset.splits.validation!.count).toBe(15_000)
    expect(dataset.splits.test!.count).toBe(5_000)
    // The published statistics of the full set are 0.491, 0.482, 0.447 and 0.247, 0.243, 0.262.
    const { mean, standardDeviation } = dataset.statistics
    expect(mean.map((value, channel) => Math.abs(value - [0.4914, 0.4822, 0.4465][channel]!) < 0.01)).toEqual([true, true, true])
    expect(standardDeviation.map((value, channel) => Math.abs(value - [0.247, 0.2435, 0.2616][channel]!) < 0.005)).toEqual([true, true, true])
  })

  it.skipIf(!folder)('CIFAR-100 keeps its 10,000 and 3,000 images (needs ../shared/data)', async () => {
    const dataset = await importDataset(place.library, { path: folder! })
    expect(dataset.provenance.format).toBe('cifar-100')
    expect(dataset.classes.slice(0, 3)).toEqual(['apple', 'aquarium_fish', 'baby'])
    expect(dataset.splits.train!.count + dataset.splits.validation!.count).toBe(10_000)
    expect(dataset.splits.test!.count).toBe(3_000)
  })
})

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}
