import { describe, expect, it } from 'vitest'
import { inOrder, recycle, windowOf, type Slot } from './row-window'

const rowsOf = (slots: readonly Slot[]): number[] => slots.map(({ row }) => row)
const drawn = (...rows: number[]): Slot[] => rows.map((row, key) => ({ key, row }))

describe('the rows in sight', () => {
  it('are those that the window touches, and some more', () => {
    // Rows of 100 pixels; 250 … 650 touches rows 2 to 6.
    expect(windowOf({ rows: 1000, rowHeight: 100 }, 250, 400, 0)).toEqual({ first: 2, last: 6 })
    expect(windowOf({ rows: 1000, rowHeight: 100 }, 250, 400, 3)).toEqual({ first: 0, last: 9 })
    expect(windowOf({ rows: 5, rowHeight: 100 }, 900, 400, 1)).toEqual({ first: 4, last: 4 })
    expect(windowOf({ rows: 0, rowHeight: 100 }, 0, 400, 1)).toEqual({ first: 0, last: -1 })
  })

  it('take over the elements of rows that left, and keep those that stay', () => {
    const { slots, changed } = recycle(drawn(0, 1, 2, 3), { first: 2, last: 5 }, { rows: 100 })
    expect(slots).toEqual([{ key: 0, row: 4 }, { key: 1, row: 5 }, { key: 2, row: 2 }, { key: 3, row: 3 }])
    expect(changed).toBe(true)
    expect(recycle(slots, { first: 2, last: 5 }, { rows: 100 })).toEqual({ slots, complete: true, changed: false })
  })

  it('fill in from the middle, some a frame', () => {
    const first = recycle(drawn(0, 1, 2, 3, 4), { first: 50, last: 54 }, { most: 2, rows: 100 })
    expect(first.complete).toBe(false)
    // 52 is in the middle; the others keep what they showed until it is their turn.
    expect(rowsOf(first.slots)).toEqual([52, 51, 2, 3, 4])
    const second = recycle(first.slots, { first: 50, last: 54 }, { most: 2, rows: 100 })
    const third = recycle(second.slots, { first: 50, last: 54 }, { most: 2, rows: 100 })
    expect([second.complete, third.complete]).toEqual([false, true])
    expect(rowsOf(inOrder(third.slots))).toEqual([50, 51, 52, 53, 54])
  })

  it('keep the row that has the focus, wherever it is', () => {
    const { slots } = recycle(drawn(0, 1, 2), { first: 70, last: 72 }, { pinned: 1, rows: 100 })
    expect(rowsOf(inOrder(slots))).toEqual([1, 70, 71, 72])
    expect(slots.find(({ row }) => row === 1)?.key).toBe(1)
    expect(new Set(slots.map(({ key }) => key)).size).toBe(4)
  })

  it('need no more elements than rows: a smaller window lets them go', () => {
    expect(rowsOf(recycle(drawn(0, 1, 2, 3, 4, 5), { first: 1, last: 2 }, { rows: 100 }).slots)).toEqual([1, 2])
    expect(recycle(drawn(0, 1), { first: 0, last: -1 }, { rows: 0 }).slots).toEqual([])
  })
})
