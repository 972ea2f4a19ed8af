import { describe, expect, it } from 'vitest'
import type { Dataset } from '../../contract/datasets'
import { useWorkplace } from '../testing'
import { deriveDataset } from './derive'
import { DatasetWriter } from '../datasets/writer'

const place = useWorkplace()

/** 300 training and 30 test images of one pixel; the pixel is class · 10 + domain, of three classes and two domains. */
async function write(): Promise<Dataset> {
  const writer = await DatasetWriter.create(place.library.datasets.folder, 'pets', [1, 1, 1])
  for (const [split, count] of [['train', 300], ['test', 30]] as const) {
    const labels = Int32Array.from({ length: count }, (_, image) => image % 3)
    const domains = Int32Array.from({ length: count }, (_, image) => Math.floor(image / 3) % 2)
    await writer.append({ split, images: Uint8Array.from(labels, (label, image) => label * 10 + domains[image]!), labels, domains })
  }
  return writer.finish({
    name: 'Pets', classes: ['cat', 'dog', 'eel'], domains: ['art', 'photo'], validation: 0.1, test: 0, seed: 7,
    provenance: { format: 'image-folder', origin: 'pets.zip', licence: 'CC0' }
  })
}
async function pixelsAndLabels(id: string, split: 'train' | 'validation' | 'test'): Promise<[number, number, number][]> {
  const reader = await place.library.datasets.open(id)
  const all = Array.from({ length: reader.dataset.splits[split]!.count }, (_, index) => index)
  const [images, labels, domains] = [await reader.readImages(split, all), await reader.readLabels(split), await reader.readDomains(split)]
  await reader.close()
  return all.map((image) => [images[image]!, labels[image]!, domains[image]!])
}

describe('a data set made of another', () => {
  it('lacks the classes that were left out, in every split, and says of what it was made', async () => {
    const before = await write()
    const made = await deriveDataset(place.library, { from: 'pets', leaveOut: ['dog'] })
    expect(made).toMatchObject({
      id: 'pets-without-dog', name: 'Pets without dog', classes: ['cat', 'eel'], domains: ['art', 'photo'],
      provenance: { origin: 'pets.zip', licence: 'CC0', validation: { fraction: 0.1, seed: 7 }, derived: { from: 'pets', name: 'Pets', leftOut: ['dog'] } },
      // Of the old 270, 30 and 30 a third is gone.
      splits: { train: { count: 180, perClass: [90, 90] }, validation: { count: 20, perClass: [10, 10] }, test: { count: 20, perClass: [10, 10] } }
    })
    for (const split of ['train', 'validation', 'test'] as const) {
      for (const [pixel, label, domain] of await pixelsAndLabels(made.id, split)) expect(pixel).toBe((label === 0 ? 0 : 20) + domain)
    }
    // What a run learned from has not changed under it.
    expect(await place.library.datasets.get('pets')).toEqual(before)
  })

  it('has another share for validation, drawn from all that was not for testing; the test split stays', async () => {
    const before = await write()
    const made = await deriveDataset(place.library, { from: 'pets', validation: 0.3, id: 'third', name: 'A third' })
    expect(made).toMatchObject({
      name: 'A third', provenance: { validation: { fraction: 0.3, seed: 7 } },
      splits: { train: { count: 210 }, validation: { count: 90, perClass: [30, 30, 30] }, test: { count: 30 } }
    })
    expect(made.splits.test!.sha256).toEqual(before.splits.test!.sha256)
    const none = await deriveDataset(place.library, { from: 'pets', validation: 0 })
    expect(none.splits.validation).toBeUndefined()
    expect(none.provenance.validation).toBeUndefined()
    expect(none.splits.train!.count).toBe(300)
  })

  it('is the same when it is made again', async () => {
    await write()
    const [one, two] = [await deriveDataset(place.library, { from: 'pets', validation: 0.2, id: 'one' }), await deriveDataset(place.library, { from: 'pets', validation: 0.2, id: 'two' })]
    expect(one.splits).toEqual(two.splits)
  })

  it.each([
    [{ leaveOut: ['bee'] }, 'class-unknown'], [{ leaveOut: ['cat', 'dog'] }, 'too-few-classes'], [{}, 'nothing-changed'],
    [{ leaveOut: ['cat'], id: 'pets' }, 'dataset-exists']
  ])('is refused with %j', async (options, code) => {
    await write()
    await expect(deriveDataset(place.library, { from: 'pets', ...options })).rejects.toMatchObject({ code })
    expect((await place.library.datasets.list()).datasets).toHaveLength(1)
  })

  it('leaves nothing when it is cancelled', async () => {
    await write()
    const cancel = new AbortController()
    cancel.abort()
    await expect(deriveDataset(place.library, { from: 'pets', validation: 0.2 }, { signal: cancel.signal })).rejects.toMatchObject({ code: 'cancelled' })
    expect((await place.library.datasets.list()).datasets).toHaveLength(1)
  })
})

describe('renaming', () => {
  it('changes the name and nothing else', async () => {
    const before = await write()
    await place.library.datasets.rename('pets', 'My pets')
    expect(await place.library.datasets.get('pets')).toEqual({ ...before, name: 'My pets' })
  })
})
