import { describe, expect, it } from 'vitest'
import { gridLayout, moveInGrid } from './grid-layout'

describe('the grid of pictures', () => {
  it('fills the width: with a gap of 8, ten pictures of 64 take 712 pixels', () => {
    expect(gridLayout(100_000, 716, { width: 64, height: 64 }, true)).toMatchObject({ columns: 10, rows: 10_000, rowHeight: 92 })
    expect(gridLayout(100_000, 715, { width: 64, height: 64 }, true).columns).toBe(9)
    expect(gridLayout(5, 10, { width: 64, height: 64 }, false)).toMatchObject({ columns: 1, rows: 5, rowHeight: 72 })
  })

  it('is never wider than its room: a bar to scroll sideways would cover the lowest pictures', () => {
    const tile = { width: 56, height: 56 }
    for (let width = 60; width < 2_000; width++) {
      const { columns, cellWidth } = gridLayout(100_000, width, tile, true)
      const rowWidth = columns * (cellWidth + 8) - 8 + 2 * 2
      expect(rowWidth).toBeLessThanOrEqual(width)
      expect(rowWidth + cellWidth + 8).toBeGreaterThan(width)
    }
  })

  it('moves by one, by a row and by a screen, and stays inside', () => {
    expect(moveInGrid('ArrowRight', 0, 25, 10, 3)).toBe(1)
    expect(moveInGrid('ArrowDown', 3, 25, 10, 3)).toBe(13)
    expect(moveInGrid('ArrowDown', 18, 25, 10, 3)).toBe(18)
    expect(moveInGrid('PageDown', 3, 25, 10, 3)).toBe(24)
    expect(moveInGrid('Home', 13, 25, 10, 3)).toBe(0)
    expect(moveInGrid('x', 13, 25, 10, 3)).toBeNull()
  })
})
