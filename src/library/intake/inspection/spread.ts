/** Every index once: steps of about the golden ratio of the whole, with no divisor in common with it. */
export function spread(count: number): number[] {
  const divisor = (a: number, b: number): number => b === 0 ? a : divisor(b, a % b)
  let step = Math.max(1, Math.round(count * 0.6180339887))
  while (divisor(count, step) > 1) step++
  return Array.from({ length: count }, (_, turn) => turn * step % count)
}
