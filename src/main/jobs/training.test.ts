import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defaultsOf } from '../../contract/parameters'
import type { Run, RunState, Spec } from '../../contract/runs'
import { trainingParameters } from '../../contract/training'
import type { AppContract } from '../../contract/app'
import type { SendEvent } from '../ipc'
import { RunStore } from '../../library/runs/store'
import { Trash } from '../../library/disk/trash'
import { JobQueue } from './jobs'
import { QueueFile } from './queue-file'
import { Training } from './training'
import { tellOf } from './telling'
import type { WorkerEnd, WorkerListeners } from '../../supervision/supervisor'

const spec: Spec = {
  source: { model: 'arch:seed-cnn' }, target: { dataset: 'digits', labels: 'all' }, method: { id: 'scratch', params: {} },
  training: defaultsOf(trainingParameters) as Spec['training'], device: 'auto'
}
const names = { source: 'Seed CNN', target: 'Digits', method: 'From scratch' }
const error = { code: 'worker-killed', message: { en: 'It was ended.', zh: '' }, remedy: { en: 'Press Resume.', zh: '' } }

let dataDir: string
beforeEach(async () => { dataDir = await mkdtemp(join(tmpdir(), 'graft-training-')) })
afterEach(() => rm(dataDir, { recursive: true, force: true, maxRetries: 5 }))

/** What one start of the program has: a store, a queue whose workers end when told to, and what the window heard. */
function program() {
  const runs = new RunStore(dataDir, new Trash(dataDir))
  const workers: { runId: string, listeners: WorkerListeners, end(end: WorkerEnd): void }[] = []
  const heard: { noun: string, verb: string, payload: unknown }[] = []
  const failures: string[] = []
  const send: SendEvent<AppContract> = (noun, verb, payload) => { heard.push({ noun, verb, payload }) }
  const folder = { there: true }
  const jobs = new JobQueue({
    ready: () => folder.there,
    launch: async (job, listeners) => {
      let end: (end: WorkerEnd) => void = () => undefined
      const ended = new Promise<WorkerEnd>((resolve) => { end = resolve })
      workers.push({ runId: job.kind === 'train' ? job.input.runId : '', listeners, end: (value) => end(value) })
      return { run: () => ended, cancel: () => undefined, stopAfterEpoch: () => undefined }
    },
    onChanged: () => undefined,
    onQueueChanged: () => training.saveQueue(),
    ...tellOf(send)
  })
  const training: Training = new Training({
    library: { runs }, jobs, queueFile: new QueueFile(dataDir),
    send, dataFolderIsThere: () => folder.there,
    onFailure: (what) => failures.push(what)
  })
  const states = async (): Promise<string[]> => (await runs.list()).runs.map(({ name, state }) => `${name} ${state}`).sort()
  const create = async (name: string): Promise<Run> => {
    const run = await runs.create(spec, { name, names })
    training.enqueue(run)
    return run
  }
  const write = (id: string, state: RunState) => runs.update(id, (run) => ({ ...run, state }))
  const endOf = async (id: string, end: WorkerEnd): Promise<Run> => {
    await expect.poll(() => workers.some(({ runId }) => runId === id)).toBe(true)
    workers.findLast(({ runId }) => runId === id)?.end(end)
    await expect.poll(() => jobs.ofRun(id)).toBeUndefined()
    return runs.get(id)
  }
  return { runs, workers, heard, failures, jobs, training, states, create, write, endOf, folder }
}

