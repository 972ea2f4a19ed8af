/** From where on a difference is no evidence. */
export const significance = 0.05

/**
 * McNemar's exact test (1947): how probable it is that of the images that one of two runs got right and the other did not
 * so many or more are on one side, were both as good. Both sides together, by the binomial distribution.
 */
export function exactMcNemar(gained: number, lost: number): number {
  const n = gained + lost
  // Logarithms, because 1/2ⁿ is smaller than any number from 1,075 images on.
  let log = -n * Math.LN2
  let tail = Math.exp(log)
  for (let k = 1; k <= Math.min(gained, lost); k++) {
    log += Math.log((n - k + 1) / k)
    tail += Math.exp(log)
  }
  return Math.min(1, 2 * tail)
}

/**
 * The probabilities of several tests, corrected so that all of them together are wrong as seldom as one (Holm 1979): the
 * smallest times the number of tests, the next times one less, and none smaller than one before it. In the order given.
 */
export function holm(probabilities: readonly number[]): number[] {
  const corrected = new Array<number>(probabilities.length)
  let highest = 0
  const order = [...probabilities.keys()].sort((a, b) => probabilities[a]! - probabilities[b]!)
  for (const [rank, index] of order.entries()) {
    highest = Math.max(highest, Math.min(1, probabilities[index]! * (order.length - rank)))
    corrected[index] = highest
  }
  return corrected
}
