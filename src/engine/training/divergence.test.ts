import { describe, expect, it } from 'vitest'
import { hasLeftItsRange, watched, type LossWatch } from './divergence'

const after = (losses: readonly number[]): LossWatch => losses.reduce<LossWatch | undefined>(watched, undefined)!

describe('the watch on a loss', () => {
  it('lets a loss fall, and jump for a step', () => {
    const falling = Array.from({ length: 300 }, (_, step) => 2.3 * 0.99 ** step)
    expect(hasLeftItsRange(after(falling))).toBe(false)
    expect(hasLeftItsRange(after([...falling, 40]))).toBe(false)
  })

  it('tells a loss that has left the range of its first hundred steps', () => {
    // Range 2.3. The average moves by a twentieth per step towards 100: after three steps 100 · (1 − 0.95³) = 14.3 > 5 · 2.3.
    const steady = Array.from({ length: 100 }, () => 2.3)
    expect(hasLeftItsRange(after([...steady, 100]))).toBe(false)
    expect(hasLeftItsRange(after([...steady, 100, 100, 100]))).toBe(true)
  })

  it('says nothing of the first hundred steps, whose largest loss is the range', () => {
    expect(hasLeftItsRange(after(Array.from({ length: 100 }, (_, step) => 10 ** (step / 20))))).toBe(false)
  })

  it('takes a loss below 1 for small, not for a range', () => {
    expect(hasLeftItsRange(after([...Array.from({ length: 200 }, () => 0.001), ...Array.from({ length: 100 }, () => 1)]))).toBe(false)
  })
})
