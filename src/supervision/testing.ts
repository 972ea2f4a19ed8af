import { resolve } from 'node:path'
import type { Doctor } from '../contract/doctor'
import type { Job, JobKind, ResultOf } from '../contract/jobs'
import { fromWorkerSchema } from '../contract/jobs/messages'
import type { WorkerCommand } from './supervisor'

// For tests: real processes that speak the worker's messages and then do what a test says.

export const fakeWorker = resolve(__dirname, '..', '..', 'test', 'fixtures', 'fake-worker.cjs')

/** What a fake examination finds. */
export const fakeDoctor: Doctor = {
  chosen: { kind: 'wasm', library: 'none', device: 'none', threads: 1 },
  backends: [], functions: { available: false }, versions: { node: process.version }, folders: { data: 'd', cache: 'c' }, models: [], freeDiskBytes: 1
}

/** How to start a fake worker. What it says when it is done is checked by the kind's own schema here, as it is where it is heard. */
export function fakeCommand<Kind extends JobKind>(
  behaviour: string, { job, result, ...more }: { job: Job<Kind>, result?: ResultOf<Kind> } & Partial<WorkerCommand>
): WorkerCommand {
  const said = result === undefined ? null : fromWorkerSchema(job.kind).parse({ type: 'done', result })
  return {
    executable: process.execPath, arguments: [fakeWorker, behaviour, JSON.stringify(said)], environment: { PATH: process.env['PATH'] }, ...more
  }
}
