import type { PairedDifference, Run } from '../../../contract/runs'

/** How the accuracy of one class differs between two runs, in [−1, 1]; null where either run had no image of it. */
interface ClassDifference { class: string, first: number | null, second: number | null, difference: number | null }

/** Class by class, the second run's test accuracy minus the first's; empty where either was not tested or the classes differ. */
export function classDifferences(first: Run, second: Run): ClassDifference[] {
  const before = first.metrics.test?.perClass
  const after = second.metrics.test?.perClass
  if (before === undefined || after === undefined) return []
  if (before.length !== after.length || before.some((entry, index) => entry.class !== after[index]?.class)) return []
  return before.map((entry, index) => {
    const now = after[index]?.accuracy ?? null
    return {
      class: entry.class, first: entry.accuracy, second: now,
      difference: entry.accuracy === null || now === null ? null : now - entry.accuracy
    }
  })
}

/** The largest difference without its sign, at least `floor`: the end of a ramp that is centred on zero. */
export function rampEnd(differences: readonly (number | null)[], floor = 0.05): number {
  return differences.reduce<number>((end, value) => Math.max(end, Math.abs(value ?? 0)), floor)
}

/** What a paired difference says in one word. */
export type Outcome = 'helped' | 'hurt' | 'no-evidence' | 'not-comparable'

export function outcomeOf(difference: PairedDifference): Outcome {
  return difference.verdict === 'better' ? 'helped' : difference.verdict === 'worse' ? 'hurt' : difference.verdict
}

/** Which of several figures are the best, all that are equal to it; none where there are not two to choose from. */
export function bestOf(values: readonly (number | undefined)[], least = false): boolean[] {
  const known = values.filter((value) => value !== undefined)
  const best = least ? Math.min(...known) : Math.max(...known)
  return values.map((value) => known.length > 1 && value === best)
}
