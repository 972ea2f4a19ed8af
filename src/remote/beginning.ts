import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { deliverySchema } from '../contract/parcels'
import type { Run } from '../contract/runs'
import type { Library } from '../library'
import { exists } from '../library/disk'
import { readPlacedRun } from '../library/runs'
import { Courier } from './courier'
import { fetchFile, isUnusable, readValue } from './objects'
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

/** Sends the checkpoint and the series of a run that was trained here, where the store has none that is as far. */
export async function sendProgress(library: Library, store: Store, run: Run, attempt: number): Promise<void> {
  const { checkpoint } = library.runs.paths(run.id)
  if (!run.checkpoint || !await exists(join(checkpoint, 'last.safetensors'))) return
  if (await stepsThere(library, store, run.id) >= run.checkpoint.step) return
  const lines = await library.runs.readMetrics(run.id)
  await new Courier({ library, store, run: run.id, attempt, onOutdated: () => undefined, onCancelled: () => undefined }).sendCheckpoint()
  // These lines hold those of earlier attempts.
  await clearSeries(store, run.id, attempt)
  await store.write(`${keysOf(run.id, 0).series}/000000.jsonl`, lines.map((line) => JSON.stringify(line)).join('\n'))
}

/** How many steps the checkpoint in the store has behind it; 0 where there is none that can be used. */
async function stepsThere(library: Library, store: Store, id: string): Promise<number> {
  const keys = keysOf(id)
  const record = (await readValue(store, keys.checkpoint, deliverySchema))?.files.find(({ path }) => path === 'run.json')
  if (!record) return 0
  const folder = join(library.runs.paths(id).folder, `.there-${process.pid}`)
  try {
    await fetchFile(store, keys.objects, record, join(folder, 'run.json'))
    return (await readPlacedRun(folder)).checkpoint?.step ?? 0
  } catch (error) {
    if (!isUnusable(error)) throw error
    return 0
  } finally {
    await fs.rm(folder, { recursive: true, force: true })
  }
}

async function clearSeries(store: Store, id: string, attempt: number): Promise<void> {
  for (let each = 0; each < attempt; each++) await store.remove(keysOf(id, each).series)
}
