import type { Reliability } from '../../contract/runs'

/** Bins of equal width, as in Guo et al. 2017. */
const bins = 15

/**
 * How right answers were that were so sure: Guo, Pleiss, Sun and Weinberger 2017 ("On Calibration of Modern Neural
 * Networks"), equations 2 and 3. Undefined without an answer.
 * @param confidences probability of each answer, in [0, 1]
 * @param right 1 where the answer was right, else 0
 */
export function reliabilityOf(confidences: ArrayLike<number>, right: ArrayLike<number>): Reliability | undefined {
  const n = Math.min(confidences.length, right.length)
  if (n === 0) return undefined
  const sums = Array.from({ length: bins }, () => ({ n: 0, confidence: 0, right: 0 }))
  for (let image = 0; image < n; image += 1) {
    const confidence = confidences[image] ?? 0
    // Bins are open at their lower end, so that 1 lies in the last one.
    const sum = sums[Math.min(bins - 1, Math.max(0, Math.ceil(confidence * bins) - 1))]!
    sum.n += 1
    sum.confidence += confidence
    sum.right += right[image] ?? 0
  }
  const found = sums.flatMap((sum, index) => sum.n === 0 ? [] : [{
    from: index / bins, to: (index + 1) / bins, n: sum.n, confidence: sum.confidence / sum.n, accuracy: sum.right / sum.n
  }])
  return {
    expectedCalibrationError: found.reduce((sum, bin) => sum + bin.n / n * Math.abs(bin.accuracy - bin.confidence), 0), bins: found
  }
}
