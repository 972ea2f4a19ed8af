import { describe, expect, it } from 'vitest'
import type { TestSplit } from '../../contract/runs'
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
const spec = (domain?: string, source = 'rooms', domains?: string[], testSplit?: TestSplit) => ({
  source: { model: 'arch:seed-cnn' as const, dataset: source, ...(domains && { domains }) },
  target: { dataset: 'rooms', labels: 'none' as const, ...(domain !== undefined && { domain }), ...(testSplit && { testSplit }) }
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

describe('the domains that a source names', () => {
  it('are all it has, in the data set\'s order and with one hash however they were named', async () => {
    await write()
    const hashes = []
    for (const names of [['art', 'photo'], ['photo', 'art', 'photo']]) {
      const source = await openSourceData(place.library.datasets, spec('sketch', 'rooms', names))
      expect(source!.dataset).toMatchObject({ domains: ['art', 'photo'], splits: { train: { count: 60 }, test: { count: 3, perDomain: [2, 1] } } })
      hashes.push(source!.dataset.splits.train!.sha256.images)
      await source!.close()
    }
    expect(hashes[0]).toBe(hashes[1])
    const one = await openSourceData(place.library.datasets, spec('sketch', 'rooms', ['photo']))
    expect(new Set(await one!.readImages('train', [0, 1, 2, 3]))).toEqual(new Set([1, 4]))
    await one!.close()
  })

  it('are refused by a name that the data set has not', async () => {
    await write()
    await expect(openSourceData(place.library.datasets, spec('sketch', 'rooms', ['oil']))).rejects.toMatchObject({
      code: 'unknown-domain', value: { field: 'source.domains' }
    })
  })
})

describe('what a target is tested on', () => {
  it('is all of its pictures where that is asked for, with their labels, through all splits; the others stay', async () => {
    await write()
    const view = await openTargetData(place.library.datasets, spec(undefined, 'rooms', undefined, 'all'))
    expect(view.dataset.splits).toMatchObject({ train: { count: 60 }, test: { count: 66, perDomain: [32, 31, 3] } })
    expect([...await view.readImages('test', [65, 0, 60, 3])]).toEqual([3, 0, 5, 4])
    expect([...await view.readLabels('test', [65, 0, 60, 3])]).toEqual([1, 0, 1, 1])
    expect((await view.readLabels('test')).length).toBe(66)
    expect((await view.readImages('train', [3]))[0]).toBe(4)
    await view.close()
    const sketch = await openTargetData(place.library.datasets, spec('photo', 'rooms', undefined, 'all'))
    expect(sketch.dataset.splits.test).toMatchObject({ count: 31, perDomain: [31] })
    expect(new Set(await sketch.readImages('test', Array.from({ length: 31 }, (_, image) => image)))).toEqual(new Set([1, 4]))
    await sketch.close()
  })

  it('is its validation images where these are meant as the test: then none are left to choose by', async () => {
    const writer = await DatasetWriter.create(place.library.datasets.folder, 'folders', [1, 1, 1])
    for (const split of ['train', 'validation'] as const) {
      await writer.append({ split, images: split === 'train' ? Uint8Array.of(0, 1, 2) : Uint8Array.of(7, 8), labels: split === 'train' ? Int32Array.of(0, 1, 1) : Int32Array.of(0, 1) })
    }
    const made = await writer.finish({
      name: 'Folders', classes: ['cat', 'dog'], validation: 0, test: 0, seed: 1, provenance: { format: 'image-folder', origin: 'memory' }
    })
    const view = await openTargetData(place.library.datasets, { target: { dataset: 'folders', labels: 'all', testSplit: 'validation' } })
    expect(view.dataset.splits.validation).toBeUndefined()
    expect(view.hasLabels('validation')).toBe(false)
    expect(view.dataset.splits.test).toEqual(made.splits.validation)
    expect([...await view.readImages('test', [1, 0])]).toEqual([8, 7])
    await view.close()
    await expect(openTargetData(place.library.datasets, { target: { dataset: 'rooms', labels: 'all', testSplit: 'validation' } })).rejects.toThrow()
  })
})
