/** Space between two pictures of the grid, in pixels. */
export const gap = 8
/** Height of the words under a picture, in pixels. */
export const captionHeight = 20
/** Room around a row for the frame of the picture that has the keyboard's focus, in pixels. */
export const edge = 2

interface GridLayout { columns: number, rows: number, cellWidth: number, rowHeight: number }

/**
 * How `count` pictures of a tile's size fill a width; a caption needs 56 pixels to be read. No row is wider than `width`,
 * unless one picture is: a bar to scroll sideways would lie over the lowest pictures and take their clicks.
 */
export function gridLayout(count: number, width: number, tile: { width: number, height: number }, captions: boolean): GridLayout {
  const cellWidth = captions ? Math.max(56, tile.width) : tile.width
  const columns = Math.max(1, Math.floor((width - 2 * edge + gap) / (cellWidth + gap)))
  return { columns, rows: Math.ceil(count / columns), cellWidth, rowHeight: tile.height + (captions ? captionHeight : 0) + gap }
}

/** Where an arrow key, Home, End, Page Up or Page Down leads from a place; null for any other key. */
export function moveInGrid(key: string, place: number, count: number, columns: number, rowsInSight: number): number | null {
  const steps: Record<string, number> = {
    ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns,
    PageUp: -columns * rowsInSight, PageDown: columns * rowsInSight, Home: -Infinity, End: Infinity
  }
  const step = steps[key]
  if (step === undefined) return null
  const next = place + step
  // Up and down stay in their column; past the ends nothing moves.
  if ((key === 'ArrowUp' && next < 0) || (key === 'ArrowDown' && next >= count)) return place
  return Math.min(count - 1, Math.max(0, next))
}
