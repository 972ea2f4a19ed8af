import type { JobStatus } from '../contract/jobs/status'
import type { Run } from '../contract/runs'
import { secondsBefore } from './advice/cost'
import { isWorking } from './states'

/** How long what works and what waits will take. */
interface QueueTime {
  seconds: number
  /** Jobs that nothing is known of: they come on top. */
  unknown: number
}

/**
 * Seconds until the training queue is empty: what the running one says of itself, and of each that waits what the same
 * settings took before, or what the running one takes in all where it has the same settings; the seed does not matter.
 */
export function queueTime(jobs: readonly JobStatus[], runs: readonly Run[]): QueueTime {
  const byId = new Map(runs.map((run) => [run.id, run]))
  const known = jobs.filter(({ kind }) => kind === 'train').map((job) => {
    if (isWorking(job)) return job.progress?.secondsLeft
    const run = byId.get(job.runId ?? '')
    return run && secondsBefore(run.spec, [...runs, ...underWay(jobs, byId)])
  })
  return {
    seconds: known.reduce<number>((sum, seconds) => sum + (seconds ?? 0), 0),
    unknown: known.filter((seconds) => seconds === undefined).length
  }
}

/** The running run as if it were done, by what it foretells of itself. */
function underWay(jobs: readonly JobStatus[], byId: ReadonlyMap<string, Run>): Run[] {
  return jobs.flatMap((job) => {
    const run = byId.get(job.runId ?? '')
    const left = job.progress?.secondsLeft
    const sofar = job.progress && 'seconds' in job.progress ? job.progress.seconds : undefined
    return isWorking(job) && run && left !== undefined && typeof sofar === 'number' ? [{ ...run, state: 'done' as const, seconds: sofar + left }] : []
  })
}
