import { resumableStates, type Run, type RunState } from '../../../contract/runs'
import { isTwin } from '../../shared/runs'

/** A filter's choice that lets everything through; never an id. */
export const whichever = '*'
/** What narrows the list. */
export interface RunFilter {
  text: string
  state: typeof whichever | StateGroup
  method: string
  target: string
  /** Without the control runs of studies. */
  candidatesOnly: boolean
}
export const everyRun: RunFilter = { text: '', state: whichever, method: whichever, target: whichever, candidatesOnly: false }

/** States as a person asks for them: what works now, what can go on, what is over. */
export const stateGroups = {
  active: ['queued', 'running'],
  resumable: resumableStates,
  done: ['done']
} as const satisfies Record<string, readonly RunState[]>
export type StateGroup = keyof typeof stateGroups

const stateOrder: readonly RunState[] = ['running', 'queued', 'paused', 'interrupted', 'failed', 'cancelled', 'done']

/** Where a state stands when runs are sorted by it: what works first, what is done last. */
export const stateRank = (state: RunState): number => stateOrder.indexOf(state)

/** Labels a spec grants as one number to sort by: none, so many per class, all. */
export function labelRank({ spec }: Run): number {
  const { labels } = spec.target
  return labels === 'none' ? 0 : labels === 'all' ? Number.MAX_SAFE_INTEGER : labels.perClass
}

/** True when every word of `text` stands in the run's name, source, target, method or id. */
function matchesText(run: Run, text: string, methodTitle: string): boolean {
  const { source, target, method } = run.names
  const haystack = [run.name, source, target, method, methodTitle, run.spec.method.id, run.id].join('\n').toLowerCase()
  return text.toLowerCase().split(/\s+/).every((word) => haystack.includes(word))
}

/** The runs that pass the filter, in their order. */
export function filterRuns(
  runs: readonly Run[], filter: RunFilter, methodTitle: (run: Run) => string = (run) => run.names.method
): Run[] {
  const states: readonly RunState[] | undefined = filter.state === whichever ? undefined : stateGroups[filter.state]
  return runs.filter((run) => !(filter.candidatesOnly && isTwin(run)) && (states === undefined || states.includes(run.state))
    && (filter.method === whichever || run.spec.method.id === filter.method)
    && (filter.target === whichever || run.spec.target.dataset === filter.target)
    && matchesText(run, filter.text, methodTitle(run)))
}
