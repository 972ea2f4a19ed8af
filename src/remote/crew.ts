import type { Run } from '../contract/runs'
import type { Place } from '../contract/workers'
import type { Backend } from './backends/backend'
import type { RunCare } from './run-care'

/** A job that no run leads to is asked after so rarely. */
const askMilliseconds = 5_000

/** The jobs of one queue: as many as runs are computed at once. Each takes one run after another, so few are enough. */
export class Crew {
  /** Jobs that were handed over or were seen at work, and when each was last asked after. */
  private readonly jobs = new Map<string, number>()

  constructor(private readonly care: RunCare) {}

  /**
   * Hands over the jobs that are missing, the oldest run first.
   * @param runs those of this queue that are given out
   * @param room how many jobs there may be
   */
  async tend(runs: readonly Run[], room: number, backend: Backend): Promise<void> {
    const { watched, endedJobs } = this.care
    const seen = (run: Run): string | undefined => watched.get(run.id)?.jobSeen(run.away!.attempt)
    const now = performance.now()
    // Runs that nobody has begun lead to the job that was handed over for them, others to the one that has them.
    const led = new Set(runs.flatMap((run) => seen(run) ?? run.away!.job ?? []))
    for (const job of [...led, ...runs.flatMap(({ away }) => away!.job ?? [])]) if (job !== '' && !this.jobs.has(job)) this.jobs.set(job, now)
    const unbegun = runs.filter((run) => seen(run) === undefined)
    if (unbegun.length === 0) return
    for (const [job, askedAt] of this.jobs) {
      if (endedJobs.has(job) || led.has(job) || now - askedAt < Math.max(askMilliseconds, 40 * this.jobs.size)) continue
      this.jobs.set(job, now)
      const { state } = await backend.standing(job)
      if (state !== 'waiting' && state !== 'running') endedJobs.add(job)
    }
    let missing = Math.min(runs.length, room) - [...this.jobs.keys()].filter((job) => !endedJobs.has(job)).length
    for (const run of unbegun) {
      if (missing <= 0) return
      // One that was begun meanwhile needs no other job.
      if (run.away!.job !== undefined || await watched.get(run.id)?.takenBy(run.away!.attempt) !== undefined) continue
      await this.care.handOver(run)
      this.jobs.set(this.care.latest(run).away?.job ?? '', now)
      missing--
    }
  }
}

/** How many runs fit on these machines at once. */
export function roomOn(nodes: Awaited<ReturnType<Backend['nodes']>>, { cores, gpus = 0, memoryBytes = 0 }: Place): number {
  return nodes.reduce((sum, node) => sum + Math.floor(Math.min(
    node.cores / cores, gpus > 0 ? node.gpus / gpus : Infinity, memoryBytes > 0 && node.memoryBytes > 0 ? node.memoryBytes / memoryBytes : Infinity
  )), 0)
}
