import { describe, expect, it } from 'vitest'
import { changedMost, ckaText, sameLayers } from './similarity'

const layers = (...names: string[]) => names.map((name) => ({ name, title: name.toUpperCase() }))

describe('what changed between two models', () => {
  it('is told of the layers that both have, by name', () => {
    const found = { layers: { first: layers('a', 'b', 'c'), second: layers('b', 'a') }, values: [[0.1, 0.98], [0.42, 0.3], [0, 0]] }
    expect(sameLayers(found).map(({ name, value }) => [name, value])).toEqual([['a', 0.98], ['b', 0.42]])
    expect(changedMost(found)?.en).toBe('“B” differs most (0.42), “A” least (0.98).')
  })
  it('is nothing where all are as before, and not told where fewer than two are known', () => {
    const both = layers('a', 'b')
    expect(changedMost({ layers: { first: both, second: both }, values: [[1, 0], [0, 0.999]] })?.en).toBe('All layers see the same as before.')
    expect(changedMost({ layers: { first: both, second: both }, values: [[1, 0], [0, null]] })).toBeUndefined()
    expect([ckaText(null), ckaText(-0.014), ckaText(0.999)]).toEqual(['–', '−0.01', '1.00'])
  })
})
