import type { Run } from '../../../contract/runs'

/** True for a model that has learned something: an import or a run, not a bare architecture. */
export const isTrained = (source: string | null): boolean => source !== null && !source.startsWith('arch:')

/** The data set a run's model was trained on, where the source is one. */
export function trainedOn(source: string | null, runs: readonly Run[]): string | null {
  const id = source?.startsWith('run:') ? source.slice('run:'.length) : null
  return runs.find((run) => run.id === id)?.spec.target.dataset ?? null
}
