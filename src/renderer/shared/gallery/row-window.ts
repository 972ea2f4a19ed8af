/** The rows of a long list that are drawn, each in an element that takes another row when its own has left. */
export interface Slot {
  /** The element. */
  key: number
  /** The row that it shows. */
  row: number
}

interface RowWindow { first: number, last: number }

/** Rows in sight and `overscan` more at either end; `last` is before `first` where there are none. */
export function windowOf(
  { rows, rowHeight }: { rows: number, rowHeight: number }, scrollTop: number, viewHeight: number, overscan: number
): RowWindow {
  const first = Math.floor(scrollTop / rowHeight) - overscan
  const last = Math.ceil((scrollTop + viewHeight) / rowHeight) - 1 + overscan
  return { first: Math.max(0, Math.min(first, rows - 1)), last: Math.min(rows - 1, last) }
}

/**
 * Moves elements to the rows of the window that are not drawn yet, those in its middle first, `most` at a time; an
 * element is added only where all others are needed, and goes where there are too many.
 * @param pinned a row that stays drawn wherever it is: the one that has the keyboard's focus
 * @returns the elements, those that stay in their order, and whether all rows of the window are drawn
 */
export function recycle(
  slots: readonly Slot[], { first, last }: RowWindow, { most = Infinity, pinned = null, rows }: { most?: number, pinned?: number | null, rows: number }
): { slots: Slot[], complete: boolean, changed: boolean } {
  const isWanted = (row: number): boolean => (row >= first && row <= last) || (row === pinned && row < rows)
  const drawn = new Set(slots.map(({ row }) => row).filter(isWanted))
  const middle = (first + last) / 2
  const missing = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index)
    .filter((row) => !drawn.has(row)).sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle))
  const next = missing.slice(0, most)
  const wantedCount = drawn.size + missing.length
  let spare = Math.max(0, slots.length - wantedCount)
  let changed = false
  let highest = slots.reduce((key, slot) => Math.max(key, slot.key), -1)
  const moved: Slot[] = []
  for (const slot of slots) {
    const row = isWanted(slot.row) ? undefined : next.shift()
    if (isWanted(slot.row)) moved.push(slot)
    else if (row !== undefined) moved.push({ key: slot.key, row })
    else if (spare > 0) spare--
    else moved.push(slot)
    changed ||= moved.at(-1) !== slot
  }
  for (const row of next) moved.push({ key: ++highest, row })
  return { slots: moved, complete: missing.length <= most, changed: changed || moved.length !== slots.length }
}

/** The elements in the order of their rows: what a screen reader reads goes by the document's order. */
export function inOrder(slots: readonly Slot[]): Slot[] {
  return [...slots].sort((a, b) => a.row - b.row)
}
