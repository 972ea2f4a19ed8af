import type { Run } from '../../../contract/runs'

/** The study that all of these runs belong to; null where they do not share one. */
export function studyOf(runs: readonly Run[]): string | null {
  const id = runs[0]?.study?.id
  return id !== undefined && runs.every((run) => run.study?.id === id) ? id : null
}
