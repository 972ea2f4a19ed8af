import pLimit from 'p-limit'
import { GraftError, toErrorValue, type ErrorValue } from '../contract/errors'
import { newestSchema } from '../contract/parcels'
import type { Away, Place } from '../contract/workers'
import type { Metric, Run, RunProgress } from '../contract/runs'
import { isOpen } from '../rules/states'
import type { Library } from '../library'
import { forgetStopWish, stopWish } from '../library/runs'
import { openBackend } from './backends'
import { shellWord, type Backend, type JobStanding } from './backends/backend'
import { lastLines } from './http'
import { readValue } from './objects'
import { keysOf, sendParcel } from './parcel'
import { clusterProblems, isPassing, runProblems } from './problems'
import { openStore } from './stores'
import type { Store } from './stores/store'
import { WatchedRun } from './watched-run'

interface LookAfter {
  library: Library
  /** Which of the runs that are away; all of them when absent. */
  of?(run: Run): boolean
  /** Lets go: what was given out goes on there. */
  signal: AbortSignal
  /** Ends once all is given out, instead of waiting until all is home. */
  onlyGiveOut?: boolean
  /** A run's record has changed. */
  onRun?(run: Run): void
  onNews?(run: Run, news: { progress?: RunProgress, lines: Metric[] }): void
  /** The cluster or the folder cannot be reached, and why; undefined once it can again. */
  onWaiting?(error: GraftError | undefined): void
  /** In place of how often it looks. */
  milliseconds?: number
}

/** An attempt that is lost is given out again, so often. */
const mostLost = 3
/** Jobs that wait in the cluster's own queue, where no number of slots is set. */
const mostGivenOut = 500
/** Of a job that the cluster does not know any more: as long as it was heard of within this time, it is at work all the same. */
const aliveSeconds = 90
/** How often the cluster is asked for its machines while a run waits there. */
const nodesMilliseconds = 60_000
/** A job that says nothing for so long is asked after. */
const quietMilliseconds = 5_000

/**
 * Gives out the runs that are to be computed elsewhere, follows them, and brings them home, until none is left. All that it
 * knows stands in the runs' records and in the store: whoever calls it next, after a crash or a night, goes on.
 */
export async function lookAfterRuns(options: LookAfter): Promise<void> {
  const keeper = new Keeper(options)
  try {
    await keeper.untilHome()
  } finally {
    await keeper.letGo()
  }
}

class Keeper {
  private readonly backends = new Map<string, Backend>()
  private readonly watched = new Map<string, WatchedRun>()
  private readonly limit = pLimit(8)
  private waitingFor: GraftError | undefined
  private nodesAskedAt = -Infinity
  private noRoom: GraftError | undefined

  constructor(private readonly options: LookAfter) {}

  async untilHome(): Promise<void> {
    const { signal, onlyGiveOut = false } = this.options
    for (let pause = 0; !signal.aborted;) {
      const began = performance.now()
      const runs = await this.mine()
      if (runs.length === 0 || (onlyGiveOut && runs.every(({ away }) => away!.attempt > 0))) return
      const milliseconds = this.options.milliseconds ?? Math.max(...[...this.watched.values()].map(({ store }) => store.pace))
      const problem = await this.lookAt(runs)
      this.tellWaiting(problem)
      // Of many runs a look takes long; a cluster that is gone is asked ever more rarely.
      pause = isPassing(problem) ? Math.min(30 * milliseconds, Math.max(milliseconds, pause * 1.5)) : milliseconds
      await rest(Math.max(pause, 2 * (performance.now() - began)), signal)
    }
  }

  async letGo(): Promise<void> {
    for (const id of this.watched.keys()) await this.options.library.runs.release(id).catch(() => undefined)
  }

  /** The runs that are away, the oldest first, and that no other process looks after. */
  private async mine(): Promise<Run[]> {
    const { library, of = () => true } = this.options
    const away = (await library.runs.list()).runs.filter((run) => run.away && isOpen(run) && of(run)).reverse()
    const mine: Run[] = []
    for (const run of away) {
      if (!this.watched.has(run.id)) {
        try {
          await library.runs.claim(run.id, { away: true })
        } catch (error) {
          if (error instanceof GraftError && error.code === 'run-busy') continue
          throw error
        }
        this.watched.set(run.id, new WatchedRun(library, openStore(run.away!.place.store), run.id))
      }
      mine.push(run)
    }
    return mine
  }

  /** Gives why waiting is all that can be done, where it is. */
  private async lookAt(runs: readonly Run[]): Promise<GraftError | undefined> {
    let problem: GraftError | undefined
    const passing = async (work: Promise<unknown>): Promise<void> => {
      try {
        await work
      } catch (error) {
        if (!isPassing(error)) throw error
        problem = error
      }
    }
    const out = runs.filter(({ away }) => away!.attempt > 0)
    await Promise.all(out.map((run) => this.limit(() => passing(this.follow(run)))))
    const home = await Promise.all(out.map(async ({ id }) => !isOpen(await this.options.library.runs.get(id))))
    let room = Math.min(...runs.map(({ away }) => away!.place.slots ?? mostGivenOut), mostGivenOut) - home.filter((is) => !is).length
    for (const run of runs.filter(({ away }) => away!.attempt === 0)) {
      if (await this.wish(run) === 'now') await this.end(run, 'cancelled')
      else if (room-- > 0 && !problem && !this.options.signal.aborted) await passing(this.giveOut(run))
    }
    return problem ?? await this.tooLarge(out)
  }

