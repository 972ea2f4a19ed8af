import { describe, expect, it } from 'vitest'
import { randomStream } from './random'

describe('shares from Beta(α, α)', () => {
  it.each([0.05, 0.2, 1, 4])('have the mean 1/2 and the variance 1 / (4 (2 α + 1)) at α = %s', (shape) => {
    const random = randomStream('beta', shape)
    const values = Array.from({ length: 20_000 }, () => random.beta(shape))
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
    expect(values.every((value) => value >= 0 && value <= 1)).toBe(true)
    // Four standard errors of the mean: 4 · √(variance / 20,000) < 0.015.
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.015)
    expect(variance / (1 / (4 * (2 * shape + 1)))).toBeCloseTo(1, 1)
  })
})
