import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { deliverySchema } from '../contract/parcels'
import type { Run } from '../contract/runs'
import type { Library } from '../library'
import { exists } from '../library/disk'
import { bringCheckpointHome, readPlacedRun } from '../library/runs'
import { Courier } from './courier'
import { eachFile, fetchFile, isUnusable, readValue } from './objects'
import { keysOf } from './parcel'
import type { Store } from './stores/store'

// From where a run goes on that is given out: from nothing, from what an earlier attempt left there, or from what was trained here.

/**
 * Removes what earlier attempts of a run left in the store, so that it begins anew. The number of the newest attempt stays,
 * for a cluster takes a job's name once.
 * @param attempt the attempt that is given out next
 */
export async function clearAttempts(store: Store, id: string, attempt: number): Promise<void> {
  const keys = keysOf(id)
  // First of all: an attempt that is still at work must not bring its checkpoint back.
  await store.write(keys.newest, JSON.stringify({ run: id, attempt }))
  for (const key of [keys.checkpoint, keys.result, keys.objects]) await store.remove(key)
  await clearSeries(store, id, attempt)
}

/** Whether one record of a run is further than another: steps count within a stage, and a rescue begins with earlier ones again. */
function isFurther(run: Run, other: Run | undefined): boolean {
  const place = ({ rescues, checkpoint }: Partial<Run>): number[] => [rescues?.length ?? 0, checkpoint?.stage ?? 0, checkpoint?.step ?? 0]
  const [mine, others] = [place(run), place(other ?? {})]
  const first = mine.findIndex((each, index) => each !== others[index])
  return first !== -1 && mine[first]! > others[first]!
}

/** Sends the checkpoint and the series of a run that was trained here, where the store has none that is as far. */
export async function sendProgress(library: Library, store: Store, run: Run, attempt: number): Promise<void> {
  if (!isFurther(run, undefined) || !isFurther(run, await recordThere(library, store, run.id).catch(unlessUnusable))) return
  const { checkpoint } = library.runs.paths(run.id)
  const lines = await library.runs.readMetrics(run.id)
  if (!run.checkpoint) {
    // A rescue sent it back to its beginning: what lies there is of the time before.
    await store.remove(keysOf(run.id).checkpoint)
  } else if (await exists(join(checkpoint, 'last.safetensors'))) {
    await new Courier({ library, store, run: run.id, attempt, onOutdated: () => undefined, onCancelled: () => undefined }).sendCheckpoint()
  } else return
  // These lines hold those of earlier attempts.
  await clearSeries(store, run.id, attempt)
  await store.write(`${keysOf(run.id, 0).series}/000000.jsonl`, lines.map((line) => JSON.stringify(line)).join('\n'))
}

/**
 * Takes home what the last attempt left of a run that is ended without a result, where that is further than what is here: then
 * it goes on from there on this machine too.
 * @throws GraftError where what lies there is damaged or in part, or the store cannot be read
 */
export async function takeProgress(library: Library, store: Store, run: Run): Promise<void> {
  const there = await recordThere(library, store, run.id)
  if (!there?.checkpoint || !isFurther(there, await library.runs.get(run.id))) return
  const keys = keysOf(run.id)
  const delivery = await readValue(store, keys.checkpoint, deliverySchema)
  await bringCheckpointHome(library, run.id, async (folder) => {
    await eachFile(delivery?.files ?? [], (file) => fetchFile(store, keys.objects, file, join(folder, ...file.path.split('/'))))
  })
}

/** The run's record as it was at the checkpoint in the store; undefined where there is none. */
async function recordThere(library: Library, store: Store, id: string): Promise<Run | undefined> {
  const keys = keysOf(id)
  const record = (await readValue(store, keys.checkpoint, deliverySchema))?.files.find(({ path }) => path === 'run.json')
  if (!record) return undefined
  const folder = join(library.runs.paths(id).folder, `.there-${process.pid}`)
  try {
    await fetchFile(store, keys.objects, record, join(folder, 'run.json'))
    return await readPlacedRun(folder)
  } finally {
    await fs.rm(folder, { recursive: true, force: true })
  }
}

/** What cannot be used is as good as not there. */
function unlessUnusable(error: unknown): undefined {
  if (!isUnusable(error)) throw error
}

async function clearSeries(store: Store, id: string, attempt: number): Promise<void> {
  for (let each = 0; each < attempt; each++) await store.remove(keysOf(id, each).series)
}
