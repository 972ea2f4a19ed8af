import { describe, expect, it } from 'vitest'
import { fakeDatasets } from '../../testing/fake-library'
import { flushPromises } from '@vue/test-utils'
import { classCounts, filledSplits, imagesOf } from './counts'
import { readSize } from '../../shared/read-size'
import { anyFormat, emptyImportForm, nameOfPath, readImportForm, suggestId } from './import-form'
import { readSplitLabels } from './labels'

describe('the import form', () => {
  const read = (changes: Partial<typeof emptyImportForm>) => readImportForm({ ...emptyImportForm, path: '/pictures/flowers', ...changes }, [{ id: 'digits' }])

  it('takes a path alone and leaves the rest to the import', () => {
    expect(read({})).toEqual({ ok: true, options: { path: '/pictures/flowers', validation: 0.1 } })
  })

  it('passes on what was chosen', () => {
    expect(read({ id: 'roses', format: 'image-folder', size: '32 × 48', validation: '0' })).toEqual({
      ok: true, options: { path: '/pictures/flowers', id: 'roses', format: 'image-folder', size: [32, 48], validation: 0 }
    })
  })

  it('names every field that cannot be used', () => {
    expect(read({ path: ' ', id: '../x', size: 'big', validation: 'ten' })).toEqual({
      ok: false, problems: { path: 'path-missing', id: 'id-form', size: 'size-form', validation: 'validation-form' }
    })
    expect(read({ id: 'digits', size: '9999', validation: '95' })).toEqual({
      ok: false, problems: { id: 'id-taken', size: 'size-range', validation: 'validation-range' }
    })
  })

  it('reads a size and a per cent value as people write them', () => {
    expect([readSize('32'), readSize('32x48'), readSize(' 32 × 48 '), readSize('32 by 48'), readSize('')])
      .toEqual([[32, 32], [32, 48], [32, 48], undefined, undefined])
    expect(read({ validation: '12,5 %' })).toMatchObject({ ok: true, options: { validation: 0.125 } })
    expect(read({ format: anyFormat })).not.toHaveProperty('options.format')
  })

  it('suggests an id from the path that nobody has', () => {
    expect(suggestId('C:\\Users\\Ada\\My Flowers\\', [])).toBe('my-flowers')
    expect(suggestId('/data/cifar-10-binary.tar.gz', ['cifar-10-binary'])).toBe('cifar-10-binary-2')
    expect(suggestId('/data/花', [])).toBe('')
    expect(nameOfPath('/data/cifar-100-binary/')).toBe('cifar-100-binary')
  })
})

describe('counts', () => {
  const [mnist, , , street] = fakeDatasets()
  it('adds up splits, and names only those that hold images', () => {
    expect(imagesOf(mnist!)).toBe(6000)
    expect(filledSplits(street!)).toEqual(['train'])
    expect(classCounts(mnist!)[0]).toMatchObject({ name: '0', perSplit: { train: 450, validation: 50, test: 100 }, total: 600 })
    expect(classCounts(street!)).toEqual([])
  })
})

describe('the labels of a split', () => {
  const pages: { from: number, count: number }[] = []
  const read = ({ from, count }: { from: number, count: number }) => {
    pages.push({ from, count })
    return Promise.resolve(Array.from({ length: count }, (_, index) => (from + index) % 10))
  }
  const split = { id: 'big', split: 'train' as const, count: 25_000, labelled: true }

  it('are read in pages of ten thousand, each once, and give the places of one class in order', async () => {
    const labels = readSplitLabels(read, split, 3)
    expect(labels.loading.value).toBe(true)
    await flushPromises()
    expect(pages).toEqual([{ from: 0, count: 10_000 }, { from: 10_000, count: 10_000 }, { from: 20_000, count: 5000 }])
    expect(labels.positions.value).toHaveLength(2500)
    expect([...labels.positions.value.slice(0, 3)]).toEqual([3, 13, 23])
    expect(labels.loading.value).toBe(false)
  })

  it('give the places of one domain, of every class or of one', async () => {
    // Labels go round in tens, domains in threes: the first of class 3 and domain 0 are 3, 33, 63.
    const both = ({ column, from, count }: { column?: string, from: number, count: number }) =>
      Promise.resolve(Array.from({ length: count }, (_, index) => (from + index) % (column === 'domains' ? 3 : 10)))
    const one = readSplitLabels(both, split, 3, 0)
    const every = readSplitLabels(both, split, null, 2)
    await flushPromises()
    expect([...one.positions.value.slice(0, 3)]).toEqual([3, 33, 63])
    expect(one.positions.value).toHaveLength(834)
    expect([...every.positions.value.slice(0, 3)]).toEqual([2, 5, 8])
  })

  it('are not waited for when every class is wanted', () => {
    const labels = readSplitLabels(read, split, null)
    expect(labels.positions.value).toHaveLength(25_000)
    labels.stop()
  })

  it('say what went wrong, and stop when nobody wants them any more', async () => {
    const broken = readSplitLabels(() => Promise.reject(new Error('gone')), split, 1)
    await flushPromises()
    expect(broken.error.value).toMatchObject({ message: 'gone' })
    pages.length = 0
    readSplitLabels(read, split, 1).stop()
    await flushPromises()
    expect(pages).toHaveLength(1)
  })

  it('are not asked for where there are none', () => {
    pages.length = 0
    expect(readSplitLabels(read, { ...split, labelled: false }, null).loading.value).toBe(false)
    expect(pages).toHaveLength(0)
  })
})
