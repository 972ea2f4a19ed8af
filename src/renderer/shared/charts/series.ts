import { csvCell } from '../../../rules/format/csv'

/** One line of a chart. `x` rises; a `y` that is not finite is a gap. */
export interface ChartSeries {
  id: string
  label: string
  x: ArrayLike<number>
  y: ArrayLike<number>
  /** Place in the palette (colour and line style); by default its place in the list. */
  style?: number
  /** A colour token instead of the palette's, e.g. `--source`. */
  colour?: string | undefined
  /** Dashes of the line in pixels instead of the palette's, e.g. `[]` for a solid one. */
  dash?: number[] | undefined
}

/** Place of the x nearest to `at` by binary search; −1 where there is none. */
export function nearestIndex(x: ArrayLike<number>, at: number): number {
  if (x.length === 0) return -1
  let low = 0
  let high = x.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if ((x[middle] ?? 0) < at) low = middle + 1
    else high = middle
  }
  return low > 0 && at - (x[low - 1] ?? 0) <= (x[low] ?? 0) - at ? low - 1 : low
}

/** The last finite point of a series, or null. */
export function lastPoint(series: ChartSeries): { x: number, y: number } | null {
  for (let index = series.y.length - 1; index >= 0; index -= 1) {
    const y = series.y[index] ?? NaN
    if (Number.isFinite(y)) return { x: series.x[index] ?? NaN, y }
  }
  return null
}

interface SeriesRow { x: number, values: (number | null)[] }

/** All series as one table: a row for each x that any of them has. */
export function seriesTable(list: readonly ChartSeries[]): SeriesRow[] {
  const rows = new Map<number, (number | null)[]>()
  list.forEach((series, column) => {
    for (let index = 0; index < series.x.length; index += 1) {
      const x = series.x[index] ?? NaN
      let values = rows.get(x)
      if (!values) rows.set(x, values = list.map(() => null))
      const y = series.y[index] ?? NaN
      values[column] = Number.isFinite(y) ? y : null
    }
  })
  return [...rows].map(([x, values]) => ({ x, values })).sort((a, b) => a.x - b.x)
}

/** The table as comma-separated values at full precision. */
export function seriesCsv(xTitle: string, list: readonly ChartSeries[]): string {
  const head = [xTitle, ...list.map((series) => series.label)].map(csvCell).join(',')
  const lines = seriesTable(list).map(({ x, values }) => [x, ...values.map((value) => value ?? '')].join(','))
  return [head, ...lines].join('\n') + '\n'
}
