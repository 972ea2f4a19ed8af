import { describe, expect, it } from 'vitest'
import { classWeightsOf } from './class-weights'

describe('weights of classes', () => {
  it('let every class count alike, and are 1 on average over the images', () => {
    const labels = Int32Array.of(0, 0, 0, 0, 0, 0, 2, 2)
    // Eight images of two classes: 8 / (2 · 6) and 8 / (2 · 2); class 1 has none.
    expect(classWeightsOf(labels)).toEqual([8 / 12, 0, 2])
    expect([...labels].reduce((sum, label) => sum + classWeightsOf(labels)[label]!, 0)).toBeCloseTo(8, 10)
  })
})
