/** A cell of a table, counted from its first row and column. */
export interface CellPlace { row: number, column: number }

const steps: Readonly<Record<string, readonly [down: number, right: number]>> = {
  ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1]
}

/** Where an arrow key leads from a cell: the next one that way that can be opened, itself where there is none; null for other keys. */
export function nextCell(key: string, from: CellPlace, openable: readonly (readonly boolean[])[]): CellPlace | null {
  const step = steps[key]
  if (!step) return null
  let [row, column] = [from.row + step[0], from.column + step[1]]
  while (openable[row]?.[column] === false) {
    row += step[0]
    column += step[1]
  }
  return openable[row]?.[column] ? { row, column } : from
}
