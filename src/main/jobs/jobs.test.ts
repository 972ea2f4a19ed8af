import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Job } from '../../contract/jobs'
import type { JobStatus } from '../../contract/jobs/status'
import { GraftError } from '../../contract/errors'
import type { WorkerEnd, WorkerListeners } from '../../supervision/supervisor'
import { fakeDoctor } from '../../supervision/testing'
import { JobQueue, type JobEnd } from './jobs'

/** A worker that ends when the test says so. */
class FakeWorker {
  wishes: string[] = []
  end: (end: WorkerEnd) => void = () => undefined
  constructor(readonly job: Job, readonly listeners: WorkerListeners) {}
  run = () => new Promise<WorkerEnd>((resolve) => { this.end = resolve })
  cancel = () => { this.wishes.push('cancel') }
  stopAfterEpoch = () => { this.wishes.push('stop-after-epoch') }
}

function queueOf({ launch }: { launch?: () => Promise<never> } = {}) {
  const workers: FakeWorker[] = []
  const changes: string[] = []
  const jobs = new JobQueue({
    launch: launch ?? (async (job, listeners) => {
      const worker = new FakeWorker(job, listeners)
      workers.push(worker)
      return worker
    }),
    onChanged: ({ title, state }) => { changes.push(`${title} ${state}`) },
    toldEveryMilliseconds: 30
  })
  const add = (title: string, kind: 'train' | 'import' | 'doctor' = 'train', more: { onEnd?(end: JobEnd): Promise<void> } = {}) =>
    kind === 'train' ? jobs.add({ kind, input: { runId: title }, title, ...more })
      : kind === 'doctor' ? jobs.add({ kind, input: {}, title, ...more })
        : jobs.add({ kind: 'import-dataset', input: { path: title, validation: 0 }, title, ...more })
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  const states = () => jobs.list().map(({ title, state }) => `${title} ${state}`)
  return { jobs, add, workers, changes, settle, states }
}

const error = { code: 'x', message: { en: 'x', zh: 'x' } }
const lost: WorkerEnd = { kind: 'lost', error }
const done: WorkerEnd = { kind: 'done', result: fakeDoctor }

