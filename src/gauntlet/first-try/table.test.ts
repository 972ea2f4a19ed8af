import { describe, expect, it } from 'vitest'
import type { RowResult } from '../results'
import { faultOf, firstTryPage, firstTryText, medianBehind } from './table'
import type { Trial } from './try-pair'

const trial = (method: string, mean: number, more: Partial<Trial> = {}): Trial => ({
  pair: 'mnist-usps', method, states: ['done'], unlearned: false, rescues: 0, score: { runs: ['A'], done: 1, mean }, seconds: 61, ...more
})
const control = (difference: number, verdict: NonNullable<Trial['control']>['verdict']) => ({
  name: 'source-only', score: { runs: ['B'], done: 1, mean: 0.7 }, difference, steps: { arm: 460, twin: 470 }, ...(verdict && { verdict })
})
const results = {
  of: ({ id }: { id: string }): RowResult | undefined => id === 'mnist-usps-dan'
    ? { row: id, quick: false, ours: { runs: ['C'], done: 3, mean: 0.9 }, finishedAt: '2026-01-01T00:00:00.000Z' } : undefined
}

describe('the table of first tries', () => {
  it('finds fault with what failed, and with harm that is not told', () => {
    expect(faultOf(trial('dan', 0.8, { control: control(0.1, 'helped') }))).toBeUndefined()
    expect(faultOf(trial('dan', 0.5, { control: control(-0.2, 'negative-transfer') }))).toBeUndefined()
    expect(faultOf(trial('dan', 0.67, { control: control(-0.03, 'no-evidence') }))?.en).toBe('below its control, unsaid')
    const told = { en: 'It is 3.0 points below its control; this may be chance, and it is no gain. One seed.', zh: '' }
    const below = trial('dan', 0.67, { control: { ...control(-0.03, 'no-evidence'), reason: told } })
    expect(faultOf(below)).toBeUndefined()
    expect(firstTryText([below], results, 'en')).toContain('below, perhaps by chance')
    expect(faultOf(trial('dan', 0, { states: ['done', 'failed'] }))?.en).toBe('failed')
  })

  it('tells how far the middle method is behind its tuned recipe', () => {
    expect(medianBehind([trial('dan', 0.85), trial('shot', 0.1)], results)).toBeCloseTo(0.05)
    expect(medianBehind([trial('shot', 0.1)], results)).toBeUndefined()
  })

  it('says in words how each ended, and stands in its place on the page', () => {
    const trials = [trial('dan', 0.85, { control: control(0.15, 'helped') }), trial('mcd', 0.1, { unlearned: true, rescues: 1 })]
    const text = firstTryText(trials, results, 'en')
    expect(text).toContain('source-only 70.0 %')
    expect(text).toContain('has not learned, rescued 1×')
    expect(text).toContain('90.0 %')
    expect(text).toContain('460 : 470')
    const page = firstTryPage(trials, results, '# Results\n\nBefore.\n')
    expect(page).toContain('| mnist-usps | dan | done | 85.0 % | – | – |')
    expect(firstTryPage(trials, results, page)).toBe(page)
  })
})
