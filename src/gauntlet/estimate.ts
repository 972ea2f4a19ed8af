import { isTrained, recipeOf, type GauntletRow } from './row'
import type { Results } from './results'
import { seedsOf } from './run-row'

export interface EstimateOptions { quick: boolean, seeds: number }

/** About how many seconds a row takes on two cores when nothing of it is done yet. */
export function estimateOf(row: GauntletRow, { quick, seeds }: EstimateOptions): number {
  if (!isTrained(row)) return 0
  return seedsOf(row, seeds) * (quick ? row.seconds.quick : row.seconds.whole)
}

/** How much sooner two cores are done with two trainings at once than with one after the other, as measured (docs/results.md). */
const gainOfJobs = 1.5

/** About how many seconds the rows take together. */
export function totalOf(rows: readonly GauntletRow[], options: EstimateOptions & { jobs: number }): number {
  const alone = rows.reduce((sum, row) => sum + estimateOf(row, options), 0)
  return options.jobs > 1 ? alone / gainOfJobs : alone
}

/** Whether a row's result is there with at least so many seeds, trained as the row says now. */
export function isDone(row: GauntletRow, results: Results, { quick, seeds }: EstimateOptions): boolean {
  if (!isTrained(row)) return true
  return results.list.some((result) => result.row === row.id && result.quick === quick
    && result.recipe === recipeOf(row, quick) && result.ours.done >= seedsOf(row, seeds))
}
