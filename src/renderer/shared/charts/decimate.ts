interface Point { x: number, y: number }

/**
 * At most about `4 · buckets` points that look the same as all of them: of each bucket of x the first, lowest, highest
 * and last, so that no peak is lost. Gaps (y not finite) stay gaps.
 */
export function decimate(x: ArrayLike<number>, y: ArrayLike<number>, buckets: number): Point[] {
  const length = Math.min(x.length, y.length)
  const point = (index: number): Point => ({ x: x[index] ?? NaN, y: y[index] ?? NaN })
  if (length <= buckets * 4) return Array.from({ length }, (_, index) => point(index))

  const from = x[0] ?? 0
  const width = ((x[length - 1] ?? 0) - from) / buckets || 1
  const kept: Point[] = []
  let start = 0
  while (start < length) {
    const bucket = Math.floor(((x[start] ?? 0) - from) / width)
    let lowest = -1
    let highest = -1
    let last = -1
    let gap = -1
    let end = start
    for (; end < length && Math.floor(((x[end] ?? 0) - from) / width) === bucket; end += 1) {
      const value = y[end] ?? NaN
      if (!Number.isFinite(value)) {
        gap = end
        continue
      }
      if (lowest < 0 || value < (y[lowest] ?? 0)) lowest = end
      if (highest < 0 || value > (y[highest] ?? 0)) highest = end
      last = end
    }
    const chosen = [start, lowest, highest, gap, last].filter((index) => index >= 0)
    for (const index of [...new Set(chosen)].sort((a, b) => a - b)) kept.push(point(index))
    start = end
  }
  return kept
}
