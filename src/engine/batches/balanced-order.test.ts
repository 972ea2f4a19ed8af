import { describe, expect, it } from 'vitest'
import { balancedOrder } from './balanced-order'

/** 90 images of class 0, 9 of class 2, one of class 5. */
const labels = Int32Array.from({ length: 100 }, (_, index) => index < 90 ? 0 : index < 99 ? 2 : 5)
const order = (epoch: number, seed = 1): number[] => [...balancedOrder(labels, seed, 'target', epoch)]

describe('an epoch of balanced classes', () => {
  it('has as many draws as images, and every class equally often', () => {
    const counts = [0, 2, 5].map((label) => order(0).filter((place) => labels[place] === label).length)
    expect(counts.reduce((sum, count) => sum + count)).toBe(100)
    expect(Math.min(...counts)).toBe(33)
    expect(Math.max(...counts)).toBe(34)
  })

  it('repeats no image before all of its class have come, and shows all of a large class in the end', () => {
    const places = order(0)
    const often = (place: number) => places.filter((other) => other === place).length
    expect(new Set(places.filter((place) => labels[place] === 0)).size).toBeGreaterThanOrEqual(33)
    const ofSecond = Array.from({ length: 9 }, (_, index) => often(90 + index))
    // 33 or 34 draws of nine images.
    expect([Math.min(...ofSecond), Math.max(...ofSecond)]).toEqual([3, 4])
    const seen = new Set(Array.from({ length: 30 }, (_, epoch) => order(epoch)).flat())
    expect(seen.size).toBe(100)
  })

  it('follows from seed and epoch alone', () => {
    expect(order(3)).toEqual(order(3))
    expect(order(3)).not.toEqual(order(4))
    expect(order(3)).not.toEqual(order(3, 2))
  })

  it('shows every image once where the classes are of one size', () => {
    const even = Int32Array.from({ length: 12 }, (_, index) => index % 3)
    expect([...balancedOrder(even, 1, 'target', 0)].sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, index) => index))
  })
})
