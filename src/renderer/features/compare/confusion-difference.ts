/** How much more often the second run took one class for another than the first did. */
export interface ConfusionChange { truth: number, predicted: number, difference: number, /** Whether that is for the better. */ better: boolean }

/** The second matrix minus the first, cell by cell: more on the diagonal is better, more beside it worse. */
export function confusionChanges(first: readonly (readonly number[])[], second: readonly (readonly number[])[]): ConfusionChange[][] {
  return second.map((row, truth) => row.map((count, predicted) => {
    const difference = count - (first[truth]?.[predicted] ?? 0)
    return { truth, predicted, difference, better: (difference > 0) === (truth === predicted) }
  }))
}
