/** The 97.5 % quantile of Student's t: tables for few degrees of freedom, Abramowitz and Stegun 26.7.5 beyond (error < 1e-5). */
export function studentQuantile(degreesOfFreedom: number): number {
  const tabled = few[degreesOfFreedom - 1]
  if (tabled !== undefined) return tabled
  const n = degreesOfFreedom
  const z = 1.959963985
  return z + (z ** 3 + z) / (4 * n) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * n ** 2)
    + (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * n ** 3)
    + (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / (92160 * n ** 4)
}
const few = [12.706205, 4.302653, 3.182446, 2.776445, 2.570582, 2.446912, 2.364624, 2.306004, 2.262157, 2.228139]

/** The mean, and the standard deviation of the sample (n − 1), which one value alone has not. */
export function momentsOf(values: readonly number[]): { mean: number, standardDeviation?: number } {
  const n = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / n
  if (n < 2) return { mean }
  return { mean, standardDeviation: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1)) }
}
