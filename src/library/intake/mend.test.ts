import { describe, expect, it } from 'vitest'
import type { Dataset, SplitName } from '../../contract/datasets'
import type { MendOptions } from '../../contract/mending'
import { DatasetWriter } from '../datasets/writer'
import { useWorkplace } from '../testing'
import { mendDataset } from './mend'

const place = useWorkplace()

/** Six training and three test pictures of one pixel, which is their number (100 and more in the test); classes cat, dog, eel in turn. */
async function write(testLabels = true): Promise<Dataset> {
  const writer = await DatasetWriter.create(place.library.datasets.folder, 'pets', [1, 1, 1])
  await writer.append({ split: 'train', images: Uint8Array.of(0, 1, 2, 3, 4, 5), labels: Int32Array.of(0, 1, 2, 0, 1, 2), names: ['a', 'b', 'c', 'd', 'e', 'f'] })
  await writer.append({ split: 'test', images: Uint8Array.of(100, 101, 102), ...(testLabels && { labels: Int32Array.of(0, 1, 2) }), names: ['x', 'y', 'z'] })
  return writer.finish({
    name: 'Pets', classes: ['cat', 'dog', 'eel'], validation: 0, test: 0, seed: 7, provenance: { format: 'image-folder', origin: 'pets.zip', licence: 'CC0' }
  })
}
const mend = (plan: Partial<MendOptions['plan']>, more: Partial<MendOptions> = {}): Promise<Dataset> =>
  mendDataset(place.library, { from: 'pets', plan, ...more })
async function pictures(id: string, split: SplitName): Promise<[number, string, string][]> {
  const reader = await place.library.datasets.open(id)
  const all = Array.from({ length: reader.dataset.splits[split]!.count }, (_, index) => index)
  const [images, labels, names] = [await reader.readImages(split, all), await reader.readLabels(split), await reader.readNames(split)]
  await reader.close()
  return all.map((image) => [images[image]!, reader.dataset.classes[labels[image]!]!, names[image]!])
}

describe('a corrected data set', () => {
  it('has the labels that were given, lacks what was left out, and holds in another split what was moved', async () => {
    const before = await write()
    const made = await mend({
      corrections: [
        { do: 'relabel', split: 'train', position: 1, to: 'cat' }, { do: 'leave-out', split: 'train', position: 5 },
        { do: 'move', split: 'test', position: 0, to: 'train' }, { do: 'move', split: 'train', position: 3, to: 'validation' },
        { do: 'relabel', split: 'train', position: 3, to: 'dog' }
      ]
    })
    expect([before, made].map(({ splits }) => Object.keys(splits))).toEqual([['train', 'test'], ['train', 'validation', 'test']])
    expect(made).toMatchObject({
      id: 'pets-5-corrections', name: 'Pets, 5 corrections', classes: ['cat', 'dog', 'eel'],
      provenance: { licence: 'CC0', derived: { from: 'pets', name: 'Pets', corrections: { relabelled: 2, leftOut: 1, moved: 2, classes: 0 } } }
    })
    expect(await pictures(made.id, 'train')).toEqual([[0, 'cat', 'a'], [1, 'cat', 'b'], [2, 'eel', 'c'], [4, 'dog', 'e'], [100, 'cat', 'x']])
    expect(await pictures(made.id, 'validation')).toEqual([[3, 'dog', 'd']])
    expect(await pictures(made.id, 'test')).toEqual([[101, 'dog', 'y'], [102, 'eel', 'z']])
    // What a run learned from has not changed under it.
    expect(await place.library.datasets.get('pets')).toEqual(before)
  })

  it('has classes of other names, and one in the place of two', async () => {
    await write()
    const made = await mend({ classes: { cat: 'pet', dog: 'pet', eel: 'fish' } })
    expect(made.classes).toEqual(['pet', 'fish'])
    expect(made.provenance.derived!.corrections).toEqual({ relabelled: 0, leftOut: 0, moved: 0, classes: 3 })
    expect((await pictures(made.id, 'train')).map(([, name]) => name)).toEqual(['pet', 'pet', 'fish', 'pet', 'pet', 'fish'])
    expect(made.splits.train!.perClass).toEqual([4, 2])
  })

  it('has no class of which nothing is left', async () => {
    await write()
    const made = await mend({
      corrections: [{ do: 'relabel', split: 'train', position: 2, to: 'cat' }, { do: 'leave-out', split: 'train', position: 5 }, { do: 'leave-out', split: 'test', position: 2 }]
    })
    expect(made.classes).toEqual(['cat', 'dog'])
    expect(made.splits.train!.perClass).toEqual([3, 2])
  })

  it('is removed to take the corrections back', async () => {
    await write()
    const made = await mend({ corrections: [{ do: 'leave-out', split: 'train', position: 5 }] })
    await place.library.datasets.remove(made.id)
    expect((await place.library.datasets.list()).datasets.map(({ id }) => id)).toEqual(['pets'])
  })

  it.each<[Partial<MendOptions['plan']>, string]>([
    [{}, 'nothing-changed'],
    [{ corrections: [{ do: 'relabel', split: 'train', position: 0, to: 'cat' }] }, 'nothing-changed'],
    [{ corrections: [{ do: 'relabel', split: 'train', position: 0, to: 'bee' }] }, 'class-unknown'],
    [{ classes: { bee: 'wasp' } }, 'class-unknown'],
    [{ corrections: [{ do: 'leave-out', split: 'train', position: 6 }] }, 'plan-does-not-fit'],
    [{ corrections: [{ do: 'leave-out', split: 'validation', position: 0 }] }, 'plan-does-not-fit'],
    [{ dataset: 'others', corrections: [{ do: 'leave-out', split: 'train', position: 0 }] }, 'plan-does-not-fit'],
    [{ images: { train: 'beef' }, corrections: [{ do: 'leave-out', split: 'train', position: 0 }] }, 'plan-does-not-fit'],
    [{ classes: { cat: 'pet', dog: 'pet', eel: 'pet' } }, 'one-class'],
    [{ corrections: [0, 1, 2, 3, 4, 5].map((position) => ({ do: 'leave-out' as const, split: 'train' as const, position })) }, 'no-images']
  ])('is refused with %j', async (plan, code) => {
    await write()
    await expect(mend(plan)).rejects.toMatchObject({ code })
    expect((await place.library.datasets.list()).datasets).toHaveLength(1)
  })

  it('gives no label to a picture of a split without labels, and moves none there', async () => {
    await write(false)
    await expect(mend({ corrections: [{ do: 'relabel', split: 'test', position: 0, to: 'cat' }] })).rejects.toMatchObject({ code: 'no-labels' })
    await expect(mend({ corrections: [{ do: 'move', split: 'train', position: 0, to: 'test' }] })).rejects.toMatchObject({ code: 'no-labels' })
  })
})