describe('Training', () => {
  it('marks a run whose worker is gone as interrupted, says so with what to do, and resumes it', async () => {
    const { create, write, endOf, heard, training, workers } = program()
    const { id } = await create('one')
    await write(id, 'running')
    const run = await endOf(id, { kind: 'lost', error })
    expect(run).toMatchObject({ state: 'interrupted', error })
    expect(run.owner).toBeUndefined()
    const notice = heard.find(({ noun }) => noun === 'notices')?.payload
    expect(notice).toMatchObject({ level: 'error', runId: id, text: { en: '“one” was interrupted. It was ended.' }, remedy: error.remedy })

    const resumed = await training.resume(id)
    expect(resumed).toMatchObject({ state: 'queued' })
    expect(resumed.error).toBeUndefined()
    await expect.poll(() => workers).toHaveLength(2)
  })

  it('says that a process does not answer, under the name that the run has by then', async () => {
    const { create, jobs, workers, heard } = program()
    const { id } = await create('one')
    await expect.poll(() => workers).toHaveLength(1)
    jobs.rename(id, 'uno')
    workers[0]?.listeners.onResponsive?.(false)
    expect(jobs.ofRun(id)).toMatchObject({ title: 'uno', state: 'unresponsive' })
    const notice = heard.find(({ noun }) => noun === 'notices')?.payload
    expect(notice).toMatchObject({ level: 'warning', runId: id, text: { en: expect.stringContaining('“uno” does not answer') as string } })
  })

  it('waits while the data folder is gone; when it is back, what waited begins and what was cut off waits its turn', async () => {
    const { create, write, workers, folder, jobs, training, runs, failures } = program()
    const cut = await create('cut off')
    const next = await create('next')
    await expect.poll(() => workers).toHaveLength(1)
    await write(cut.id, 'running')
    await rename(dataDir, `${dataDir}-gone`)
    folder.there = false
    workers[0]!.end({ kind: 'failed', error })
    await expect.poll(() => jobs.ofRun(cut.id)).toBeUndefined()
    // The next one does not race through its failure.
    jobs.look()
    expect([workers.length, jobs.ofRun(next.id)?.state]).toEqual([1, 'queued'])

    await rename(`${dataDir}-gone`, dataDir)
    folder.there = true
    await training.goOn()
    jobs.look()
    await expect.poll(() => workers.map(({ runId }) => runId)).toEqual([cut.id, next.id])
    expect(jobs.ofRun(cut.id)?.state).toBe('queued')
    expect((await runs.get(cut.id)).state).toBe('queued')
    expect(failures.filter((what) => what.startsWith('go on'))).toEqual([])
  })

  it('leaves cancelled what was cancelled while the data folder was gone', async () => {
    const { create, write, workers, folder, jobs, training, runs } = program()
    const { id } = await create('cancelled')
    await expect.poll(() => workers).toHaveLength(1)
    await write(id, 'running')
    await rename(dataDir, `${dataDir}-gone`)
    folder.there = false
    workers[0]!.end({ kind: 'cancelled' })
    await expect.poll(() => jobs.ofRun(id)).toBeUndefined()
    await rename(`${dataDir}-gone`, dataDir)
    folder.there = true
    await training.goOn()
    expect((await runs.get(id)).state).toBe('cancelled')
    expect(workers).toHaveLength(1)
  })

  it('does not believe a record that says done when the worker never did', async () => {
    const { create, write, endOf } = program()
    const { id } = await create('one')
    await write(id, 'done')
    expect((await endOf(id, { kind: 'lost', error })).state).toBe('interrupted')
  })

  it('keeps what the worker wrote about its own end', async () => {
    const { create, write, endOf } = program()
    const cancelled = await create('one')
    await write(cancelled.id, 'cancelled')
    expect((await endOf(cancelled.id, { kind: 'cancelled' })).state).toBe('cancelled')
    const failed = await create('two')
    await write(failed.id, 'failed')
    const run = await endOf(failed.id, { kind: 'failed', error })
    expect(run.state).toBe('failed')
    expect(run.error).toBeUndefined()
  })

  it('marks a cancelled run as cancelled where its worker could not', async () => {
    const { create, write, endOf } = program()
    const { id } = await create('one')
    await write(id, 'running')
    expect(await endOf(id, { kind: 'cancelled', error })).toMatchObject({ state: 'cancelled', error })
  })

  it('cancels a run that waits', async () => {
    const { create, training, runs } = program()
    await create('one')
    const { id } = await create('two')
    await training.cancel(id)
    await expect.poll(async () => (await runs.get(id)).state).toBe('cancelled')
  })

  it('leaves a run alone that another process works on', async () => {
    const { create, write, endOf } = program()
    const { id } = await create('one')
    await write(id, 'running')
    const run = await endOf(id, { kind: 'failed', error: { ...error, code: 'run-busy' } })
    expect(run.state).toBe('running')
    expect(run.owner).toBeDefined()
  })

  it('will not resume a run that is done, or that waits already', async () => {
    const { create, write, endOf, training } = program()
    const { id } = await create('one')
    const waiting = await create('two')
    await expect(training.resume(waiting.id)).rejects.toMatchObject({ code: 'run-busy' })
    await write(id, 'done')
    await endOf(id, { kind: 'cancelled' })
    await expect(training.resume(id)).rejects.toMatchObject({ code: 'run-not-resumable' })
  })

  it('knows which data sets its runs read', async () => {
    const { create, training, endOf } = program()
    const { id } = await create('one')
    expect(training.reads('digits')).toBe(true)
    await endOf(id, { kind: 'cancelled' })
    expect(training.reads('digits')).toBe(false)
  })

  it('after a crash of the program, asks about the run that was working and queues those that waited, in order', async () => {
    const before = program()
    const first = await before.create('first')
    await before.write(first.id, 'running')
    const second = await before.create('second')
    const third = await before.create('third')
    await expect.poll(async () => readFile(join(dataDir, 'queue.json'), 'utf8').catch(() => '')).toContain(third.id)
    // The process is gone: no process has this pid.
    for (const { id } of [first, second, third]) {
      await before.runs.update(id, (run) => ({ ...run, owner: { pid: 2 ** 30, host: run.owner?.host ?? '', startedAt: run.createdAt } }))
    }

    const after = program()
    const interrupted = await after.training.restore()
    expect(interrupted.map(({ name }) => name)).toEqual(['first'])
    await expect.poll(after.states).toEqual(['first interrupted', 'second queued', 'third queued'])
    expect(after.jobs.list().map(({ title, state }) => `${title} ${state}`)).toEqual(['second running', 'third queued'])
    expect(after.failures).toEqual([])
  })

  it('starts with an empty queue when the queue\'s file is damaged', async () => {
    await writeFile(join(dataDir, 'queue.json'), '{"runIds":')
    const { training, jobs } = program()
    expect(await training.restore()).toEqual([])
    expect(jobs.list()).toEqual([])
  })
})
