import * as fs from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import type { Dataset } from '../../contract/datasets'
import { useWorkplace } from '../testing'
import { splitFiles } from '../datasets/cache'
import { DatasetWriter } from '../datasets/writer'

const place = useWorkplace()

/** So many one-pixel images of two classes and three domains; the pixel says which (class · 3 + domain). */
async function write(count: number, { withTest = true } = {}): Promise<Dataset> {
  const writer = await DatasetWriter.create(place.library.datasets.folder, 'rooms', [1, 1, 1])
  const images = Uint8Array.from({ length: count }, (_, image) => image % 6)
  await writer.append({
    split: 'train', images, labels: Int32Array.from(images, (value) => Math.floor(value / 3)), domains: Int32Array.from(images, (value) => value % 3)
  })
  if (!withTest) await writer.append({ split: 'test', images: new Uint8Array(2), labels: new Int32Array(2) })
  return writer.finish({
    name: 'Rooms', classes: ['cat', 'dog'], domains: ['art', 'photo', 'sketch'], validation: 0.1, test: 0.2, seed: 1,
    provenance: { format: 'image-folder', origin: 'memory' }
  })
}

describe('a data set of several domains', () => {
  it('keeps the domain of every image, also of those drawn for another split', async () => {
    const dataset = await write(600)
    expect(dataset.domains).toEqual(['art', 'photo', 'sketch'])
    const reader = await place.library.datasets.open('rooms')
    for (const split of ['train', 'validation', 'test'] as const) {
      const all = Array.from({ length: dataset.splits[split]!.count }, (_, index) => index)
      const images = await reader.readImages(split, all)
      expect(reader.hasDomains(split)).toBe(true)
      expect([...await reader.readDomains(split)]).toEqual([...images].map((value) => value % 3))
      expect([...await reader.readLabels(split)]).toEqual([...images].map((value) => Math.floor(value / 3)))
      expect([...await reader.readDomains(split, [1])]).toEqual([images[1]! % 3])
    }
    await reader.close()
  })

  it('draws every domain of every class alike', async () => {
    // 100 images of each of the six pairs: 20 tested on, then a tenth of 80 for validation.
    const { splits } = await write(600)
    expect(splits.test).toMatchObject({ count: 120, perClass: [60, 60], perDomain: [40, 40, 40] })
    expect(splits.validation).toMatchObject({ count: 48, perClass: [24, 24], perDomain: [16, 16, 16] })
    expect(splits.train!.perDomain).toEqual([144, 144, 144])
  })

  it('has none where some images belong to none, and says so when asked', async () => {
    const dataset = await write(60, { withTest: false })
    expect(dataset.domains).toBeUndefined()
    expect(dataset.splits.train!.sha256.domains).toBeUndefined()
    const reader = await place.library.datasets.open('rooms')
    expect(reader.hasDomains('train')).toBe(false)
    await expect(reader.readDomains('train')).rejects.toMatchObject({ code: 'no-domains' })
    await reader.close()
  })

  it('with a file of domains that was changed is named, not misread', async () => {
    await write(60)
    const path = splitFiles(`${place.library.datasets.folder}/rooms`, 'train').domains
    await fs.writeFile(path, Buffer.alloc((await fs.stat(path)).size, 5))
    const reader = await place.library.datasets.open('rooms')
    await expect(reader.readDomains('train')).rejects.toMatchObject({
      code: 'dataset-damaged', value: { message: { en: expect.stringContaining('domains.i32') } }
    })
    await reader.close()
  })
})
