import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawBalanced } from './draw'

describe('a balanced draw', () => {
  it('takes the rounded share of every class', () => {
    // 12 of class 0, 25 of class 1, 4 of class 2: a tenth is 1.2 → 1, 2.5 → 3, 0.4 → at least 1.
    const labels = Int32Array.from([...new Array<number>(12).fill(0), ...new Array<number>(25).fill(1), ...new Array<number>(4).fill(2)])
    const drawn = drawBalanced(labels, new Uint8Array(41), 0.1, 1)
    const perClass = [0, 1, 2].map((label) => drawn.filter((position) => labels[position] === label).length)
    expect(perClass).toEqual([1, 3, 1])
  })

  it('depends on the seed, and leaves two of each class where they are', () => {
    fc.assert(fc.property(
      fc.array(fc.nat(4), { minLength: 1, maxLength: 80 }), fc.double({ min: 0.01, max: 0.9, noNaN: true }), fc.nat(1000),
      (values, fraction, seed) => {
        const labels = Int32Array.from(values)
        const taken = new Uint8Array(labels.length)
        const drawn = drawBalanced(labels, taken, fraction, seed)
        expect(drawBalanced(labels, new Uint8Array(labels.length), fraction, seed)).toEqual(drawn)
        expect(new Set(drawn).size).toBe(drawn.length)
        expect([...drawn]).toEqual([...drawn].sort((a, b) => a - b))
        expect([...taken.keys()].filter((position) => taken[position])).toEqual([...drawn])
        for (const label of new Set(values)) {
          const all = values.filter((value) => value === label).length
          const left = all - drawn.filter((position) => labels[position] === label).length
          expect(left).toBeGreaterThanOrEqual(Math.min(all, 2))
        }
      }
    ))
    const labels = new Int32Array(1000)
    expect(drawBalanced(labels, new Uint8Array(1000), 0.1, 1)).not.toEqual(drawBalanced(labels, new Uint8Array(1000), 0.1, 2))
  })

  it('never takes what an earlier draw took', () => {
    const labels = Int32Array.from({ length: 100 }, (_, index) => index % 2)
    const taken = new Uint8Array(100)
    const first = drawBalanced(labels, taken, 0.2, 1)
    const second = drawBalanced(labels, taken, 0.25, 1)
    expect([first.length, second.length]).toEqual([20, 20])
    expect(second.some((position) => first.includes(position))).toBe(false)
  })

  it('treats unlabelled images as one class', () => {
    expect(drawBalanced(undefined, new Uint8Array(50), 0.1, 1)).toHaveLength(5)
  })
})
