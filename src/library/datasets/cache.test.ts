import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Dataset } from '../../contract/datasets'
import { useWorkplace } from '../testing'
import { DatasetWriter } from './writer'

const place = useWorkplace()
let dataset: Dataset

/** 50 images of [2, 1, 3]: six bytes from 5 · position on. */
beforeEach(async () => {
  const writer = await DatasetWriter.create(place.library.datasets.folder, 'set', [2, 1, 3])
  const images = Uint8Array.from({ length: 300 }, (_, byte) => Math.floor(byte / 6) * 5 + byte % 6)
  await writer.append({ split: 'train', images, labels: Int32Array.from({ length: 50 }, (_, image) => image % 3) })
  await writer.append({ split: 'test', images: new Uint8Array(12) })
  dataset = await writer.finish({
    name: 'Set', classes: ['a', 'b', 'c'], validation: 0, test: 0, seed: 1, provenance: { format: 'idx', origin: 'memory' }
  })
})
const fileOf = (split: string, name: string): string => join(place.library.datasets.folder, 'set', split, name)

describe('a data set', () => {
  it('gives the images at any positions, in any order, also twice', async () => {
    const reader = await place.library.datasets.open('set')
    await fc.assert(fc.asyncProperty(fc.array(fc.nat(49), { maxLength: 20 }), async (positions) => {
      const images = await reader.readImages('train', positions)
      expect([...images]).toEqual(positions.flatMap((position) => [0, 1, 2, 3, 4, 5].map((byte) => position * 5 + byte)))
      expect([...await reader.readLabels('train', positions)]).toEqual(positions.map((position) => position % 3))
    }), { numRuns: 100 })
    await reader.close()
  })

  it('fills a buffer that is given, and leaves the rest of it alone', async () => {
    const reader = await place.library.datasets.open('set')
    const buffer = new Uint8Array(20).fill(99)
    const images = await reader.readImages('train', Int32Array.from([2, 3]), buffer)
    expect(images.buffer).toBe(buffer.buffer)
    expect(images).toHaveLength(12)
    expect([...buffer]).toEqual([10, 11, 12, 13, 14, 15, 15, 16, 17, 18, 19, 20, 99, 99, 99, 99, 99, 99, 99, 99])
    await expect(reader.readImages('train', [1, 2], new Uint8Array(11))).rejects.toThrow('too small')
    await reader.close()
  })

  it('says which position, split or label is not there', async () => {
    const reader = await place.library.datasets.open('set')
    for (const position of [-1, 50, 0.5, Number.NaN]) {
      await expect(reader.readImages('train', [0, position])).rejects.toMatchObject({ code: 'position-out-of-range' })
      await expect(reader.readLabels('train', [position])).rejects.toMatchObject({ code: 'position-out-of-range' })
    }
    await expect(reader.readImages('validation', [0])).rejects.toMatchObject({ code: 'no-such-split' })
    await expect(reader.readLabels('test')).rejects.toMatchObject({ code: 'no-labels' })
    expect(reader.hasLabels('train')).toBe(true)
    expect(reader.hasLabels('test')).toBe(false)
    await reader.close()
  })

  it('with a file that was cut or changed is named, not misread', async () => {
    await fs.truncate(fileOf('train', 'images.u8'), 299)
    await fs.truncate(fileOf('train', 'labels.i32'), 199)
    const reader = await place.library.datasets.open('set')
    await expect(reader.readImages('train', [0])).rejects.toMatchObject({
      code: 'dataset-damaged', value: { message: { en: expect.stringContaining('images.u8') } }
    })
    await expect(reader.readLabels('train')).rejects.toMatchObject({ code: 'dataset-damaged' })
    await fs.writeFile(fileOf('train', 'labels.i32'), Buffer.alloc(200, 7))
    await expect(reader.readLabels('train')).rejects.toMatchObject({ code: 'dataset-damaged' })
    await fs.rm(fileOf('test', 'images.u8'))
    await expect(reader.readImages('test', [0])).rejects.toMatchObject({ code: 'not-found' })
    await reader.close()
  })

  it('hands out labels that a caller may change without harm', async () => {
    const reader = await place.library.datasets.open('set')
    const labels = await reader.readLabels('train')
    labels.fill(9)
    expect([...await reader.readLabels('train', [0, 1, 2])]).toEqual([0, 1, 2])
    await reader.close()
  })
})

describe('the catalogue of data sets', () => {
  it('lists whole ones and names damaged ones, which it sets aside', async () => {
    const { folder } = place.library.datasets
    await fs.mkdir(join(folder, 'bad'))
    await fs.writeFile(join(folder, 'bad', 'dataset.json'), '{"id": 1')
    await fs.mkdir(join(folder, '.new-x'))
    const { datasets, damaged } = await place.library.datasets.list()
    expect(datasets).toEqual([dataset])
    expect(damaged).toMatchObject([{ path: join(folder, 'bad', 'dataset.json'), error: { code: 'file-damaged' } }])
    expect((await fs.readdir(join(folder, 'bad')))[0]).toMatch(/^dataset\.json\.damaged-/)
  })

  it('names the ids there are when one is not', async () => {
    await expect(place.library.datasets.get('sett')).rejects.toMatchObject({
      code: 'dataset-not-found', value: { remedy: { en: 'There are: set.' } }
    })
    await expect(place.library.datasets.open('..')).rejects.toMatchObject({ code: 'id-not-valid' })
    await expect(place.library.datasets.remove('sett')).rejects.toMatchObject({ code: 'dataset-not-found' })
  })

  it('removes into the trash, brings back, and frees the disk for good', async () => {
    const token = await place.library.datasets.remove('set')
    expect((await place.library.datasets.list()).datasets).toEqual([])
    await place.library.datasets.restore(token)
    expect(await place.library.datasets.get('set')).toEqual(dataset)
    const again = await place.library.datasets.remove('set')
    expect(await place.library.trash.emptyTrash(60_000)).toBe(0)
    expect(await place.library.trash.emptyTrash()).toBe(1)
    expect(await fs.readdir(join(place.library.dataDir, 'trash'))).toEqual([])
    await expect(place.library.datasets.restore(again)).rejects.toMatchObject({ code: 'undo-expired' })
  })

  it('does not overwrite a data set that took the name since', async () => {
    const token = await place.library.datasets.remove('set')
    await fs.mkdir(join(place.library.datasets.folder, 'set'))
    await expect(place.library.datasets.restore(token)).rejects.toMatchObject({ code: 'undo-blocked' })
    await fs.rmdir(join(place.library.datasets.folder, 'set'))
    await place.library.datasets.restore(token)
    expect(await place.library.datasets.get('set')).toEqual(dataset)
  })
})
