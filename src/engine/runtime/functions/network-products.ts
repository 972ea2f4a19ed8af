// A matrix product may be a layer of a network or part of a loss (a covariance, distances between features). Only the
// former may compute in bfloat16, so they are marked while they are recorded.

let marked = false

/** Whether the product being recorded is a network's. */
export const isNetworkProduct = (): boolean => marked

/** What `work` multiplies is a network's. */
export function asNetworkProduct<Value>(work: () => Value): Value {
  const before = marked
  marked = true
  try {
    return work()
  } finally {
    marked = before
  }
}
