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

  /** How many of its jobs have not ended, as far as is known. */
  get size(): number {
    return [...this.jobs.keys()].filter((job) => !this.care.endedJobs.has(job)).length
  }

  /** Whether some of its runs wait for a job. @param runs those of this queue that are given out */
  wantsJobs(runs: readonly Run[]): boolean {
    return runs.some((run) => this.seen(run) === undefined)
  }

  /** Learns of the jobs that its runs lead to. @param runs those of this queue that are given out */
  meet(runs: readonly Run[]): void {
    for (const job of [...this.led(runs), ...runs.flatMap(({ away }) => away!.job ?? [])]) {
      if (job !== '' && !this.jobs.has(job)) this.jobs.set(job, performance.now())
    }
  }

  /** Asks after jobs that none of its runs leads to: they may have ended. @param runs those of this queue that are given out */
  async askAfter(runs: readonly Run[], backend: Backend): Promise<void> {
    const { endedJobs } = this.care
    const led = this.led(runs)
    const now = performance.now()
    for (const [job, askedAt] of this.jobs) {
      if (endedJobs.has(job) || led.has(job) || now - askedAt < Math.max(askMilliseconds, 40 * this.jobs.size)) continue
      this.jobs.set(job, now)
      const { state } = await backend.standing(job)
      if (state !== 'waiting' && state !== 'running') endedJobs.add(job)
    }
  }

  /**
   * Hands over the jobs that are missing, the oldest run first.
   * @param runs those of this queue that are given out
   * @param room how many jobs it may have
   */
  async fill(runs: readonly Run[], room: number): Promise<void> {
    let missing = Math.min(runs.length, room) - this.size
    for (const run of runs) {
      if (missing <= 0) return
      if (this.seen(run) !== undefined || run.away!.job !== undefined) continue
      const { attempt } = run.away!
      const watched = this.care.records.watched.get(run.id)
      // One that was begun meanwhile needs no other job, and one that nobody can begin is given out again.
      if (await watched?.takenBy(attempt) !== undefined || watched?.nobodysSince(attempt) !== undefined) continue
      await this.care.handOver(run)
      this.jobs.set(this.care.records.latest(run).away?.job ?? '', performance.now())
      missing--
    }
  }

  private seen({ id, away }: Run): string | undefined {
    return this.care.records.watched.get(id)?.jobSeen(away!.attempt)
  }

  /** Runs that nobody has begun lead to the job that was handed over for them, others to the one that has them. */
  private led(runs: readonly Run[]): Set<string> {
    return new Set(runs.flatMap((run) => this.seen(run) ?? run.away!.job ?? []))
  }
}

/** How many runs fit on these machines at once. */
export function roomOn(nodes: Awaited<ReturnType<Backend['nodes']>>, { cores, gpus = 0, memoryBytes = 0 }: Place): number {
  return nodes.reduce((sum, node) => sum + Math.floor(Math.min(
    node.cores / cores, gpus > 0 ? node.gpus / gpus : Infinity, memoryBytes > 0 && node.memoryBytes > 0 ? node.memoryBytes / memoryBytes : Infinity
  )), 0)
}
