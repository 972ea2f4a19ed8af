import { isTrained, recipeOf, type GauntletRow } from './_row'
import type { Results } from './results'
import { seedsOf } from './run-row'

export interface EstimateOptions { quick: boolean, seeds: number }

/** About how many seconds a row takes on two cores when nothing of it is done yet. */
export function estimateOf(row: GauntletRow, { quick, seeds }: EstimateOptions): number {
  if (!isTrained(row)) return 0
  return seedsOf(row, seeds) * (quick ? row.seconds.quick : row.seconds.whole)
}

/** Whether a row's result is there with at least so many seeds, trained as the row says now. */
export function isDone(row: GauntletRow, results: Results, { quick, seeds }: EstimateOptions): boolean {
  if (!isTrained(row)) return true
  return results.list.some((result) => result.row === row.id && result.quick === quick
    && result.recipe === recipeOf(row, quick) && result.ours.done >= seedsOf(row, seeds))
}
