import { describe, expect, it } from 'vitest'
import { spec } from './specs/testing'
import { testedOnSameImages, testedWords } from './tested'

const run = (dataset: string, images?: string, labels = 'l') => ({
  spec: spec({ target: { dataset, labels: 'all' } }),
  dataHashes: { [`${dataset}/train/images`]: 't', ...(images !== undefined && { [`${dataset}/test/images`]: images, [`${dataset}/test/labels`]: labels }) }
})

describe('two runs', () => {
  it('were tested on the same images where the hashes say so, under whatever id', () => {
    expect(testedOnSameImages(run('digits', 'a'), run('digits', 'a'))).toBe(true)
    expect(testedOnSameImages(run('digits', 'a'), run('digits-again', 'a'))).toBe(true)
  })

  it('were not where either differs, or where nothing is on record', () => {
    expect(testedOnSameImages(run('digits', 'a'), run('digits', 'b'))).toBe(false)
    expect(testedOnSameImages(run('digits', 'a'), run('digits', 'a', 'other'))).toBe(false)
    expect(testedOnSameImages(run('digits'), run('digits'))).toBe(false)
  })
})

describe('what is said of other images than the test images', () => {
  const said = (model: 'arch:seed-cnn' | 'run:one', testSplit: 'all' | 'validation') =>
    testedWords(spec({ source: { model }, target: { dataset: 'digits', labels: 'none', testSplit } }))

  it('claims nothing of what a trained source had learned before', () => {
    expect(said('arch:seed-cnn', 'all')?.en).toContain('it learned from none of their labels')
    expect(said('run:one', 'all')?.en).not.toContain('learned from none')
    expect(said('run:one', 'all')?.zh).toContain('源模型此前')
    expect(said('run:one', 'validation')?.en).toContain('no epoch of this run')
  })
})
