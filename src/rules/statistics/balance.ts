import type { Score } from '../../contract/runs'

/** What accuracy does not tell where classes are of unequal size. */
export interface Balance {
  /** Mean of the classes' accuracies, each class counting alike. */
  balancedAccuracy?: number
  /** Mean of the classes' F1; undefined where nobody wrote down what was taken for what. */
  macroF1?: number
}

/**
 * Of a record that has them, or worked out from what a record of an earlier version has. A class without images has no
 * accuracy; one that is neither there nor predicted has no F1 (as scikit-learn counts both).
 */
export function balanceOf({ perClass, confusion, balancedAccuracy, macroF1 }: Omit<Score, 'accuracy' | 'loss' | 'n'>): Balance {
  const balanced = balancedAccuracy ?? mean(perClass.flatMap(({ accuracy }) => accuracy ?? []))
  const f1 = macroF1 ?? (confusion && mean(f1Of(confusion)))
  return { ...(balanced !== undefined && { balancedAccuracy: balanced }), ...(f1 !== undefined && { macroF1: f1 }) }
}

/** F1 of each class that is there or predicted: twice what is right over what is there and what is predicted together. */
function f1Of(confusion: readonly (readonly number[])[]): number[] {
  const predicted = new Array<number>(confusion.length).fill(0)
  for (const row of confusion) row.forEach((count, column) => { predicted[column]! += count })
  return confusion.flatMap((row, label) => {
    const both = row.reduce((sum, count) => sum + count, 0) + predicted[label]!
    return both === 0 ? [] : 2 * row[label]! / both
  })
}

const mean = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length
