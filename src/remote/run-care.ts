import { GraftError, toErrorValue, type ErrorValue } from '../contract/errors'
import { newestSchema } from '../contract/parcels'
import type { Place } from '../contract/workers'
import type { Metric, Run, RunProgress } from '../contract/runs'
import type { Library } from '../library'
import type { Backend, JobStanding } from './backends/backend'
import { clearAttempts, sendProgress } from './beginning'
import { jobFor } from './job'
import { lastLines } from './http'
import { isUnusable, readValue } from './objects'
import { jobOf, offer, queueOf, refuseAttempt } from './offers'
import { keysOf, sendParcel } from './parcel'
import { isPassing, runProblems } from './problems'
import { settleLeft } from './left-there'
import { RunRecords } from './run-records'
import type { WatchedRun } from './watched-run'

interface CareOptions {
  library: Library
  /** What carries its jobs out. @throws GraftError where that was not to be reached a moment ago */
  backend(place: Place): Backend
  /** A run's record has changed. */
  onRun?(run: Run): void
  onNews?(run: Run, news: { progress?: RunProgress, lines: Metric[] }): void
}

/** An attempt that is lost is given out again, so often. */
const mostLost = 3
/** Of a job that the cluster does not know any more: as long as it was heard of within this time, it is at work all the same. */
const aliveSeconds = 90
/** A job that says nothing for so long is asked after. */
const quietMilliseconds = 5_000
/** Who has an attempt may be written down this moment; where it cannot be read for so long, nobody has it. */
const unreadableMilliseconds = 5_000
/** A job that was told that its run is cancelled, and works on for so long, is stopped as a whole. */
const cancelMilliseconds = 60_000

/** What is done with each run that is away: giving it out, following it, and ending it. */
export class RunCare {
  /** Their records, and what is heard of them. */
  readonly records: RunRecords
  /** Jobs that have ended, whatever they were to do. */
  readonly endedJobs = new Set<string>()
  /** Jobs of which the cluster has not yet said that it has them. */
  readonly unsureJobs = new Set<string>()
  private readonly stoppedJobs = new Set<string>()

  constructor(private readonly options: CareOptions) {
    this.records = new RunRecords(options)
  }

  /** Looks at a run that was given out. */
  async follow(run: Run): Promise<void> {
    const watched = this.records.watched.get(run.id)!
    const wish = await this.records.wish(run)
    if (wish === 'now') {
      // Also where its store is not there any more it must come to an end.
      const isHome = await this.listen(run, watched).catch(() => false)
      return isHome ? undefined : this.cancelThere(run, watched)
    }
    if (wish === 'after-epoch') await watched.store.write(keysOf(run.id).stop, '')
    const { place, attempt, job } = run.away!
    const taken = await watched.takenBy(attempt)
    const nobodysSince = watched.nobodysSince(attempt)
    // Of a first attempt that nobody has begun there is nothing to hear.
    if ((taken !== undefined || nobodysSince !== undefined || attempt > 1) && await this.listen(run, watched)) return
    if (nobodysSince !== undefined) {
      if (performance.now() - Math.max(nobodysSince, watched.heardAt) < unreadableMilliseconds) return
      const why = await watched.failure(attempt) ?? (taken === undefined ? runProblems.claimUnreadable(place.store) : runProblems.lost(place.on, ''))
      return this.lose(run, why)
    }
    // Where no job was handed over for it, one that is there takes it; the crew sees to that.
    const asked = taken?.job ?? job
    if (asked === undefined) return
    const now = performance.now()
    if (now - watched.heardAt < quietMilliseconds) return
    // Those that wait in a long queue are asked after one after the other.
    if (now - watched.askedAt < 40 * this.records.watched.size) return
    watched.askedAt = now
    await this.judge(run, watched, asked, await this.options.backend(place).standing(asked))
  }

