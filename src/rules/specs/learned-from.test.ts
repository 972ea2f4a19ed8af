import { describe, expect, it } from 'vitest'
import { dataset, spec } from './testing'
import { grantedImages, imagesLearnedFrom, learnedFrom, learnedName } from './learned-from'

const sourceOnly = spec({ source: { model: 'arch:lenet', dataset: 'mnist' }, target: { dataset: 'usps', labels: 'none' } })
const leavingOut = spec({ source: { model: 'arch:lenet', dataset: 'pacs' }, target: { dataset: 'pacs', labels: 'none', domain: 'sketch' } })
const names = { source: 'LeNet', target: 'USPS', method: 'Source only' }

describe('what a run learned from', () => {
  it('is the target where its labels were granted, also beside source data', () => {
    expect(learnedFrom(spec({ target: { dataset: 'usps', labels: 'all' } }))).toEqual({ side: 'target', dataset: 'usps' })
    const both = spec({ source: { model: 'run:a', dataset: 'mnist' }, target: { dataset: 'usps', labels: { perClass: 5 } } })
    expect(learnedFrom(both)).toMatchObject({ side: 'target', dataset: 'usps' })
    expect(learnedName({ spec: both, names }, () => 'nothing')).toBe('USPS')
  })

  it('is the source data where none was', () => {
    expect(learnedFrom(sourceOnly)).toEqual({ side: 'source', dataset: 'mnist' })
    // Without source data there is nothing but the target's images to have learned from.
    expect(learnedFrom(spec({ source: { model: 'run:a' }, target: { dataset: 'usps', labels: 'none' } }))).toMatchObject({ dataset: 'usps' })
  })

  it('is told by the name that the run kept, else by today\'s name, else by the id', () => {
    expect(learnedName({ spec: sourceOnly, names: { ...names, sourceData: 'MNIST then' } }, () => 'MNIST now')).toBe('MNIST then')
    expect(learnedName({ spec: sourceOnly, names }, (id) => ({ mnist: 'MNIST now' })[id])).toBe('MNIST now')
    expect(learnedName({ spec: sourceOnly, names }, () => undefined)).toBe('mnist')
  })

  it('leaves the target\'s domain out where source and target are one data set', () => {
    expect(learnedFrom(leavingOut)).toEqual({ side: 'source', dataset: 'pacs', choice: { without: 'sketch' } })
    expect(learnedName({ spec: leavingOut, names }, () => 'PACS')).toBe('PACS without sketch')
    expect(learnedName({ spec: leavingOut, names }, () => 'PACS', 'zh')).toBe('PACS（不含 sketch）')
  })

  it('is counted in images', () => {
    const pacs = dataset({
      id: 'pacs', domains: ['photo', 'sketch'],
      splits: { train: { count: 40, perClass: [15, 25], perDomain: [28, 12], sha256: { images: 'a', labels: 'b' } } }
    })
    expect(imagesLearnedFrom(leavingOut, [pacs])).toBe(28)
    expect(imagesLearnedFrom(leavingOut, [])).toBe(0)
    // 15 and 20 of a class; of the domain there are only 12.
    expect(grantedImages(pacs, { labels: { perClass: 20 } })).toBe(35)
    expect(grantedImages(pacs, { labels: { perClass: 20 }, domain: 'sketch' })).toBe(12)
  })
})
