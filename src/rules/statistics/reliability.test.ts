import { describe, expect, it } from 'vitest'
import { reliabilityOf } from './reliability'

describe('reliability', () => {
  it('is the gap between confidence and accuracy, weighed by images', () => {
    // Three answers at 0.9 (bin 14 of 15: 0.8667 to 0.9333), two right: gap |2/3 − 0.9| = 0.23333. One at 0.5, right: gap 0.5.
    const found = reliabilityOf([0.9, 0.9, 0.9, 0.5], [1, 1, 0, 1])!
    // 3/4 · 0.23333 + 1/4 · 0.5 = 0.3
    expect(found.expectedCalibrationError).toBeCloseTo(0.3, 10)
    expect(found.bins.map(({ n }) => n)).toEqual([1, 3])
    expect(found.bins[1]).toMatchObject({ accuracy: 2 / 3, from: 13 / 15, to: 14 / 15 })
  })

  it('is nought where every answer is sure and right, and unknown without one', () => {
    expect(reliabilityOf([1, 1], [1, 1])).toEqual({ expectedCalibrationError: 0, bins: [{ from: 14 / 15, to: 1, n: 2, confidence: 1, accuracy: 1 }] })
    expect(reliabilityOf([], [])).toBeUndefined()
  })
})
