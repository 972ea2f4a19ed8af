import * as fs from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { toErrorValue } from '../contract/errors'
import { deliverySchema, newestSchema, parcelSchema, type Parcel } from '../contract/parcels'
import type { Metric, Run, RunProgress } from '../contract/runs'
import { openLibrary, type Library } from '../library'
import { newId } from '../library/disk'
import { placeRun, readPlacedRun } from '../library/runs'
import { Courier } from './courier'
import { eachFile, fetchFile, isUnusable, NodeCache, readValue } from './objects'
import { jobOf, offersIn, takeAttempt, withdraw } from './offers'
import { keysOf } from './parcel'
import { storeProblems } from './problems'
import type { Store } from './stores/store'

interface CarryOut {
  store: Store
  run: string
  attempt: number
  /** The job that does it; the attempt's own when absent. */
  job?: string
  /** Where the node keeps what it fetched, and works. */
  cacheDir: string
  signal: AbortSignal
  /** Trains a run of that library; the engine's. */
  train(library: Library, runId: string, hooks: {
    signal: AbortSignal, onProgress(progress: RunProgress): void, onMetrics(metrics: Metric[]): void, onCheckpoint(): void
  }): Promise<Run>
  /** In place of how often news are sent. */
  milliseconds?: number
}

type Ended = 'done' | 'outdated' | 'taken' | 'cancelled'

/**
 * A whole job: the attempt that it was handed over for, and then what else is offered in the queue, one after another, until
 * nothing is. It ends after a run that failed: whatever is wrong with this machine is not to meet all the others.
 * @throws GraftError as `carryOut`
 */
export async function carryOutAll({ queue, onEnded, ...wanted }: CarryOut & {
  queue?: string | undefined
  onEnded?(attempt: { run: string, attempt: number, ended: Ended }): void
}): Promise<Ended> {
  const job = jobOf(wanted)
  const carry = async (run: string, attempt: number): Promise<Ended> => {
    const ended = await carryOut({ ...wanted, run, attempt, job })
    onEnded?.({ run, attempt, ended })
    return ended
  }
  const first = await carry(wanted.run, wanted.attempt)
  if (queue === undefined) return first
  await withdraw(wanted.store, queue, wanted)
  for (let isMore = true; isMore;) {
    isMore = false
    for (const offered of await offersIn(wanted.store, queue)) {
      if (wanted.signal.aborted) return 'cancelled'
      const ended = await carry(offered.run, offered.attempt)
      await withdraw(wanted.store, queue, offered)
      if (ended === 'outdated' || ended === 'taken') continue
      // What was offered meanwhile, or was taken by others, is seen only by a new look.
      isMore = true
      break
    }
  }
  return wanted.signal.aborted ? 'cancelled' : 'done'
}

/**
 * On a node: fetches what a run reads, trains it, from the checkpoint of an earlier attempt where there is one, and sends
 * what comes of it. `done` says that a result lies in the store, whatever the run's end; `outdated` that a newer attempt has
 * taken over, or that an older one has brought a result already; `taken` that another job has this attempt; `cancelled` that
 * it was asked to end.
 * @throws GraftError after it has left the reason in the store
 */
async function carryOut(wanted: CarryOut): Promise<Ended> {
  const { store, run, attempt, job = jobOf(wanted) } = wanted
  const work = join(wanted.cacheDir, 'remote', 'work', `${run}-${attempt}-${newId()}`)
  try {
    if (await isOutdated(store, run, attempt)) return 'outdated'
    if (!await takeAttempt(store, wanted, job)) return 'taken'
    return await workOn(wanted, openLibrary(work))
  } catch (error) {
    if (wanted.signal.aborted) return 'cancelled'
    const value = toErrorValue(error)
    await store.write(keysOf(run, attempt).failure, JSON.stringify({ host: hostname(), error: value })).catch(() => undefined)
    throw error
  } finally {
    await fs.rm(work, { recursive: true, force: true }).catch(() => undefined)
  }
}

async function workOn({ store, run, attempt, cacheDir, signal, train, milliseconds }: CarryOut, library: Library): Promise<Ended> {
  const parcel = await readValue(store, keysOf(run).parcel, parcelSchema)
  if (!parcel || parcel.record.id !== run) throw storeProblems.missing(keysOf(run).parcel, store.address)
  const cache = new NodeCache(join(cacheDir, 'remote', 'objects'))
  await cache.tidy()
  await eachFile(parcel.inputs, (input) => cache.place(store, input, join(library.dataDir, ...input.path.split('/'))))
  await placeFromCheckpoint(store, parcel, library)

  const outdated = new AbortController()
  const cancelled = new AbortController()
  const courier = new Courier({
    library, store, run, attempt, onOutdated: () => outdated.abort(), onCancelled: () => cancelled.abort(), ...(milliseconds !== undefined && { milliseconds })
  })
  courier.start()
  let ended: Run
  try {
    ended = await train(library, run, {
      signal: AbortSignal.any([signal, outdated.signal, cancelled.signal]),
      onProgress: (progress) => courier.onProgress(progress),
      onMetrics: (metrics) => courier.onMetrics(metrics),
      onCheckpoint: () => courier.onCheckpoint()
    })
  } finally {
    await courier.stop()
  }
  if (outdated.signal.aborted || await isOutdated(store, run, attempt)) return 'outdated'
  if (ended.state === 'cancelled') {
    // Whoever goes on with it need not begin anew.
    await courier.sendCheckpoint().catch(() => undefined)
    await store.write(keysOf(run, attempt).cancelled, '')
    return 'cancelled'
  }
  await courier.sendResult()
  return 'done'
}

async function isOutdated(store: Store, run: string, attempt: number): Promise<boolean> {
  const newest = await readValue(store, keysOf(run).newest, newestSchema)
  // Of a run that is home already nothing is left in the store.
  return newest === undefined || newest.attempt > attempt || await store.size(keysOf(run).result) !== undefined
}

/** The run's folder, as the last checkpoint left it, or new. A checkpoint that did not come whole is not gone on from. */
async function placeFromCheckpoint(store: Store, { record }: Parcel, library: Library): Promise<void> {
  const { id } = record
  const checkpoint = await readValue(store, keysOf(id).checkpoint, deliverySchema)
  const { folder } = library.runs.paths(id)
  if (checkpoint) {
    const received = `${folder}.received`
    try {
      await eachFile(checkpoint.files, (file) => fetchFile(store, keysOf(id).objects, file, join(received, ...file.path.split('/'))))
      const { owner: _owner, away: _away, ...before } = await readPlacedRun(received)
      if (before.id === id) {
        await placeRun(library, { ...before, state: 'queued' }, async (temporary) => {
          await fs.rm(join(received, 'run.json'))
          await fs.cp(received, temporary, { recursive: true })
        })
        return
      }
    } catch (error) {
      if (!isUnusable(error)) throw error
    } finally {
      await fs.rm(received, { recursive: true, force: true })
    }
  }
  await placeRun(library, record, () => Promise.resolve())
}
