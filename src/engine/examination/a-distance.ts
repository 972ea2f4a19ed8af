/**
 * How often a rule tells two sets apart; both counted equally, so that the larger one does not answer for both.
 * @param probabilities [count, 2]
 * @param labels 0 or 1 [count]
 */
export function accuracyOf(probabilities: Float64Array, labels: Int32Array): number {
  const [right, all] = [[0, 0], [0, 0]]
  labels.forEach((label, image) => {
    all[label]! += 1
    if (probabilities[image * 2 + label]! > 0.5) right[label]! += 1
  })
  return (right[0]! / all[0]! + right[1]! / all[1]!) / 2
}

/** The proxy A-distance 2 · (1 − 2 · error) of a rule that is right so often (Ben-David et al. 2007); 0 where it is no better than chance. */
export const aDistance = (accuracy: number): number => Math.max(0, 2 * (1 - 2 * (1 - accuracy)))
