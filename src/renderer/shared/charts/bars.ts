/** One line of a list of bars. */
export interface Bar {
  id: string
  label: string
  /** null where there is nothing to measure. */
  value: number | null
  /** Ends of its interval. */
  interval?: [number, number]
  /** A few words at its right, e.g. the number of images. */
  detail?: string
}
