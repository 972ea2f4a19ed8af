/** At most `count` places spread over `total`, each once, in order. Not a divisor of ten, so that sorted classes mix. */
export function spreadPositions(total: number, count: number): number[] {
  const number = Math.min(total, count)
  return Array.from({ length: number }, (_, index) => Math.floor(((index + 0.5) * total) / number))
}