  /** Why runs that were given out may wait for ever: no machine there has as many cores or cards. Asked now and then, for machines come and go. */
  private async tooLarge(out: readonly Run[]): Promise<GraftError | undefined> {
    const place = out.find(({ id }) => this.watched.get(id)?.heardAt === -Infinity)?.away?.place
    if (!place) return undefined
    if (performance.now() - this.nodesAskedAt > nodesMilliseconds) {
      this.nodesAskedAt = performance.now()
      const nodes = await this.backend(place).nodes().catch(() => [])
      const most = nodes.reduce((cores, node) => Math.max(cores, node.cores), 0)
      const fits = nodes.length === 0 || nodes.some(({ cores, gpus }) => cores >= place.cores && gpus >= (place.gpus ?? 0))
      this.noRoom = fits ? undefined : clusterProblems.noRoom(place.on, place.cores, place.gpus ?? 0, most)
    }
    return this.noRoom
  }

  /** Looks at a run that was given out. */
  private async follow(run: Run): Promise<void> {
    const { library, onRun, onNews } = this.options
    const watched = this.watched.get(run.id)!
    const { attempt, place } = run.away!
    const wish = await this.wish(run)
    const cancel = wish === 'now'
    if (wish === 'after-epoch') await watched.store.write(keysOf(run.id).stop, '')
    const heard = await watched.hear(attempt)
    if (heard.progress || heard.lines.length > 0) {
      const epochs = heard.lines.reduce((most, line) => line.kind === 'epoch' ? line.epoch : most, run.epochs)
      if (run.state !== 'running' || epochs !== run.epochs) {
        onRun?.(await library.runs.update(run.id, (now) => ({ ...now, state: 'running', epochs, startedAt: now.startedAt ?? new Date().toISOString() })))
      }
      onNews?.(run, heard)
    }
    const home = await watched.takeResult(place.on)
    if (home) return this.ended(home)
    if (cancel) await this.backend(place).stop(run.away!.job ?? '')
    const now = performance.now()
    if (!cancel && now - watched.heardAt < quietMilliseconds) return
    // Those that wait in a long queue are asked after one after the other.
    if (!cancel && now - watched.askedAt < 40 * this.watched.size) return
    watched.askedAt = now
    await this.judge(run, watched, cancel, await this.backend(place).standing(run.away!.job ?? ''))
  }

  /** What becomes of a run that was not heard of, by what the cluster says of its job. */
  private async judge(run: Run, watched: WatchedRun, cancel: boolean, { state, message, exitCode }: JobStanding): Promise<void> {
    const { attempt, place, job = '' } = run.away!
    if (state === 'waiting' || state === 'running') return
    // It may have come between the two looks.
    const home = await watched.takeResult(place.on)
    if (home) return this.ended(home)
    if (cancel) return this.end(run, 'cancelled')
    if (state === 'unknown') {
      // Never handed over, or forgotten while it waited: under the same id it is started once at most.
      if (!await watched.hasBegun(attempt)) return this.handOver(run)
      if (performance.now() - Math.max(watched.heardAt, watched.since) < aliveSeconds * 1000) return
      return this.lose(run, runProblems.forgotten(place.on))
    }
    if (state === 'stopped') return this.end(run, 'interrupted', runProblems.stoppedThere(place.on))
    const log = lastLines(await this.backend(place).logs(job).catch(() => '') || message || '')
    if (exitCode === 126 || exitCode === 127) return this.end(run, 'interrupted', runProblems.noGraft(place.program ?? 'graft', log))
    return this.lose(run, await watched.failure(attempt) ?? runProblems.lost(place.on, log))
  }

  /** An attempt is lost: it is given out again, or that was tried often enough. */
  private async lose(run: Run, error: ErrorValue): Promise<void> {
    const lost = (run.away!.lost ?? 0) + 1
    if (lost > mostLost) return this.end(run, 'interrupted', error)
    const changed = await this.change(run, { lost })
    await this.giveOut(changed)
  }

  /** The next attempt of a run. */
  private async giveOut(run: Run): Promise<void> {
    const { id, away } = run
    const store = this.storeOf(run)
    const newest = await readValue(store, keysOf(id).newest, newestSchema)
    const attempt = Math.max(away!.attempt, newest?.attempt ?? 0) + 1
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
      await this.backend(place).submit({
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
    return this.options.library.runs.update(run.id, (now) => ({ ...now, ...(now.away && { away: { ...now.away, ...change } }) }))
  }

  /** How a person wants it to stop: `graft stop`, the window's button, Ctrl-C. */
  private wish({ id }: Run): ReturnType<typeof stopWish> {
    return stopWish(this.options.library.runs.paths(id).folder)
  }

  private storeOf(run: Run): Store {
    return this.watched.get(run.id)?.store ?? openStore(run.away!.place.store)
  }

  private backend({ on }: Place): Backend {
    const known = this.backends.get(on) ?? openBackend(on)
    this.backends.set(on, known)
    return known
  }

  /** Told once when it begins, and once when it is over. */
  private tellWaiting(problem: GraftError | undefined): void {
    if (problem?.code !== this.waitingFor?.code) this.options.onWaiting?.(problem)
    this.waitingFor = problem
  }
}

/** How a node computes a run: the same for every back end. */
function commandOf({ id, away }: Run): string {
  const { place: { program = 'graft', store, storeThere = store, cores }, attempt } = away!
  const words = ['run', '--spec', keysOf(id).parcel, '--from', storeThere, '--attempt', String(attempt), '--threads', String(cores)]
  // `exec`: a signal to stop reaches Graft, not a shell that holds it.
  return `exec ${program} ${words.map(shellWord).join(' ')}`
}

const rest = (milliseconds: number, signal: AbortSignal): Promise<void> => new Promise((resolve) => {
  if (signal.aborted) return resolve()
  const done = (): void => {
    clearTimeout(timer)
    signal.removeEventListener('abort', done)
    resolve()
  }
  const timer = setTimeout(done, milliseconds)
  signal.addEventListener('abort', done)
})
