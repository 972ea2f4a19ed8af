import { csvCell } from '../../../rules/format/csv'

/** The pairs that occurred, the most frequent mistakes first, then what was right: `[count, share of the true class]`. */
export function confusionRows(
  classes: readonly string[], matrix: readonly (readonly number[])[]
): { x: string, values: (number | null)[] }[] {
  const pairs = matrix.flatMap((row, truth) => {
    const total = row.reduce((sum, count) => sum + count, 0)
    return row.map((count, predicted) => ({
      x: `${classes[truth] ?? truth} → ${classes[predicted] ?? predicted}`, wrong: truth !== predicted, values: [count, total === 0 ? 0 : count / total]
    }))
  })
  return pairs.filter(({ values }) => (values[0] ?? 0) > 0)
    .sort((a, b) => Number(b.wrong) - Number(a.wrong) || (b.values[0] ?? 0) - (a.values[0] ?? 0))
    .map(({ x, values }) => ({ x, values }))
}

/** The matrix as comma-separated values: true classes down, predicted ones across, as its first cell says, and those that are turned away last. */
export function confusionCsv(
  classes: readonly string[], matrix: readonly (readonly number[])[],
  { axes, turnedAway }: { axes: string, turnedAway?: { title: string, counts: readonly number[] } | undefined }
): string {
  const head = [axes, ...classes, ...turnedAway ? [turnedAway.title] : []].map(csvCell).join(',')
  const rows = matrix.map((row, truth) => [csvCell(classes[truth] ?? ''), ...row, ...turnedAway ? [turnedAway.counts[truth] ?? 0] : []].join(','))
  return [head, ...rows].join('\n') + '\n'
}
