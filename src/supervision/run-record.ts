import type { Run } from '../contract/runs'
import { isOpen } from '../rules/states'
import type { WorkerEnd } from './supervisor'

/** The record of a run after its worker's end. What the worker itself wrote stays, unless it claims to be done without saying so. */
export function recordAfter({ owner, ...run }: Run, end: WorkerEnd<'train'> | { kind: 'dropped' }): Run {
  const finishedAt = new Date().toISOString()
  const open = isOpen(run)
  switch (end.kind) {
    case 'done': return run
    case 'dropped': return { ...run, state: 'cancelled', finishedAt }
    case 'cancelled':
      return open ? { ...run, state: 'cancelled', finishedAt, ...(end.error && { error: end.error }) } : run
    case 'failed':
      // Another process works on it: this one only failed to.
      if (end.error.code === 'run-busy' && run.state !== 'queued') return { ...run, ...(owner && { owner }) }
      return open ? { ...run, state: 'failed', finishedAt, error: end.error } : run
    case 'lost':
      return open || run.state === 'done' ? { ...run, state: 'interrupted', finishedAt, error: end.error } : run
  }
}
