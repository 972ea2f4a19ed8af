import { toErrorValue, type ErrorValue } from '../contract/errors'
import type { Run } from '../contract/runs'
import type { Away } from '../contract/workers'
import type { Library } from '../library'
import { forgetStopWish, stopWish } from '../library/runs'
import { takeProgress } from './beginning'
import { isPassing, runProblems } from './problems'
import { openStore } from './stores'
import type { Store } from './stores/store'
import { WatchedRun } from './watched-run'

interface RecordsOptions {
  library: Library
  /** A run's record has changed. */
  onRun?(run: Run): void
}

/** The records here of the runs that are away, as far as this process looks after them, and how those runs end here. */
export class RunRecords {
  /** The runs that this process looks after. */
  readonly watched = new Map<string, WatchedRun>()
  /** Records that were changed since the last look at all of them. */
  readonly changed = new Map<string, Run>()

  constructor(private readonly options: RecordsOptions) {}

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

  /** The run as it is now, from its record as it was when the look began. */
  latest(run: Run): Run {
    return this.changed.get(run.id) ?? run
  }

  /** How a person wants it to stop: `graft stop`, the window's button, Ctrl-C. */
  wish({ id }: Run): ReturnType<typeof stopWish> {
    return stopWish(this.options.library.runs.paths(id).folder)
  }

  /** Whether a person wants it to end at once. */
  async isUnwanted(run: Run): Promise<boolean> {
    return await this.wish(run) === 'now'
  }

  storeOf(run: Run): Store {
    return this.watched.get(run.id)?.store ?? openStore(run.away!.place.store)
  }

  /** Writes down how a run stands there. */
  async change(run: Run, change: (away: Away) => Away): Promise<Run> {
    const changed = await this.options.library.runs.update(run.id, ({ away, ...now }) => {
      const { fresh: _fresh, ...rest } = away ?? run.away!
      return { ...now, ...(away && { away: change(rest) }) }
    })
    this.changed.set(run.id, changed)
    return changed
  }

  /** Ends a run that is not computed any more, or never was. */
  async end(run: Run, state: 'cancelled' | 'interrupted' | 'failed', error?: ErrorValue): Promise<void> {
    const { place: { on, store }, attempt } = run.away!
    let why = error
    let leftThere: Run['leftThere']
    if (state !== 'failed' && attempt > 0) {
      await takeProgress(this.options.library, this.storeOf(run), run).catch((thrown: unknown) => {
        if (!isPassing(thrown)) return
        // Where the folder is gone it stays there for now, and this machine has what it had.
        why ??= runProblems.checkpointLeft(thrown.value)
        leftThere = { on, store, attempt }
      })
    }
    const ended = await this.options.library.runs.update(run.id, ({ away: _away, owner: _owner, ...now }) => ({
      ...now, state, finishedAt: new Date().toISOString(), ...(why && { error: why }), ...(leftThere && { leftThere })
    }))
    await this.ended(ended)
  }

  /** Lets go of a run that has ended. */
  async ended(run: Run): Promise<void> {
    this.watched.delete(run.id)
    await forgetStopWish(this.options.library.runs.paths(run.id).folder)
    await this.options.library.runs.release(run.id).catch(() => undefined)
    this.options.onRun?.(run)
  }
}
