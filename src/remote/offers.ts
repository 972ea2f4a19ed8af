import { hostname } from 'node:os'
import { takenSchema, type Taken } from '../contract/parcels'
import type { Run } from '../contract/runs'
import type { Library } from '../library'
import { sha256Of } from '../library/disk'
import { valueIn } from './objects'
import { keysOf } from './parcel'
import type { Store } from './stores/store'

// A cluster takes seconds to start a job that does nothing. So a job that has computed its run takes the next one that is
// offered in the store, and a study needs as many jobs as are computed at once, not as many as it has runs.

/** An attempt of a run that a job may take. */
interface Offer {
  run: string
  attempt: number
}

/** The job that is handed over for an attempt. */
export const jobOf = ({ run, attempt }: Offer): string => `graft-${run}-${attempt}`

/** Runs that one job may compute one after another: those of one study, sent from one data folder to one place. */
export function queueOf({ dataDir }: Pick<Library, 'dataDir'>, { study, away }: Run): string {
  const { slots: _slots, ...place } = away!.place
  return sha256Of(Buffer.from(JSON.stringify([hostname(), dataDir, study?.id, place]))).slice(0, 24)
}

const folderOf = (queue: string): string => `offers/${queue}`
const keyOf = (queue: string, { run, attempt }: Offer): string => `${folderOf(queue)}/${run}.${attempt}`

export const offer = (store: Store, queue: string, offered: Offer): Promise<void> => store.write(keyOf(queue, offered), '')

export const withdraw = (store: Store, queue: string, offered: Offer): Promise<void> => store.remove(keyOf(queue, offered))

/** What is offered there now. What lies there under another kind of name is nobody's. */
export async function offersIn(store: Store, queue: string): Promise<Offer[]> {
  return (await store.list(folderOf(queue))).flatMap((name) => {
    const [, run, attempt] = /^([\w-]+)\.(\d{1,6})$/.exec(name) ?? []
    return run === undefined ? [] : [{ run, attempt: Number(attempt) }]
  })
}

/** Takes an attempt for a job; false where it is taken already. */
export const takeAttempt = (store: Store, { run, attempt }: Offer, job: string): Promise<boolean> =>
  store.create(keysOf(run, attempt).taken, JSON.stringify({ job, host: hostname(), at: new Date().toISOString() } satisfies Taken))

/** Sees to it that nobody begins with the attempt that was given out last; false where a job has. */
export async function refuseAttempt(store: Store, { id, away }: Run): Promise<boolean> {
  const { attempt, queue } = away!
  if (!await takeAttempt(store, { run: id, attempt }, '')) return false
  if (queue !== undefined) await withdraw(store, queue, { run: id, attempt })
  return true
}

/** Which job works on an attempt, or did; undefined where none has begun. */
export async function whoTook(store: Store, { run, attempt }: Offer): Promise<Taken | 'unreadable' | undefined> {
  const bytes = await store.read(keysOf(run, attempt).taken)
  return bytes && (valueIn(bytes, takenSchema) ?? 'unreadable')
}
