import { describe, expect, it } from 'vitest'
import { lossBarrier } from './loss-barrier'

describe('the loss barrier', () => {
  it('is how far the loss rises above the straight line between the ends', () => {
    // line 1, 2, 3; loss 1, 2.5, 3 and, a quarter in, 2 above 1.5
    expect(lossBarrier([1, 2.5, 3])).toBeCloseTo(0.5, 12)
    expect(lossBarrier([1, 2, 2.25, 2.5, 3])).toBeCloseTo(0.5, 12)
  })

  it('is 0 where the loss lies on or below the line, for two models alike too', () => {
    expect(lossBarrier([1, 0.5, 1])).toBe(0)
    expect(lossBarrier([0.7, 0.7, 0.7])).toBe(0)
    expect(lossBarrier([0.1, 0.3])).toBe(0)
  })
})
