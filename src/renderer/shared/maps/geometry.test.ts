import { describe, expect, it } from 'vitest'
import { fitting, isInside } from './geometry'

describe('a lasso', () => {
  it('holds what lies inside it, also where it is bent', () => {
    // A square with a notch from above down to its middle.
    const notched = [[0, 0], [4, 0], [4, 4], [2, 2], [0, 4]] as const
    expect([[1, 1], [3, 3.5], [2, 3], [5, 1], [2, 1.9]].map(([x, y]) => isInside([x!, y!], notched))).toEqual([true, false, false, false, true])
    expect(isInside([0, 0], [])).toBe(false)
  })
})

describe('places in a picture', () => {
  it('are all in view and not stretched, up is up', () => {
    // 10 wide and 5 high in 124 × 224 with an edge of 12: 100 pixels for 10, ten each.
    const pixel = fitting([[0, 0], [10, 5]], 124, 224)
    expect([pixel([0, 0]), pixel([10, 5])]).toEqual([[12, 137], [112, 87]])
    expect(fitting([[3, 3]], 100, 100)([3, 3])).toEqual([50, 50])
  })
})
