export interface TableColumn<Row> {
  key: string
  title: string
  align?: 'start' | 'end'
  /** What the column sorts by and, without a slot, shows; null sorts last. A column without it is not sortable. */
  value?: (row: Row) => string | number | null
  /** How the value is shown where there is no slot. */
  format?: (value: string | number) => string
  /** The title is for screen readers alone. */
  hideTitle?: boolean
  /** The first click sorts from the largest down. */
  descendingFirst?: boolean
  /** CSS width, e.g. `120px`. */
  width?: string
}

export interface TableSort { key: string, descending: boolean }

/** The rows in the order of one column; equal ones keep their order, empty ones come last either way. */
export function sortedRows<Row>(rows: readonly Row[], columns: readonly TableColumn<Row>[], sort: TableSort | null): Row[] {
  const value = columns.find((column) => column.key === sort?.key)?.value
  if (!sort || !value) return [...rows]
  const sign = sort.descending ? -1 : 1
  return [...rows].sort((first, second) => {
    const a = value(first)
    const b = value(second)
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
    if (typeof a === 'string' && typeof b === 'string') return sign * a.localeCompare(b, undefined, { numeric: true })
    return sign * (Number(a) - Number(b))
  })
}
