import type { Dataset } from '../../../contract/datasets'
import type { Run } from '../../../contract/runs'
import { hasControl } from '../../../rules/next/suggest'
import { idIn } from '../../../rules/refs'
import { isOpen } from '../../../rules/states'
import { isTwin } from '../runs'

/** What comes next of the first steps, on the screen of the run that was the one before. */
type NextStep = { step: 2, /** Other digits to go to. */ target: string } | { step: 3 }

/**
 * After the first network the first transfer, and after that its control; nothing where a person has gone further, or
 * has gone to data of their own.
 */
export function nextStep(run: Run, runs: readonly Run[], datasets: readonly Dataset[]): NextStep | null {
  const learned = datasets.find(({ id }) => id === run.spec.target.dataset)
  if (run.state !== 'done' || !run.metrics.test || !learned?.sample) return null
  const transfers = runs.filter((other) => idIn('run', other.spec.source.model) !== undefined && !isTwin(other))
  if (idIn('arch', run.spec.source.model) !== undefined) {
    const other = datasets.find(({ sample, id }) => sample === true && id !== learned.id)
    return transfers.length === 0 && run.study === undefined && other ? { step: 2, target: other.id } : null
  }
  return transfers.length === 1 && transfers[0]?.id === run.id && !hasControl(run, runs) ? { step: 3 } : null
}

/**
 * Whether this is the comparison that the first steps lead to, of the first transfer with its control: 3 while one of the two
 * is still to be tested, 4 once all is done; null for any other.
 */
export function firstComparison(compared: readonly Run[], runs: readonly Run[], datasets: readonly Dataset[]): 3 | 4 | null {
  const transfers = runs.filter((other) => idIn('run', other.spec.source.model) !== undefined && !isTwin(other))
  const [transfer] = transfers
  const control = compared.find((run) => run.id !== transfer?.id)
  if (transfers.length !== 1 || transfer === undefined || compared.length !== 2 || control === undefined) return null
  const theirs = Object.values(transfer.study?.twins ?? {}).includes(control.id)
  if (!theirs || !datasets.some(({ id, sample }) => sample === true && id === transfer.spec.target.dataset)) return null
  if ([transfer, control].every((run) => run.state === 'done' && run.metrics.test !== undefined)) return 4
  return isOpen(control) || isOpen(transfer) ? 3 : null
}