  /** Takes in what its node has sent. True where it was the end, or the end of this attempt. */
  private async listen(run: Run, watched: WatchedRun): Promise<boolean> {
    const { library, onRun, onNews } = this.options
    const heard = await watched.hear(run.away!.attempt)
    if (heard.progress || heard.lines.length > 0) {
      const epochs = heard.lines.reduce((most, line) => line.kind === 'epoch' ? line.epoch : most, run.epochs)
      if (run.state !== 'running' || epochs !== run.epochs) {
        onRun?.(await library.runs.update(run.id, (now) => ({ ...now, state: 'running', epochs, startedAt: now.startedAt ?? new Date().toISOString() })))
      }
      onNews?.(run, heard)
    }
    return this.takeHome(run, watched)
  }

  /** Takes its result in, where there is one. One that cannot be used is removed, and the attempt counts as lost. */
  private async takeHome(run: Run, watched: WatchedRun): Promise<boolean> {
    let home: Run | undefined
    try {
      home = await watched.takeResult(run.away!.place.on)
    } catch (error) {
      if (!isUnusable(error)) throw error
      // As long as it lies there, a node takes the run for done.
      await watched.store.remove(keysOf(run.id).result)
      await this.lose(run, toErrorValue(error))
      return true
    }
    if (home) await this.records.ended(home)
    return home !== undefined
  }

  /**
   * Stops a run there: where no job has begun with it, none will; one that works on it is told through the store, sends its
   * checkpoint and goes on with other runs. A cluster that cannot be asked leaves an attempt that is not the newest, which ends
   * itself. Where the store cannot be reached either, the run ends here and says so.
   */
  private async cancelThere(run: Run, watched: WatchedRun): Promise<void> {
    const { place, attempt, job } = run.away!
    let untold: ErrorValue | undefined
    try {
      const isUnbegun = watched.jobSeen(attempt) === undefined && await refuseAttempt(watched.store, run)
      if (isUnbegun && job !== undefined) await this.stopWaiting(this.options.backend(place), job)
      if (!isUnbegun && await this.worksOn(run, watched)) return
    } catch (error) {
      if (!(error instanceof GraftError)) throw error
      untold = await watched.store.write(keysOf(run.id).newest, JSON.stringify({ run: run.id, attempt: attempt + 1 }))
        .then(() => undefined, () => runProblems.notTold(place.on, toErrorValue(error)))
    }
    // What it brought before it heard of that is kept.
    const home = await watched.takeResult(place.on).catch(() => undefined)
    if (home) return this.records.ended(home)
    await this.records.end(run, 'cancelled', untold)
  }

  /** A job that waits in the cluster's queue for a run that is cancelled is not to start. */
  private async stopWaiting(backend: Backend, job: string): Promise<void> {
    if ((await backend.standing(job)).state !== 'waiting') return
    this.stoppedJobs.add(job)
    this.endedJobs.add(job)
    await backend.stop(job)
  }

  /** Whether a job still works on a run that is cancelled. It is told, and in the end stopped. */
  private async worksOn(run: Run, watched: WatchedRun): Promise<boolean> {
    const { place, attempt } = run.away!
    const now = performance.now()
    if (watched.cancelledAt === undefined) {
      await watched.store.write(keysOf(run.id).stop, 'now')
      watched.cancelledAt = now
    }
    const job = (await watched.takenBy(attempt))?.job
    if (job === '' || await watched.hasCancelled(attempt)) return false
    if (now - (watched.nobodysSince(attempt) ?? now) > unreadableMilliseconds) return false
    if (job === undefined || now - watched.askedAt < quietMilliseconds) return true
    watched.askedAt = now
    const backend = this.options.backend(place)
    const { state } = await backend.standing(job)
    if (state !== 'waiting' && state !== 'running') {
      this.endedJobs.add(job)
      return false
    }
    if (now - watched.cancelledAt > cancelMilliseconds) {
      this.stoppedJobs.add(job)
      await backend.stop(job)
    }
    return true
  }

