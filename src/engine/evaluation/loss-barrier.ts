/**
 * The loss barrier between two networks (Entezari et al. 2022, arXiv:2110.06296, definition 1). Walk along the straight
 * line between their weights, and compare the loss at each point with the straight line between the two ends' losses. The
 * barrier is the largest excess. Frankle et al. 2020 (arXiv:1912.05671, section 2) subtract the mean of the ends' errors
 * instead. Both ends count as points, so the barrier is never below 0. Near 0 the networks lie in one basin.
 * @param losses at equal steps from one end to the other, both ends included
 */
export function lossBarrier(losses: readonly number[]): number {
  const [first, last] = [losses[0]!, losses[losses.length - 1]!]
  return Math.max(...losses.map((loss, index) => {
    const share = index / (losses.length - 1)
    return index === 0 || index === losses.length - 1 ? 0 : loss - ((1 - share) * first + share * last)
  }))
}