describe('JobQueue', () => {
  afterEach(() => { vi.useRealTimers() })

  it('trains one at a time, in order, and imports beside it', async () => {
    const { add, workers, settle, states } = queueOf()
    add('one'); add('two'); add('photos', 'import'); add('three')
    await settle()
    expect(states()).toEqual(['one running', 'two queued', 'photos running', 'three queued'])
    workers[0]?.end(done)
    await settle()
    expect(states()).toEqual(['one done', 'two running', 'photos running', 'three queued'])
  })

  it('lets nothing that a person asked for wait behind a trial that nobody did', async () => {
    const { jobs, add, workers, settle, states } = queueOf()
    const trial = (title: string) => jobs.add({ kind: 'measure-pace', input: { source: 'arch:seed-cnn', target: 'digits' }, title })
    const ends = [trial('trial'), trial('another')].map(({ ended }) => ended)
    await settle()
    // Of another lane: it takes nothing away from it.
    add('photos', 'import')
    expect(states()).toEqual(['trial running', 'another queued', 'photos running'])
    add('one')
    await settle()
    expect(states()).toEqual(['trial cancelling', 'another cancelled', 'photos running', 'one queued'])
    expect(workers[0]?.wishes).toEqual(['cancel'])
    workers[0]?.end({ kind: 'cancelled' })
    await settle()
    expect(states()).toEqual(['trial cancelled', 'another cancelled', 'photos running', 'one running'])
    expect((await Promise.all(ends)).map(({ kind }) => kind)).toEqual(['cancelled', 'dropped'])
    // One trial waits for a training, and ends no other trial.
    trial('third'); trial('fourth')
    await settle()
    expect(states().slice(3)).toEqual(['one running', 'third queued', 'fourth queued'])
  })

  it('takes a waiting job out of the queue without a worker', async () => {
    const { jobs, add, workers, settle, states } = queueOf()
    add('one')
    const ends: string[] = []
    const { status } = add('two', 'train', { onEnd: async ({ kind }) => { ends.push(kind) } })
    await jobs.cancel(status.id)
    workers[0]?.end(done)
    await settle()
    expect(states()).toEqual(['one done', 'two cancelled'])
    expect(ends).toEqual(['dropped'])
    expect(workers).toHaveLength(1)
  })

  it('lets a waiting job go before another of its lane, and nothing before what works', async () => {
    const { jobs, add, workers, settle, states } = queueOf()
    add('one')
    const two = add('two').status.id
    add('photos', 'import')
    const three = add('three').status.id
    await settle()
    jobs.move(three, -1)
    expect(states()).toEqual(['one running', 'three queued', 'photos running', 'two queued'])
    jobs.move(three, -1)
    jobs.move(two, 1)
    expect(states()).toEqual(['one running', 'three queued', 'photos running', 'two queued'])
    workers[0]?.end(done)
    await settle()
    expect(states()).toEqual(['one done', 'three running', 'photos running', 'two queued'])
    expect(() => jobs.move('nobody', 1)).toThrow('nobody')
  })

  it('asks a working job to end, and counts it as cancelled only once it is gone', async () => {
    const { jobs, add, workers, settle, states } = queueOf()
    const { status } = add('one')
    await settle()
    await jobs.cancel(status.id)
    await jobs.cancel(status.id)
    expect(states()).toEqual(['one cancelling'])
    expect(workers[0]?.wishes).toEqual(['cancel'])
    workers[0]?.end({ kind: 'cancelled' })
    await settle()
    expect(states()).toEqual(['one cancelled'])
  })

  it('passes a wish on that came while the worker was being started', async () => {
    const { jobs, add, workers, settle } = queueOf()
    const { status } = add('one')
    jobs.stopAfterEpoch(status.id)
    await jobs.cancel(status.id)
    await settle()
    expect(workers[0]?.wishes).toEqual(['cancel', 'stop-after-epoch'])
  })

  it('calls a lost training interrupted, and a lost import failed', async () => {
    const { add, workers, settle, states, jobs } = queueOf()
    add('one'); add('photos', 'import')
    await settle()
    workers.forEach((worker) => worker.end(lost))
    await settle()
    expect(states()).toEqual(['one interrupted', 'photos failed'])
    expect(jobs.list()[0]?.error).toEqual(error)
  })

  it('tells unresponsive from ended', async () => {
    const { add, workers, settle, changes } = queueOf()
    add('one')
    await settle()
    workers[0]?.listeners.onResponsive?.(false)
    workers[0]?.listeners.onResponsive?.(true)
    workers[0]?.end(done)
    await settle()
    expect(changes).toEqual(['one queued', 'one running', 'one unresponsive', 'one running', 'one done'])
  })

  it('writes the end down before it counts as ended', async () => {
    const { add, workers, settle, changes } = queueOf()
    add('one', 'train', { onEnd: async () => { await settle(); changes.push('written') } })
    await settle()
    workers[0]?.end(done)
    await settle(); await settle()
    expect(changes.slice(-2)).toEqual(['written', 'one done'])
  })

  it('goes on with the next job when a worker cannot be started', async () => {
    const launch = () => Promise.reject(new GraftError('no-node', { en: 'no Node', zh: '' }))
    const { add, settle, states, jobs } = queueOf({ launch })
    add('one'); add('two')
    await settle()
    expect(states()).toEqual(['one interrupted', 'two interrupted'])
    expect(jobs.list()[0]?.error?.code).toBe('no-node')
  })

  it('starts nothing while it is held, and is idle once what works has ended', async () => {
    const { jobs, add, workers, settle, states } = queueOf()
    add('one'); add('two')
    await settle()
    jobs.hold()
    let idle = false
    void jobs.idle().then(() => { idle = true })
    await settle()
    expect(idle).toBe(false)
    workers[0]?.end(done)
    await settle()
    expect(idle).toBe(true)
    expect(states()).toEqual(['one done', 'two queued'])
    jobs.resume()
    await settle()
    expect(states()).toEqual(['one done', 'two running'])
  })

  it('does not flood the window with progress', async () => {
    const { add, workers, settle, changes } = queueOf()
    add('photos', 'import')
    await settle()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] })
    const before = changes.length
    for (let done = 0; done < 1_000; done += 1) {
      workers[0]?.listeners.onProgress?.({ type: 'progress', progress: { phase: 'reading', done, skipped: 0 } })
    }
    vi.advanceTimersByTime(30)
    expect(changes.length - before).toBe(2)
  })

  it('keeps what a job brought until it is fetched, and of the last few at most', async () => {
    const { jobs, add, workers, settle } = queueOf()
    const ids: string[] = []
    for (let job = 0; job < 5; job += 1) {
      ids.push(add(`job ${job}`, 'doctor').status.id)
      await settle()
      workers.at(-1)?.end(done)
      await settle()
    }
    expect(ids.map((id) => jobs.outcomeOf(id, 'doctor')?.kind)).toEqual([undefined, undefined, 'done', 'done', 'done'])
    expect(jobs.outcomeOf(ids[4]!, 'predict')).toBeUndefined()
    expect(await jobs.take(ids[4]!, 'doctor')).toEqual(done)
    await expect(jobs.take(ids[4]!, 'doctor')).rejects.toMatchObject({ code: 'job-not-found' })
    const { status } = add('slow', 'doctor')
    const taken = jobs.take(status.id, 'doctor')
    await settle()
    workers.at(-1)?.end({ kind: 'cancelled' })
    expect(await taken).toEqual({ kind: 'cancelled' })
  })

  it('remembers only the last ended jobs', async () => {
    const { jobs, add, workers, settle } = queueOf()
    for (let job = 0; job < 25; job += 1) {
      add(`job ${job}`, 'doctor')
      await settle()
      workers.at(-1)?.end(done)
      await settle()
    }
    expect(jobs.list()).toHaveLength(20)
    expect(jobs.list().at(-1)).toMatchObject({ title: 'job 24', state: 'done' } satisfies Partial<JobStatus>)
  })

  it('names a job that does not exist', async () => {
    await expect(queueOf().jobs.cancel('none')).rejects.toMatchObject({ code: 'job-not-found' })
  })
})