  /** What becomes of a run that was not heard of, by what the cluster says of the job that has it, or was handed over for it. */
  private async judge(run: Run, watched: WatchedRun, job: string, { state, message, exitCode }: JobStanding): Promise<void> {
    const { attempt, place } = run.away!
    if (state === 'waiting' || state === 'running') return
    // It may have come between the two looks, and the job may have begun with it.
    if (await this.takeHome(run, watched)) return
    const taken = await watched.takenBy(attempt)
    if (taken !== undefined && taken.job !== job) return
    if (state === 'unknown') {
      // Never handed over, or forgotten while it waited: under the same id it is started once at most.
      if (taken === undefined) return this.handOver(run)
      if (performance.now() - Math.max(watched.heardAt, watched.since) < aliveSeconds * 1000) return
      this.endedJobs.add(job)
      return this.lose(run, runProblems.forgotten(place.on))
    }
    this.endedJobs.add(job)
    // From now on no other job begins with it; one that has just done so has it.
    if (taken === undefined && !await refuseAttempt(watched.store, run)) return
    if (state === 'stopped' && !this.stoppedJobs.has(job)) return this.records.end(run, 'interrupted', runProblems.stoppedThere(place.on))
    const log = lastLines(await this.options.backend(place).logs(job).catch(() => '') || message || '')
    if (exitCode === 126 || exitCode === 127) return this.records.end(run, 'interrupted', runProblems.noGraft(place.program ?? 'graft', log))
    return this.lose(run, await watched.failure(attempt) ?? runProblems.lost(place.on, log))
  }

  /** An attempt is lost: it is given out again, or that was tried often enough. */
  private async lose(run: Run, error: ErrorValue): Promise<void> {
    if (await this.records.isUnwanted(run)) return this.records.end(run, 'cancelled')
    const lost = (run.away!.lost ?? 0) + 1
    if (lost > mostLost) return this.records.end(run, 'interrupted', error)
    await this.giveOut(await this.records.change(run, (now) => ({ ...now, lost })))
  }

  /** The next attempt of a run: it is offered, and taken by a job that is there, or by the next that is handed over. */
  async giveOut(given: Run): Promise<void> {
    const { id, away } = given
    const { library } = this.options
    const store = this.records.storeOf(given)
    const newest = await readValue(store, keysOf(id).newest, newestSchema)
    const attempt = Math.max(away!.attempt, newest?.attempt ?? 0) + 1
    const run = await settleLeft(library, given)
    // A wish of an earlier time to stop.
    if (await this.records.wish(run) !== 'after-epoch') await store.remove(keysOf(id).stop)
    if (away!.attempt === 0) {
      if (away!.fresh) await clearAttempts(store, id, attempt)
      else await sendProgress(library, store, run, attempt)
    }
    // Written before anything is sent: whoever goes on after a crash sees to this attempt, and never begins a second one.
    const queue = away!.queue ?? queueOf(library, run)
    const changed = await this.records.change(run, ({ job: _job, ...now }) => ({ ...now, attempt, queue }))
    await this.orEnd(run, async () => {
      await this.send(changed)
      await offer(store, queue, { run: id, attempt })
    })
  }

  /** Hands a job over for an attempt that was given out; once that is computed, the job takes others of its queue. */
  async handOver(run: Run): Promise<void> {
    const job = jobOf({ run: run.id, attempt: run.away!.attempt })
    // Written down first: whoever goes on after a crash asks for this job, and never starts a second one.
    const { away } = run.away!.job === job ? run : await this.records.change(run, (now) => ({ ...now, job }))
    this.unsureJobs.add(job)
    await this.orEnd(run, async () => {
      await this.send(run)
      await this.options.backend(away!.place).submit(jobFor(run))
      this.endedJobs.delete(job)
    })
    this.unsureJobs.delete(job)
  }

  private async send(run: Run): Promise<void> {
    const store = this.records.storeOf(run)
    await sendParcel(this.options.library, store, run)
    await store.write(keysOf(run.id).newest, JSON.stringify({ run: run.id, attempt: run.away!.attempt }))
  }

  /** A run that can never be sent has failed. */
  private async orEnd(run: Run, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (isPassing(error)) throw error
      await this.records.end(run, 'failed', toErrorValue(error))
    }
  }
}
