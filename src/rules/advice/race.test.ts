import { describe, expect, it } from 'vitest'
import type { Run } from '../../contract/runs'
import { fineTuning } from '../specs/testing'
import { entrantsFor, epochsWithin, goOn, judgedBy, raceRemarks, roundsOf, shortened } from './race'
import { entrantsOf, recommend } from './recommend'
import { ground, outcome } from './testing'

const title = { en: 'one', zh: '一' }
const ran = (epochs: number, value: number) => ({ id: 'r', round: 1, epochs, of: 10, seconds: 1, value })

describe('a race', () => {
  it('halves its field until one is left', () => {
    expect([1, 2, 5, 8].map(roundsOf)).toEqual([[1], [2, 1], [5, 3, 2, 1], [8, 4, 2, 1]])
  })

  it('has no more entrants than its time has room for', () => {
    // 60 s: three entrants have three rounds, 60 / 3 / 3 = 7 s each; two have two, 15 s each.
    expect(entrantsFor(60, 6)).toBe(2)
    // 300 s: seven have four rounds, 300 / 4 / 7 = 10.7 s; six 12.5 s.
    expect(entrantsFor(300, 9)).toBe(6)
    expect([entrantsFor(3600, 9), entrantsFor(3600, 3), entrantsFor(60, 1)]).toEqual([8, 3, 1])
  })

  it('gives each as many epochs as fit into its time', () => {
    // 44 s for 20 epochs, 4 of them for the start: 24 s are half the rest.
    expect([epochsWithin(24, 20, 44), epochsWithin(60, 20, 44), epochsWithin(1, 20, 44), epochsWithin(1, 20, undefined)]).toEqual([10, 20, 1, 20])
  })

  it('says of a shortened spec no longer that a rule chose its epochs', () => {
    const { spec } = recommend(ground()).recommendations[0]!
    const reason = { en: 'why', zh: '因' }
    const chosen = { ...spec, chosen: { epochs: reason, learningRate: reason } } as unknown as typeof spec
    const shorter = shortened(chosen, 1)
    expect([shorter.training.epochs, Object.keys(shorter.chosen ?? {})]).toEqual([1, ['learningRate']])
    expect(shortened(chosen, spec.training.epochs)).toBe(chosen)
  })

  it('is judged by validation, or by one score without labels, and never by the test', () => {
    const run = (change: object): Run => ({ state: 'done', spec: { target: { labels: 'all' } }, metrics: { validation: { accuracy: 0.7 }, test: { accuracy: 0.1 } }, ...change }) as unknown as Run
    expect(judgedBy(run({}), 'validation', true)).toBe(0.7)
    expect(judgedBy(run({ state: 'failed' }), 'validation', true)).toBeUndefined()
    const blind = { spec: { target: { labels: 'none' } }, selection: { choices: [{ score: 'entropy', epoch: 1, value: 0.4, accuracy: 0.9 }] } }
    expect(judgedBy(run(blind), 'entropy', false)).toBe(-0.4)
    // Whatever the validation labels would say: none is granted.
    expect(judgedBy(run({ ...blind, selection: undefined }), 'entropy', false)).toBeUndefined()
  })

  it('goes on with the better half, the advisor’s order among equals, and without those that have no score', () => {
    expect(goOn([{ id: 'a', value: 0.5 }, { id: 'b', value: 0.9 }, { id: 'c', value: 0.5 }, { id: 'd', value: undefined }], 2).map(({ id }) => id)).toEqual(['b', 'a'])
  })

  it('lets in all that can start, the most promising first', () => {
    const asked = ground({ tasks: [outcome('first', { 'scratch': 0.5, 'fine-tuning': 0.9 }), outcome('far', { 'linear-probe': 0.8 }, { labelsPerClass: 0 })] })
    expect(entrantsOf(asked).map(({ method }) => method)).toEqual([fineTuning.id, 'scratch', 'linear-probe'])
  })

  it('says what judged, whether the first two can be told apart, and whether the winner ran its whole course', () => {
    const entrants = [{ method: 'one', title, runs: [ran(4, 0.9)] }, { method: 'two', title, runs: [ran(4, 0.88)] }]
    const near = raceRemarks({ by: 'validation', images: 100, entrants, winner: { method: 'one', run: 'r', value: 0.9 } }).map(({ en }) => en).join(' ')
    expect(near).toContain('100 validation images')
    expect(near).toContain('too near to tell apart')
    expect(near).toContain('4 of 10 epochs')
    const apart = raceRemarks({ by: 'validation', images: 100_000, entrants, winner: { method: 'one', run: 'r', value: 0.9 } }).map(({ en }) => en).join(' ')
    expect(apart).not.toContain('too near')
    expect(raceRemarks({ by: 'entropy', entrants, winner: { method: 'one', run: 'r', value: 0.9 } })[0]!.en).toContain('without labels')
    expect(raceRemarks({ by: 'validation', entrants: [] })[0]!.en).toContain('No run')
  })
})
