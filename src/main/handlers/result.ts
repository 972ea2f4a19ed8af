import { GraftError } from '../../contract/errors'
import type { JobKind, ResultOf } from '../../contract/jobs'
import type { JobEnd } from '../jobs/jobs'

/** What a job brought; null where it was cancelled. @throws GraftError why it failed */
export function resultOf<Kind extends JobKind>(end: JobEnd<Kind>): ResultOf<Kind> | null {
  if (end.kind === 'done') return end.result
  if (end.kind === 'failed' || end.kind === 'lost') throw GraftError.fromValue(end.error)
  return null
}
