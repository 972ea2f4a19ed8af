/** Labelled feature vectors. */
export interface Examples {
  /** [count, length], row by row. */
  values: Float32Array
  length: number
  /** Class indices [count]. */
  labels: Int32Array
  classes: number
}

/** What a computation over all the images hears and tells. */
export interface FitHooks {
  signal: AbortSignal
  onProgress(done: number, total: number): void
}
