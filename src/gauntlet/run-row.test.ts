import { describe, expect, it } from 'vitest'
import type { Run } from '../contract/runs'
import type { TrainedRow } from './row'
import { bandText } from './page'
import { standingOf } from './results'
import { bestOf, compareOn, seedsOf } from './run-row'

const run = (id: string, validation: number, test: number): Run =>
  ({ id, state: 'done', metrics: { validation: { accuracy: validation }, test: { accuracy: test } } }) as unknown as Run
const soup: TrainedRow = {
  id: 'soup', title: '', published: 'none', methods: [], data: [], control: 'best of pool', on: 'validation', band: { notBelow: 0 }, seeds: 1,
  seconds: { whole: 1, quick: 1 }, spec: () => { throw new Error('not trained here') }
}
const pool = [run('x', 0.4, 0.9), run('y', 0.5, 0.1)]

describe('a row against the best of its pool', () => {
  it('meets the run that is best on the images it compares', () => {
    expect(bestOf(pool, soup)!.id).toBe('y')
    expect(bestOf(pool, {})!.id).toBe('x')
    // 0.52 − 0.5
    expect(compareOn('validation', [{ run: run('s', 0.52, 0), twin: pool[1]! }]).difference).toBeCloseTo(0.02, 12)
    expect(compareOn('validation', [{ run: run('s', 0.52, 0) }])).toEqual({ pairs: 0 })
  })

  it('is reached by being as good, and missed by being worse', () => {
    const standing = (difference: number) => standingOf(soup, {
      row: 'soup', quick: false, ours: { runs: ['s'], done: 1, mean: 0.5 }, finishedAt: '2026-01-01T00:00:00.000Z',
      control: { name: 'best of pool', score: { runs: ['y'], done: 1, mean: 0.5 }, pairs: 1, difference }
    })
    expect([0.02, 0, -0.01].map(standing)).toEqual(['reached', 'reached', 'missed'])
    expect(bandText(soup)).toBe('≥ best of pool')
  })

  it('takes one seed where nothing is drawn', () => {
    const { seeds: _, ...drawn } = soup
    expect([seedsOf(soup, 3), seedsOf(drawn, 3)]).toEqual([1, 3])
  })
})
