import { GraftError, toErrorValue, type ErrorValue } from '../contract/errors'
import { newestSchema } from '../contract/parcels'
import type { Away, Place } from '../contract/workers'
import type { Metric, Run, RunProgress } from '../contract/runs'
import type { Library } from '../library'
import { forgetStopWish, stopWish } from '../library/runs'
import { shellWord, type Backend, type JobStanding } from './backends/backend'
import { lastLines } from './http'
import { isUnusable, readValue } from './objects'
import { keysOf, sendParcel } from './parcel'
import { isPassing, runProblems } from './problems'
import { openStore } from './stores'
import type { Store } from './stores/store'
import { clearAttempts, sendProgress } from './beginning'
import { WatchedRun } from './watched-run'

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

/** What is done with each run that is away: giving it out, following it, and ending it. */
export class RunCare {
  /** The runs that this process looks after. */
  readonly watched = new Map<string, WatchedRun>()

  constructor(private readonly options: CareOptions) {}

  /** Begins to watch a run. False where its store cannot be one: then it has ended. */
  async take(run: Run): Promise<boolean> {
    try {
      this.watched.set(run.id, new WatchedRun(this.options.library, openStore(run.away!.place.store), run.id))
      return true
    } catch (error) {
      await this.end(run, 'failed', toErrorValue(error))
      return false
    }
  }

  /** Whether a person wants it to end at once. */
  async isUnwanted(run: Run): Promise<boolean> {
    return await this.wish(run) === 'now'
  }

  /** Ends a run that was never given out. */
  cancelHere(run: Run): Promise<void> {
    return this.end(run, 'cancelled')
  }

  /** Looks at a run that was given out. */
  async follow(run: Run): Promise<void> {
    const watched = this.watched.get(run.id)!
    const wish = await this.wish(run)
    if (wish === 'now') {
      // Also where its store is not there any more it must come to an end.
      const isHome = await this.listen(run, watched).catch(() => false)
      return isHome ? undefined : this.cancelThere(run, watched)
    }
    if (wish === 'after-epoch') await watched.store.write(keysOf(run.id).stop, '')
    if (await this.listen(run, watched)) return
    const now = performance.now()
    if (now - watched.heardAt < quietMilliseconds) return
    // Those that wait in a long queue are asked after one after the other.
    if (now - watched.askedAt < 40 * this.watched.size) return
    watched.askedAt = now
    const { place, job = '' } = run.away!
    await this.judge(run, watched, await this.options.backend(place).standing(job))
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
    if (home) await this.ended(home)
    return home !== undefined
  }

  /**
   * Stops a run there. A cluster that cannot be asked is told through the store: an attempt that is not the newest ends
   * itself. Where that cannot be reached either, the run ends here and says so.
   */
  private async cancelThere(run: Run, watched: WatchedRun): Promise<void> {
    const { place, attempt, job = '' } = run.away!
    let untold: ErrorValue | undefined
    try {
      const backend = this.options.backend(place)
      await backend.stop(job)
      const { state } = await backend.standing(job)
      if (state === 'waiting' || state === 'running') return
    } catch (error) {
      if (!(error instanceof GraftError)) throw error
      untold = await watched.store.write(keysOf(run.id).newest, JSON.stringify({ run: run.id, attempt: attempt + 1 }))
        .then(() => undefined, () => runProblems.notTold(place.on, toErrorValue(error)))
    }
    // What it brought before it heard of that is kept.
    const home = await watched.takeResult(place.on).catch(() => undefined)
    if (home) return this.ended(home)
    await this.end(run, 'cancelled', untold)
  }

  /** What becomes of a run that was not heard of, by what the cluster says of its job. */
  private async judge(run: Run, watched: WatchedRun, { state, message, exitCode }: JobStanding): Promise<void> {
    const { attempt, place, job = '' } = run.away!
    if (state === 'waiting' || state === 'running') return
    // It may have come between the two looks.
    if (await this.takeHome(run, watched)) return
    if (state === 'unknown') {
      // Never handed over, or forgotten while it waited: under the same id it is started once at most.
      if (!await watched.hasBegun(attempt)) return this.handOver(run)
      if (performance.now() - Math.max(watched.heardAt, watched.since) < aliveSeconds * 1000) return
      return this.lose(run, runProblems.forgotten(place.on))
    }
    if (state === 'stopped') return this.end(run, 'interrupted', runProblems.stoppedThere(place.on))
    const log = lastLines(await this.options.backend(place).logs(job).catch(() => '') || message || '')
    if (exitCode === 126 || exitCode === 127) return this.end(run, 'interrupted', runProblems.noGraft(place.program ?? 'graft', log))
    return this.lose(run, await watched.failure(attempt) ?? runProblems.lost(place.on, log))
  }