describe('labels for pictures that had none', () => {
  /** Five pictures without labels, of which two are for validation, and one to be tested on. */
  async function writeUnlabelled(): Promise<Dataset> {
    const writer = await DatasetWriter.create(place.library.datasets.folder, 'bare', [1, 1, 1])
    await writer.append({ split: 'train', images: Uint8Array.of(0, 1, 2), names: ['a', 'b', 'c'] })
    await writer.append({ split: 'validation', images: Uint8Array.of(3, 4), names: ['d', 'e'] })
    await writer.append({ split: 'test', images: Uint8Array.of(100), names: ['x'] })
    return writer.finish({ name: 'Bare', classes: [], validation: 0, test: 0, seed: 7, provenance: { format: 'image-folder', origin: 'bare.zip' } })
  }
  const label = (split: SplitName, position: number, to: string) => ({ do: 'label' as const, split, position, to })

  it('bring the pictures into training, and the others into a split of their own that waits', async () => {
    await writeUnlabelled()
    const made = await mendDataset(place.library, { from: 'bare', plan: { corrections: [label('train', 2, 'dog'), label('validation', 0, 'cat'), { do: 'leave-out', split: 'train', position: 0 }] } })
    expect(made).toMatchObject({
      classes: ['cat', 'dog'], splits: { train: { count: 2, perClass: [1, 1] }, unlabelled: { count: 2 }, test: { count: 1 } },
      provenance: { derived: { from: 'bare', corrections: { labelled: 2, leftOut: 1, relabelled: 0, moved: 0, classes: 0 } } }
    })
    expect(Object.keys(made.splits)).toEqual(['train', 'test', 'unlabelled'])
    expect(await pictures(made.id, 'train')).toEqual([[2, 'dog', 'c'], [3, 'cat', 'd']])
    const reader = await place.library.datasets.open(made.id)
    expect(await reader.readNames('unlabelled')).toEqual(['b', 'e'])
    expect(reader.hasLabels('unlabelled')).toBe(false)
    // What is tested on through all splits is what a transfer goes by.
    expect(reader.countOf('all')).toBe(3)
    await reader.close()
    // And on from there: classes keep their places, new ones come after them.
    const more = await mendDataset(place.library, { from: made.id, id: 'more', plan: { corrections: [label('unlabelled', 1, 'ape')] } })
    expect(more).toMatchObject({ classes: ['cat', 'dog', 'ape'], splits: { train: { perClass: [1, 1, 1] }, unlabelled: { count: 1 } } })
  })

  it('are refused for one class alone, for pictures of the test, and for pictures that have one', async () => {
    await writeUnlabelled()
    const bare = (...corrections: NonNullable<MendOptions['plan']['corrections']>) => mendDataset(place.library, { from: 'bare', plan: { corrections } })
    await expect(bare(label('train', 0, 'dog'), label('train', 1, 'dog'))).rejects.toMatchObject({ code: 'one-class' })
    await expect(bare(label('test', 0, 'dog'), label('train', 1, 'cat'))).rejects.toMatchObject({ code: 'plan-does-not-fit' })
    await write()
    await expect(mend({ corrections: [label('train', 0, 'dog')] })).rejects.toMatchObject({ code: 'has-labels' })
  })
})
