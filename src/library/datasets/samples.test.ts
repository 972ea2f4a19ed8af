import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { shortest } from '#test/shortest'
import { openLibrary, type Library } from '../library'
import { installSamples } from './samples'

const samples = join(__dirname, '..', '..', '..', 'resources', 'samples')
let folder: string
let library: Library
beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'graft-samples-'))
  library = openLibrary(folder)
})
afterEach(() => fs.rm(folder, { recursive: true, force: true }))

describe('the embedded samples', () => {
  it('are two sets of real digits of one shape, with all splits, licence and attribution', async () => {
    await installSamples(library, samples)
    const { datasets, damaged } = await library.datasets.list()
    expect(damaged).toEqual([])
    expect(datasets.map(({ id }) => id).sort()).toEqual(['digits', 'mnist-sample'])
    for (const dataset of datasets) {
      expect(dataset.shape).toEqual([32, 32, 3])
      expect(dataset.classes).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
      expect(dataset.sample).toBe(true)
      expect(dataset.provenance.licence).toMatch(/CC BY/)
      expect(dataset.provenance.attribution).toBeTruthy()
      expect(dataset.provenance.preparation).toContain('bilinear to 32×32')
      for (const split of Object.values(dataset.splits)) expect(Math.min(...split!.perClass!)).toBeGreaterThan(10)
    }
    const count = (id: string): number[] => ['train', 'validation', 'test'].map((split) =>
      datasets.find((dataset) => dataset.id === id)!.splits[split as 'train']!.count)
    expect(count('mnist-sample')).toEqual([3000, 300, 600])
    expect(count('digits')).toEqual([1167, 130, 500])
  })

  it('show white digits on black, the same in all three channels, and right labels', async () => {
    await installSamples(library, samples)
    for (const id of ['digits', 'mnist-sample']) {
      const reader = await library.datasets.open(id)
      const images = await reader.readImages('test', Array.from({ length: 100 }, (_, index) => index))
      const labels = await reader.readLabels('test')
      await reader.close()
      const pixels = Array.from({ length: images.length / 3 }, (_, pixel) => images.subarray(pixel * 3, pixel * 3 + 3))
      expect(pixels.every(([red, green, blue]) => red === green && green === blue)).toBe(true)
      expect(pixels.filter(([red]) => red! < 64).length / pixels.length).toBeGreaterThan(0.5)
      expect(pixels.some(([red]) => red! > 250)).toBe(true)
      // A one is thin and a nought has a hole: ink in the middle tells them apart on average.
      const ink = (digit: number): number => {
        const positions = [...labels.keys()].filter((position) => position < 100 && labels[position] === digit)
        const middle = positions.map((position) => images[(position * 1024 + 16 * 32 + 16) * 3]!)
        return middle.reduce((sum, value) => sum + value, 0) / middle.length
      }
      expect(ink(1)).toBeGreaterThan(ink(0) + 60)
    }
  })

  it('are put there once, and quickly passed over afterwards', async () => {
    await installSamples(library, samples)
    const before = await fs.stat(join(folder, 'datasets', 'digits', 'dataset.json'))
    expect(await shortest(10, () => installSamples(library, samples))).toBeLessThan(200)
    expect((await fs.stat(join(folder, 'datasets', 'digits', 'dataset.json'))).mtimeMs).toBe(before.mtimeMs)
  })

  it('stay away once a person removed them, also after the trash is emptied, until they are asked for', async () => {
    await installSamples(library, samples)
    const token = await library.datasets.remove('digits')
    const ids = async (): Promise<string[]> => (await openLibrary(folder).datasets.list()).datasets.map(({ id }) => id).sort()
    expect(await installSamples(openLibrary(folder), samples)).toEqual([])
    expect(await ids()).toEqual(['mnist-sample'])
    await library.trash.discard(token)
    await installSamples(openLibrary(folder), samples)
    expect(await ids()).toEqual(['mnist-sample'])
    expect(await installSamples(library, samples, { again: true })).toEqual(['digits'])
    expect(await ids()).toEqual(['digits', 'mnist-sample'])
  })

  it('come back by undoing their removal, and are then like any other again', async () => {
    await installSamples(library, samples)
    const token = await library.datasets.remove('digits')
    await library.datasets.restore(token)
    expect((await library.datasets.list()).datasets.map(({ id }) => id)).toContain('digits')
    // A folder that is lost without anybody's wish is put back.
    await fs.rm(join(folder, 'datasets', 'digits'), { recursive: true })
    expect(await installSamples(library, samples)).toEqual(['digits'])
  })

  it('come out right when two processes install them at once', async () => {
    await Promise.all([installSamples(library, samples), installSamples(openLibrary(folder), samples)])
    expect((await library.datasets.list()).datasets).toHaveLength(2)
    expect((await fs.readdir(join(folder, 'datasets'))).sort()).toEqual(['digits', 'mnist-sample'])
  })

  it('are refused when their file is damaged, and leave nothing', async () => {
    const copy = join(folder, 'copy')
    await fs.cp(samples, copy, { recursive: true })
    await fs.rm(join(copy, 'mnist-sample'), { recursive: true })
    const path = join(copy, 'digits', 'images.u8.gz')
    await fs.writeFile(path, (await fs.readFile(path)).subarray(0, 20_000))
    await expect(installSamples(library, copy)).rejects.toMatchObject({ code: 'sample-damaged' })
    expect(await library.datasets.list()).toEqual({ datasets: [], damaged: [] })
  })

  it('take at most 3 MB of the repository, and carry their licences', async () => {
    let bytes = 0
    for (const name of await fs.readdir(samples, { recursive: true })) {
      const stat = await fs.stat(join(samples, name))
      if (stat.isFile()) bytes += stat.size
    }
    expect(bytes).toBeLessThan(3e6)
    const text = await fs.readFile(join(samples, 'ATTRIBUTION.md'), 'utf8')
    for (const id of ['mnist-sample', 'digits']) expect(text).toContain(`\`${id}\``)
  })
})
