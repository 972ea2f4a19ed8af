import { describe, expect, it } from 'vitest'
import { hasRisen, mostTrials, proposed, rateOfTrial, smoothing, steep, valley, whyTried } from './range-test'

/** A curve as a range test has: flat, down around 10⁻³, up beyond 10⁻¹·², with a ripple. */
const loss = (rate: number, step: number): number => {
  const power = Math.log10(rate)
  return 2.3 - 1.8 / (1 + Math.exp(-3 * (power + 3))) + (power > -1.6 ? Math.exp(5 * (power + 1.2)) : 0) + 0.03 * Math.sin(1.7 * step)
}

function curve(lossAt = loss) {
  const smooth = smoothing()
  const points: { rate: number, loss: number }[] = []
  for (let step = 0; step < mostTrials; step++) {
    const rate = rateOfTrial('adam', step)
    points.push({ rate, loss: smooth(lossAt(rate, step)) })
    if (hasRisen(points.at(-1)!.loss, Math.min(...points.map((point) => point.loss)), points[0]!.loss)) break
  }
  return points
}

describe('a range test', () => {
  it('goes up by the same factor from step to step, for SGD ten times as high', () => {
    expect(rateOfTrial('adam', 0)).toBe(1e-6)
    expect(rateOfTrial('adam', 50)).toBeCloseTo(1e-3, 12)
    expect(rateOfTrial('sgd', 50)).toBeCloseTo(1e-2, 12)
    expect(rateOfTrial('sgd', 3) / rateOfTrial('sgd', 2)).toBeCloseTo(rateOfTrial('sgd', 93) / rateOfTrial('sgd', 92), 10)
  })

  it('smooths from the first loss on', () => {
    const smooth = smoothing()
    expect(smooth(4)).toBeCloseTo(4, 12)
    // (0.98·4 + 2) / (0.98 + 1)
    expect(smooth(2)).toBeCloseTo(5.92 / 1.98, 12)
  })

  it('ends at four times the least loss, and for losses below zero as far above it', () => {
    expect([hasRisen(3.9, 1, 2), hasRisen(4.1, 1, 2)]).toEqual([false, true])
    // From 2 down to −1: up to −1 + 3·2
    expect([hasRisen(4.9, -1, 2), hasRisen(5.1, -1, 2)]).toEqual([false, true])
  })

  // The numbers below come from fastai's algorithm (callback/schedule.py) worked out on the same losses in Python.
  it('finds the valley', () => {
    // Longest falling: 5 4 3 2 1, which ends at place 6: from 6 − 5 = 1 to 6, a third of it is 1.67, its half 0.83.
    expect(valley([5, 4, 6, 3, 2, 7, 1, 8])).toBe(2)
    expect([valley([1, 2, 3]), valley([3, 2, 1]), valley([9, 8, 7, 6, 5, 4, 3, 2, 1]), valley([5])]).toEqual([0, 0, 3, 0])
  })

  it('finds the steepest place on a logarithmic scale', () => {
    const losses = [5, 4, 6, 3, 2, 7, 1, 8]
    expect(steep(losses.map((each, place) => ({ rate: 2 ** place, loss: each })))).toBe(5)
  })

  it('proposes what fastai proposes for a whole curve, without its first tenth and its last five points', () => {
    const points = curve()
    expect(points).toHaveLength(95)
    expect(points.at(-1)!.loss).toBeCloseTo(6.7652073695558785, 9)
    expect(proposed(points)).toEqual({ valley: 0.00076, steep: 0.0046 })
  })

  it('proposes no rate beyond the least loss, however steeply it falls there once more', () => {
    const points = curve()
    const spike = points.map((point, index) => index === 80 ? { ...point, loss: 5 } : point)
    expect(steep(spike)).toBe(80)
    expect(proposed(spike)!.steep).toBe(0.0046)
  })

  it('proposes nothing where the loss fell nowhere, or rose at once', () => {
    expect(proposed(curve((rate) => 2.3 + rate))).toBeUndefined()
    expect(proposed(curve().slice(0, 20))).toBeUndefined()
    expect(proposed([])).toBeUndefined()
  })

  it('says in both languages why a rate was taken', () => {
    expect(whyTried('valley', 95).en).toContain('95 steps')
    expect(whyTried('steep', 95).zh).toContain('95 步')
  })
})
