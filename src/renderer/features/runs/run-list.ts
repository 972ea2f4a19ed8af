import { resumableStates, type Run, type RunState } from '../../../contract/runs'
import { csvCell, csvFile } from '../../../rules/format/csv'
import { marksOf } from '../../../rules/marks'
import { isTwin } from '../../shared/runs'

/** A filter's choice that lets everything through; never an id. */
export const whichever = '*'
/** What narrows the list. */
export interface RunFilter {
  text: string
  state: typeof whichever | StateGroup
  method: string
  target: string
  tag: string
  /** Without the control runs of studies. */
  candidatesOnly: boolean
}
export const everyRun: RunFilter = { text: '', state: whichever, method: whichever, target: whichever, tag: whichever, candidatesOnly: false }

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

/** True when every word of `text` stands in the run's name, source, target, method, tags, note or id. */
function matchesText(run: Run, text: string, methodTitle: string): boolean {
  const { source, target, method } = run.names
  const haystack = [run.name, source, target, method, methodTitle, run.spec.method.id, run.id, ...marksOf(run).tags, marksOf(run).note].join('\n').toLowerCase()
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
    && (filter.tag === whichever || marksOf(run).tags.includes(filter.tag))
    && matchesText(run, filter.text, methodTitle(run)))
}

/** The controls of each candidate among these runs, by its id: a control that several share is the first one's. */
export function controlsOf(runs: readonly Run[]): Map<string, Run[]> {
  const twins = new Map(runs.filter(isTwin).map((run) => [run.id, run]))
  const found = new Map<string, Run[]>()
  const oldestFirst = runs.filter((run) => !isTwin(run)).sort((a, b) => a.createdAt.localeCompare(b.createdAt) || a.id.localeCompare(b.id))
  for (const candidate of oldestFirst) {
    const own = Object.values(candidate.study?.twins ?? {}).flatMap((id) => twins.get(id) ?? [])
    for (const { id } of own) twins.delete(id)
    if (own.length > 0) found.set(candidate.id, own)
  }
  return found
}

/** The other runs of each study under its newest candidate among these runs, by that one's id. */
export function restOfStudies(runs: readonly Run[]): Map<string, Run[]> {
  const studies = new Map<string, Run[]>()
  for (const run of runs) if (run.study) studies.set(run.study.id, [...studies.get(run.study.id) ?? [], run])
  return new Map([...studies.values()].flatMap((all) => {
    const newestFirst = [...all].sort((a, b) => b.createdAt.localeCompare(a.createdAt) || b.id.localeCompare(a.id))
    const head = newestFirst.find((run) => !isTwin(run)) ?? newestFirst[0]!
    return all.length < 2 ? [] : [[head.id, all.filter(({ id }) => id !== head.id)] as const]
  }))
}

/** Sorted runs with the controls of each candidate under it where that is unfolded, and left out where it is not. */
export function underCandidates(sorted: readonly Run[], controls: ReadonlyMap<string, readonly Run[]>, unfolded: ReadonlySet<string>): Run[] {
  const place = new Map(sorted.map(({ id }, index) => [id, index]))
  const under = new Set([...controls.values()].flatMap((list) => list.map(({ id }) => id)))
  return sorted.filter(({ id }) => !under.has(id)).flatMap((run) => unfolded.has(run.id)
    ? [run, ...[...controls.get(run.id) ?? []].sort((a, b) => (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0))] : [run])
}

/**
 * The list as a comma-separated table, one line per run. Column names are in English whatever the window speaks, so that a
 * script reads them anywhere.
 */
export function runsCsv(runs: readonly Run[]): string {
  const header = [
    'id', 'name', 'state', 'created', 'source', 'target', 'method', 'labels', 'study', 'role', 'seed', 'test.accuracy', 'test.images', 'epochs', 'seconds', 'tags', 'note', 'pinned'
  ]
  return csvFile([header, ...runs.map((run) => {
    const { id, name, state, createdAt, names, spec, study, metrics: { test }, epochs, seconds } = run
    const { labels } = spec.target
    const { tags, note, pinned } = marksOf(run)
    return [
      id, name, state, createdAt, names.source, names.target, spec.method.id, typeof labels === 'string' ? labels : String(labels.perClass),
      study?.id ?? '', study?.role ?? '', String(spec.training.seed), String(test?.accuracy ?? ''), String(test?.n ?? ''), String(epochs), String(seconds),
      tags.join(', '), note, pinned ? 'yes' : ''
    ].map(csvCell)
  })])
}
