import { describe, expect, it } from 'vitest'
import { spec } from './specs/testing'
import { testedOnSameImages } from './tested'

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
