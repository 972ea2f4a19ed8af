import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import type { ImportProgress } from '../../contract/datasets'
import { datasetFolders, idxFile, useWorkplace, writeCifar10 } from '../testing'
import { newId } from '../disk/ids'
import { sourceStateOf } from '../datasets/fingerprint'
import { importDataset } from './import'

const place = useWorkplace()

/** 2 classes, so many training images each, of one pixel: the class and the position. */
async function writeIdx(perClass: number, classes = 2): Promise<string> {
  const folder = join(place.folder, 'tiny')
  await fs.mkdir(folder)
  const count = perClass * classes
  const labels = Uint8Array.from({ length: count }, (_, index) => index % classes)
  await fs.writeFile(join(folder, 'train-images-idx3-ubyte'), idxFile([count, 1, 2], Uint8Array.from({ length: count * 2 },
    (_, index) => index % 2 === 0 ? labels[index >> 1]! : index >> 1)))
  await fs.writeFile(join(folder, 'train-labels-idx1-ubyte'), idxFile([count], labels))
  return folder
}

describe('an import', () => {
  it('draws validation from the training images, balanced by class, the same each time', async () => {
    const path = await writeIdx(50)
    const dataset = await importDataset(place.library, { path, validation: 0.1 })
    // A fifth of 50 is tested on; a tenth of the 40 that stay is for validation.
    expect(dataset.splits.test).toMatchObject({ count: 20, perClass: [10, 10] })
    expect(dataset.splits.validation).toMatchObject({ count: 8, perClass: [4, 4] })
    expect(dataset.splits.train).toMatchObject({ count: 72, perClass: [36, 36] })
    expect(dataset.provenance).toMatchObject({ validation: { fraction: 0.1, seed: 1 }, test: { fraction: 0.2, seed: 1 } })
    expect((await importDataset(place.library, { path, id: 'again', validation: 0.1 })).splits).toEqual(dataset.splits)
  })

  it('puts every image into exactly one split, with its own label, and hashes what is on disk', async () => {
    const { createHash } = await import('node:crypto')
    const dataset = await importDataset(place.library, { path: await writeIdx(60), validation: 0.3 })
    const reader = await place.library.datasets.open(dataset.id)
    const seen: number[] = []
    for (const split of ['train', 'validation', 'test'] as const) {
      const { count, sha256 } = dataset.splits[split]!
      const images = await reader.readImages(split, Array.from({ length: count }, (_, index) => index))
      const labels = await reader.readLabels(split)
      for (let image = 0; image < count; image++) {
        expect(images[image * 2]).toBe(labels[image])
        seen.push(images[image * 2 + 1]!)
      }
      const folder = join(place.library.datasets.folder, dataset.id, split)
      for (const [part, file] of [['images', 'images.u8'], ['labels', 'labels.i32']] as const) {
        expect(createHash('sha256').update(await fs.readFile(join(folder, file))).digest('hex')).toBe(sha256[part])
      }
    }
    await reader.close()
    expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 120 }, (_, index) => index))
  })

  it('measures mean and deviation of the training images that stay', async () => {
    const dataset = await importDataset(place.library, { path: await writeIdx(50), validation: 0.1 })
    const reader = await place.library.datasets.open(dataset.id)
    const images = await reader.readImages('train', Array.from({ length: 72 }, (_, index) => index))
    await reader.close()
    const mean = images.reduce((sum, value) => sum + value, 0) / images.length / 255
    const variance = images.reduce((sum, value) => sum + (value / 255 - mean) ** 2, 0) / images.length
    expect(dataset.statistics.mean[0]).toBeCloseTo(mean, 10)
    expect(dataset.statistics.standardDeviation[0]).toBeCloseTo(Math.sqrt(variance), 10)
  })

  it('takes its id from the file, its name as it is, and both as they are asked for', async () => {
    await writeCifar10(join(place.folder, 'My Pictures (2)'))
    const dataset = await importDataset(place.library, { path: join(place.folder, 'My Pictures (2)') })
    expect(dataset).toMatchObject({ id: 'my-pictures-2', name: 'My Pictures (2)' })
    const named = await importDataset(place.library, { path: join(place.folder, 'My Pictures (2)'), id: 'Birds_1', name: '鸟' })
    expect(named).toMatchObject({ id: 'Birds_1', name: '鸟' })
  })

  it('brings images to another size where it is asked for', async () => {
    const dataset = await importDataset(place.library, { path: await writeCifar10(place.folder), size: [16, 8] })
    expect(dataset.shape).toEqual([16, 8, 3])
    expect(dataset.provenance.preparation).toBe('bilinear from 32×32 to 16×8')
    const reader = await place.library.datasets.open(dataset.id)
    // Flat planes stay as they are.
    const [label] = await reader.readLabels('test', [7])
    expect((await reader.readImages('test', [7])).subarray(0, 2)).toEqual(Uint8Array.from([label!, label! + 1]))
    await reader.close()
  })

  it('leaves exact copies of tested images out of training when it is told to, and says how many', async () => {
    const path = join(place.folder, 'twins')
    await fs.mkdir(path)
    // Training pixels 0 to 19, then 0 to 4 again; tested on 3, 4 and 50.
    const train = [...Array(20).keys(), 0, 1, 2, 3, 4]
    const file = (name: string, values: readonly number[], dimensions: readonly number[]): Promise<void> =>
      fs.writeFile(join(path, name), idxFile([values.length, ...dimensions], Uint8Array.from(values)))
    await file('train-images-idx3-ubyte', train, [1, 1])
    await file('train-labels-idx1-ubyte', train.map((value) => value % 2), [])
    await file('t10k-images-idx3-ubyte', [3, 4, 50], [1, 1])
    await file('t10k-labels-idx1-ubyte', [1, 0, 0], [])
    const kept = await importDataset(place.library, { path, id: 'kept', validation: 0 })
    expect(kept.splits.train!.count).toBe(25)
    expect(kept.provenance.copiesLeftOut).toBeUndefined()
    const dataset = await importDataset(place.library, { path, id: 'apart', validation: 0.2, copies: 'leave-out' })
    const reader = await place.library.datasets.open('apart')
    const pixels = async (split: 'train' | 'validation' | 'test'): Promise<number[]> =>
      [...await reader.readImages(split, [...Array(dataset.splits[split]!.count).keys()])]
    const [inTrain, inValidation, inTest] = [await pixels('train'), await pixels('validation'), await pixels('test')]
    const labels = await reader.readLabels('train')
    await reader.close()
    expect(inTest).toEqual([3, 4, 50])
    expect(inTrain.filter((value) => inTest.includes(value) || inValidation.includes(value))).toEqual([])
    expect(inValidation.filter((value) => inTest.includes(value))).toEqual([])
    expect([...labels]).toEqual(inTrain.map((value) => value % 2))
    expect(dataset.provenance.copiesLeftOut).toBe(28 - inTrain.length - inValidation.length - inTest.length)
    // The two 3s and the two 4s at the least.
    expect(dataset.provenance.copiesLeftOut).toBeGreaterThanOrEqual(4)
  })

  it('tells how far it is', async () => {
    const told: ImportProgress[] = []
    await importDataset(place.library, { path: await writeCifar10(place.folder) }, { onProgress: (progress) => told.push(progress) })
    expect([...new Set(told.map(({ phase }) => phase))]).toEqual(['looking', 'reading', 'finishing'])
    expect(told.at(-1)).toMatchObject({ phase: 'finishing', done: 120, total: 120, skipped: 0 })
  })

  it.each([
    ['a path that is not there', { path: '/nowhere/at/all' }, 'not-found', '/nowhere/at/all does not exist'],
    ['an unknown format', { format: 'zip' }, 'format-unknown', 'no data format "zip"'],
    ['the wrong format', { format: 'idx' }, 'no-images', 'no idx file of images'],
    ['an id that is a path', { id: '../x' }, 'value-not-valid', '"id"'],
    ['a share that is too large', { validation: 0.95 }, 'value-not-valid', '"validation"'],
    ['a size of nought', { size: [0, 4] as [number, number] }, 'value-not-valid', '"size"']
  ])('with %s is refused, and nothing is left', async (_what, options, code, sentence) => {
    const path = await writeCifar10(place.folder)
    await expect(importDataset(place.library, { path, ...options })).rejects.toMatchObject({
      code, value: { message: { en: expect.stringContaining(sentence) } }
    })
    expect(await datasetFolders(place)).toEqual([])
  })

  it('of data with one class is refused', async () => {
    const path = await writeIdx(20, 1)
    await expect(importDataset(place.library, { path })).rejects.toMatchObject({ code: 'one-class' })
    expect(await datasetFolders(place)).toEqual([])
  })

  it('under an id that is taken is refused, and names the way out', async () => {
    const path = await writeCifar10(place.folder)
    await importDataset(place.library, { path, id: 'mine' })
    await expect(importDataset(place.library, { path, id: 'mine' })).rejects.toMatchObject({
      code: 'dataset-exists', value: { remedy: { en: expect.stringContaining('--id') } }
    })
    expect(await datasetFolders(place)).toEqual(['mine'])
  })

  it('twice at once under one id leaves one whole data set', async () => {
    const path = await writeCifar10(place.folder)
    const results = await Promise.allSettled([1, 2, 3].map(() => importDataset(place.library, { path, id: 'mine' })))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'dataset-exists' })
    expect(await datasetFolders(place)).toEqual(['mine'])
  })

  it('into a folder that cannot be written to is refused by name', async () => {
    await fs.writeFile(join(place.folder, 'data'), 'a file where the folder should be')
    const path = await writeCifar10(place.folder)
    await expect(importDataset(place.library, { path })).rejects.toMatchObject({
      code: 'data-folder-not-writable', value: { message: { en: expect.stringContaining(place.library.dataDir) } }
    })
  })

  it('onto a disk that fills up half-way stops with one sentence and leaves nothing', async () => {
    const path = await writeCifar10(place.folder)
    const probe = await fs.open(join(path, 'batches.meta.txt'))
    const prototype = Object.getPrototypeOf(probe) as typeof probe
    await probe.close()
    const full = vi.spyOn(prototype, 'write').mockRejectedValue(Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }))
    try {
      await expect(importDataset(place.library, { path })).rejects.toMatchObject({
        code: 'disk-full', value: { message: { en: expect.stringMatching(/datasets.cifar-10-batches-bin.train.images\.u8/) } }
      })
      expect(full).toHaveBeenCalled()
    } finally {
      full.mockRestore()
    }
    expect(await datasetFolders(place)).toEqual([])
  })

  it('can be cancelled at any moment, and leaves nothing', async () => {
    const path = await writeCifar10(place.folder)
    const whole: string[] = []
    await importDataset(place.library, { path, id: 'whole' }, { onProgress: ({ phase }) => whole.push(phase) })
    for (let at = 0; at < whole.length; at++) {
      const cancel = new AbortController()
      let told = 0
      const work = importDataset(place.library, { path }, {
        signal: cancel.signal, onProgress: () => { if (told++ === at) cancel.abort() }
      })
      await expect(work).rejects.toMatchObject({ code: 'cancelled' })
      expect(await datasetFolders(place)).toEqual(['whole'])
    }
    const early = new AbortController()
    early.abort()
    await expect(importDataset(place.library, { path }, { signal: early.signal })).rejects.toMatchObject({ code: 'cancelled' })
  })

  describe('of pictures', () => {
    /** Two classes of so many square pictures, the last of them broken. */
    async function writePictures(count: number, side = 128): Promise<string> {
      const { default: sharp } = await import('sharp')
      const folder = join(place.folder, 'pictures')
      for (const [index, name] of ['cat', 'dog'].entries()) {
        await fs.mkdir(join(folder, name), { recursive: true })
        for (let number = 0; number < count; number++) {
          const background = { r: index * 100, g: number % 256, b: number >> 8 }
          await fs.writeFile(join(folder, name, `${number}.png`), await sharp({ create: { width: side, height: side, channels: 3, background } }).png().toBuffer())
        }
        await fs.writeFile(join(folder, name, 'torn.png'), 'x')
      }
      return folder
    }
    const cancelAfter = async (path: string, images: number): Promise<unknown> => {
      const cancel = new AbortController()
      const clock = performance.now.bind(performance)
      let late = 0
      // Each look at the clock is a second later, so that every batch is told of.
      performance.now = () => clock() + (late += 1000)
      return importDataset(place.library, { path }, {
        signal: cancel.signal, onProgress: ({ phase, done }) => { if (phase === 'reading' && done >= images) cancel.abort() }
      }).catch((error: unknown) => error).finally(() => { performance.now = clock })
    }

    it('that was cancelled goes on where it was, to the same data set', async () => {
      const path = await writePictures(12, 512)
      const whole = await importDataset(place.library, { path, id: 'whole' })
      expect(await cancelAfter(path, 1)).toMatchObject({ code: 'cancelled', message: expect.stringMatching(/after [\d,]+ images; adding the same again/) as unknown })
      expect((await place.library.datasets.list()).datasets.map(({ id }) => id)).toEqual(['whole'])
      expect((await datasetFolders(place)).filter((name) => name.startsWith('.part-'))).toHaveLength(1)
      const read: number[] = []
      const dataset = await importDataset(place.library, { path }, {
        onProgress: ({ phase, done }) => { if (phase === 'reading') read.push(done) }
      })
      // It did not begin at nought: the first batch, of 4 MiB or 5 pictures, was kept.
      expect(read[0]).toBeGreaterThanOrEqual(5)
      expect(dataset.splits).toEqual(whole.splits)
      expect(dataset.skipped).toEqual(whole.skipped)
      expect(dataset.statistics).toEqual(whole.statistics)
      expect((await datasetFolders(place)).sort()).toEqual(['pictures', 'whole'])
      expect(await fs.readdir(join(place.library.datasets.folder, 'pictures'))).not.toContain('part.json')
    })

    it('that was cancelled begins anew where a file has changed since, and leaves nothing behind that is damaged', async () => {
      const path = await writePictures(12, 512)
      const torn = join(path, 'cat', 'torn.png')
      // A time of whole seconds can be set again exactly.
      const mtime = new Date('2024-01-01T00:00:00Z')
      await fs.utimes(torn, mtime, mtime)
      await cancelAfter(path, 1)
      const [parked] = (await datasetFolders(place)).filter((name) => name.startsWith('.part-'))
      await fs.writeFile(torn, 'xyz')
      const dataset = await importDataset(place.library, { path, id: 'changed' })
      expect(dataset.skipped.count).toBe(2)
      expect(Object.values(dataset.splits).reduce((sum, { count }) => sum + count, 0)).toBe(24)
      // The file as it was: what was set aside fits again, but its pixels are gone.
      expect(parked).toBeDefined()
      await fs.truncate(join(place.library.datasets.folder, parked!, 'train', 'images.u8'), 10)
      await fs.writeFile(torn, 'x')
      await fs.utimes(torn, mtime, mtime)
      expect((await importDataset(place.library, { path, id: 'again' })).splits).toEqual(dataset.splits)
      // It was tried, found damaged, and thrown away.
      expect((await datasetFolders(place)).sort()).toEqual(['again', 'changed'])
    })

    it('says where they lay, and whether that has changed since', async () => {
      const path = await writePictures(3)
      const dataset = await importDataset(place.library, { path })
      expect(dataset.provenance.from).toMatchObject({ path, fingerprint: { files: 8 } })
      expect(await sourceStateOf(dataset)).toBe('same')
      await fs.writeFile(join(path, '.DS_Store'), 'hidden files do not count')
      expect(await sourceStateOf(dataset)).toBe('same')
      await fs.appendFile(join(path, 'dog', '0.png'), 'more')
      expect(await sourceStateOf(dataset)).toBe('changed')
      await fs.rm(path, { recursive: true })
      expect(await sourceStateOf(dataset)).toBe('gone')
      const { from: _from, ...provenance } = dataset.provenance
      expect(await sourceStateOf({ provenance })).toBe('unknown')
    })
  })

  it.skipIf(process.platform === 'win32')('of a pipe, which might never end, is refused', async () => {
    const { execFileSync } = await import('node:child_process')
    const path = join(place.folder, 'pipe.csv')
    execFileSync('mkfifo', [path])
    await expect(importDataset(place.library, { path })).rejects.toMatchObject({ code: 'not-a-file' })
    expect(await datasetFolders(place)).toEqual([])
  })

  it('clears away what a killed import left, but not what another one is writing', async () => {
    const { spawn } = await import('node:child_process')
    const child = spawn(process.execPath, ['-e', ''])
    await new Promise((done) => child.on('exit', done))
    const { hostname } = await import('node:os')
    const leave = async (pid: number): Promise<string> => {
      const folder = join(place.library.datasets.folder, `.new-${newId()}`)
      await fs.mkdir(join(folder, 'train'), { recursive: true })
      await fs.writeFile(join(folder, 'owner.json'), JSON.stringify({ pid, host: hostname(), startedAt: new Date().toISOString() }))
      return folder
    }
    const dead = await leave(child.pid!)
    const living = await leave(process.ppid)
    const path = await writeCifar10(place.folder)
    await importDataset(place.library, { path })
    await expect(fs.access(dead)).rejects.toThrow()
    await fs.access(living)
    expect((await place.library.datasets.list()).datasets).toHaveLength(1)
  })
})