  /** An attempt is lost: it is given out again, or that was tried often enough. */
  private async lose(run: Run, error: ErrorValue): Promise<void> {
    if (await this.isUnwanted(run)) return this.end(run, 'cancelled')
    const lost = (run.away!.lost ?? 0) + 1
    if (lost > mostLost) return this.end(run, 'interrupted', error)
    const changed = await this.change(run, { lost })
    await this.giveOut(changed)
  }

  /** The next attempt of a run. */
  async giveOut(run: Run): Promise<void> {
    const { id, away } = run
    const store = this.storeOf(run)
    const newest = await readValue(store, keysOf(id).newest, newestSchema)
    const attempt = Math.max(away!.attempt, newest?.attempt ?? 0) + 1
    // A wish of an earlier time to stop after the epoch.
    if (await this.wish(run) !== 'after-epoch') await store.remove(keysOf(id).stop)
    if (away!.attempt === 0) {
      if (away!.fresh) await clearAttempts(store, id, attempt)
      else await sendProgress(this.options.library, store, run, attempt)
    }
    // Written before anything is sent: whoever goes on after a crash asks for this job, and never starts a second one.
    await this.handOver(await this.change(run, { attempt, job: `graft-${id}-${attempt}` }))
  }

  private async handOver(run: Run): Promise<void> {
    const { id } = run
    const { place, attempt, job = '' } = run.away!
    const store = this.storeOf(run)
    try {
      await sendParcel(this.options.library, store, run)
      await store.write(keysOf(id).newest, JSON.stringify({ run: id, attempt }))
      await this.options.backend(place).submit({
        id: job, command: commandOf(run), cores: place.cores,
        ...(place.gpus !== undefined && { gpus: place.gpus }), ...(place.memoryBytes !== undefined && { memoryBytes: place.memoryBytes })
      })
    } catch (error) {
      if (isPassing(error)) throw error
      await this.end(run, 'failed', toErrorValue(error))
    }
  }

  private async end(run: Run, state: 'cancelled' | 'interrupted' | 'failed', error?: ErrorValue): Promise<void> {
    const ended = await this.options.library.runs.update(run.id, ({ away: _away, owner: _owner, ...now }) => ({
      ...now, state, finishedAt: new Date().toISOString(), ...(error && { error })
    }))
    await this.ended(ended)
  }

  private async ended(run: Run): Promise<void> {
    this.watched.delete(run.id)
    await forgetStopWish(this.options.library.runs.paths(run.id).folder)
    await this.options.library.runs.release(run.id).catch(() => undefined)
    this.options.onRun?.(run)
  }

  private async change(run: Run, change: Partial<Away>): Promise<Run> {
    return this.options.library.runs.update(run.id, (now) => ({ ...now, ...(now.away && { away: { ...withoutFresh(now.away), ...change } }) }))
  }

  /** How a person wants it to stop: `graft stop`, the window's button, Ctrl-C. */
  private wish({ id }: Run): ReturnType<typeof stopWish> {
    return stopWish(this.options.library.runs.paths(id).folder)
  }

  private storeOf(run: Run): Store {
    return this.watched.get(run.id)?.store ?? openStore(run.away!.place.store)
  }
}

const withoutFresh = ({ fresh: _fresh, ...away }: Away): Away => away

/** How a node computes a run: the same for every back end. */
function commandOf({ id, away }: Run): string {
  const { place: { program = 'graft', store, storeThere = store, cores }, attempt } = away!
  const words = ['run', '--spec', keysOf(id).parcel, '--from', storeThere, '--attempt', String(attempt), '--threads', String(cores)]
  // `exec`: a signal to stop reaches Graft, not a shell that holds it.
  return `exec ${program} ${words.map(shellWord).join(' ')}`
}
