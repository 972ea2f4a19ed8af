import { describe, expect, it } from 'vitest'
import { countOf, trainingDomains } from '../../rules/domains'
import { useWorkplace } from '../testing'
import { openSourceData, openTargetData } from './domain-view'
import { DatasetWriter } from './writer'

const place = useWorkplace()

/** One-pixel images of two classes and three domains, the pixel saying which: 60 to train and 6 to test; `sketch` is only tested. */
async function write() {
  const writer = await DatasetWriter.create(place.library.datasets.folder, 'rooms', [1, 1, 1])
  const append = (split: 'train' | 'test', images: Uint8Array) => writer.append({
    split, images, labels: Int32Array.from(images, (value) => Math.floor(value / 3)), domains: Int32Array.from(images, (value) => value % 3)
  })
  await append('train', Uint8Array.from({ length: 60 }, (_, image) => [0, 1, 3, 4][image % 4]!))
  await append('test', Uint8Array.of(5, 0, 2, 1, 5, 3))
  return writer.finish({
    name: 'Rooms', classes: ['cat', 'dog'], domains: ['art', 'photo', 'sketch'], validation: 0, test: 0, seed: 1,
    provenance: { format: 'image-folder', origin: 'memory' }
  })
}
const spec = (domain?: string, source = 'rooms') => ({
  source: { model: 'arch:seed-cnn' as const, dataset: source }, target: { dataset: 'rooms', labels: 'none' as const, ...(domain !== undefined && { domain }) }
})

describe('a target that is one domain', () => {
  it('shows that domain\'s images alone, with their own labels', async () => {
    await write()
    const view = await openTargetData(place.library.datasets, spec('sketch'))
    expect(view.dataset.splits).toMatchObject({ test: { count: 3, perDomain: [3] } })
    expect(view.dataset.splits.train).toBeUndefined()
    expect([...await view.readImages('test', [0, 1, 2])]).toEqual([5, 2, 5])
    expect([...await view.readLabels('test')]).toEqual([1, 0, 1])
    expect([...await view.readDomains('test', [1])]).toEqual([0])
    expect([view.hasLabels('test'), view.hasLabels('train')]).toEqual([true, false])
    await expect(view.readImages('test', [3])).rejects.toMatchObject({ code: 'position-out-of-range' })
    await view.close()
  })

  it('has hashes of its own, since other images are another test', async () => {
    const { splits } = await write()
    const hashes = []
    for (const domain of ['art', 'photo', 'sketch']) {
      const view = await openTargetData(place.library.datasets, spec(domain))
      hashes.push(view.dataset.splits.test!.sha256.images)
      await view.close()
    }
    expect(new Set([splits.test!.sha256.images, ...hashes]).size).toBe(4)
  })

  it('is left out of the source where both are the same data set, and of no other', async () => {
    await write()
    const source = await openSourceData(place.library.datasets, spec('photo'))
    expect(source!.dataset).toMatchObject({ domains: ['art', 'sketch'], splits: { train: { count: 30, perDomain: [30, 0] }, test: { count: 5 } } })
    const all = Array.from({ length: 30 }, (_, index) => index)
    expect(new Set(await source!.readImages('train', all))).toEqual(new Set([0, 3]))
    expect([...await source!.readDomains('test')]).toEqual([1, 0, 1, 1, 0])
    await source!.close()
    const whole = await openSourceData({ open: () => place.library.datasets.open('rooms') }, spec('photo', 'other'))
    expect(whole!.dataset.splits.train!.count).toBe(60)
    await whole!.close()
  })

  it('is refused by a name that the data set has not', async () => {
    await write()
    await expect(openTargetData(place.library.datasets, spec('oil'))).rejects.toMatchObject({
      code: 'unknown-domain', value: { field: 'target.domain', remedy: { en: expect.stringContaining('art, photo, sketch') } }
    })
  })

  it('is counted from what the data set says of itself', async () => {
    const dataset = await write()
    expect([countOf(dataset, 'train'), countOf(dataset, 'train', { only: 'art' }), countOf(dataset, 'test', { without: 'art' })]).toEqual([60, 30, 4])
    expect(trainingDomains(dataset)).toEqual([30, 30])
    expect(trainingDomains(dataset, { without: 'photo' })).toEqual([30])
  })
})
