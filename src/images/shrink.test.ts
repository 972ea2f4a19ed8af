import { describe, expect, it } from 'vitest'
import { shrink } from './shrink'

describe('shrink', () => {
  it('takes the mean of each square, channel by channel, of each image', () => {
    // Two grey images of 2 × 3: (1 + 2 + 5 + 6) / 4 = 3.5 → 4, the third column is dropped; (0 + 0 + 0 + 255) / 4 = 63.75 → 64.
    expect(shrink(Uint8Array.of(1, 2, 9, 5, 6, 9, 0, 0, 9, 0, 255, 9), [2, 3, 1], 2)).toEqual({ pixels: Uint8Array.of(4, 64), shape: [1, 1, 1] })
    // One row of two colours: height 1 allows no factor of 2.
    expect(shrink(Uint8Array.of(1, 2, 3, 4, 5, 6), [1, 2, 3], 2).shape).toEqual([1, 2, 3])
    // Red 10 and 30, green 20 and 40, blue 0 and 100, twice: (20, 30, 50).
    expect([...shrink(Uint8Array.of(10, 20, 0, 30, 40, 100, 10, 20, 0, 30, 40, 100), [2, 2, 3], 2).pixels]).toEqual([20, 30, 50])
  })
})
