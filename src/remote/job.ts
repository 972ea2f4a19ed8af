import type { Run } from '../contract/runs'
import { shellWord, type JobWanted } from './backends/backend'
import { jobOf } from './offers'
import { keysOf } from './parcel'

/** The job for an attempt that was given out: the same command for every back end. It names no data, which lies in the store. */
export function jobFor({ id, away }: Run): JobWanted {
  const { place: { program = 'graft', store, storeThere = store, cores, gpus, memoryBytes }, attempt, queue } = away!
  const words = [
    'run', '--spec', keysOf(id).parcel, '--from', storeThere, '--attempt', String(attempt), '--threads', String(cores), ...queue === undefined ? [] : ['--queue', queue]
  ]
  return {
    // `exec`: a signal to stop reaches Graft, not a shell that holds it.
    id: jobOf({ run: id, attempt }), command: `exec ${program} ${words.map(shellWord).join(' ')}`, cores,
    ...(gpus !== undefined && { gpus }), ...(memoryBytes !== undefined && { memoryBytes })
  }
}
