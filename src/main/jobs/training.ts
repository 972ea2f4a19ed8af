import type { AppContract } from '../../contract/app'
import type { ErrorValue } from '../../contract/errors'
import { GraftError } from '../../contract/errors'
import { resumableStates, type Run } from '../../contract/runs'
import type { Library } from '../../library'
import { thisProcess } from '../../library/disk/processes'
import type { SendEvent } from '../ipc'
import type { JobEnd, JobQueue, JobRequest } from './jobs'
import { atMostEvery, ProgressBatch } from './progress-batch'
import type { QueueFile } from './queue-file'

export interface TrainingOptions {
  library: Pick<Library, 'runs'>
  jobs: JobQueue
  queueFile: QueueFile
  send: SendEvent<AppContract>
  onFailure(what: string, error: unknown): void
  /** A run came to its end, whatever that was. */
  onEnded?(run: Run): void
}

/** Seven messages a second with a run's progress, one with its record and one with its job: under ten in all. */
const progressMilliseconds = 150
const recordMilliseconds = 1_000

/** Runs in the queue: their records on disk and what the window hears of them, from the start to every kind of end. */
export class Training {
  /** Data sets that living jobs read, by run. */
  readonly #reads = new Map<string, string[]>()

  constructor(private readonly options: TrainingOptions) {}

  /** Queues a run that was just created. */
  enqueue(run: Run): void {
    const { jobs, send } = this.options
    const { id: runId } = run
    const batch = new ProgressBatch(
      (progress, metrics) => send('runs', 'progress', { progress, metrics }), progressMilliseconds
    )
    const record = atMostEvery(recordMilliseconds, () => void this.#announce(runId))
    const request: JobRequest = {
      job: { kind: 'train', runId }, title: run.name, runId,
      onProgress: ({ run: progress, metrics }) => {
        batch.add(progress, metrics)
        const news = metrics?.some(({ kind }) => kind === 'epoch' || kind === 'resumed') ?? false
        if (news || progress?.phase === 'starting' || progress?.phase === 'loading') record.call()
      },
      onCheckpoint: () => record.call(),
      onResponsive: (responsive) => { if (!responsive) this.#sayUnresponsive(run) },
      onEnd: async (end) => {
        batch.flush()
        record.cancel()
        this.#reads.delete(runId)
        await this.#ended(runId, end)
      }
    }
    const { source, target } = run.spec
    this.#reads.set(runId, [target.dataset, ...(source.dataset === undefined ? [] : [source.dataset])])
    send('runs', 'changed', { id: runId, run })
    jobs.add(request)
  }

  /** Queues a run that stopped, to go on from its last checkpoint; throws `not-resumable` and `run-busy`. */
  async resume(id: string): Promise<Run> {
    if (this.options.jobs.ofRun(id)) throw busy(id)
    const run = await this.options.library.runs.update(id, (current) => {
      if (!resumableStates.includes(current.state)) throw notResumable(current)
      const { error: _error, finishedAt: _finishedAt, ...rest } = current
      return { ...rest, state: 'queued', owner: thisProcess() }
    })
    this.enqueue(run)
    return run
  }

  async cancel(runId: string): Promise<void> {
    await this.options.jobs.cancel(this.#jobOf(runId))
  }

  stopAfterEpoch(runId: string): void {
    this.options.jobs.stopAfterEpoch(this.#jobOf(runId))
  }

  /** True while a living job reads the data set. */
  reads(datasetId: string): boolean {
    return [...this.#reads.values()].some((ids) => ids.includes(datasetId))
  }

  /**
   * After a start: what waited in the queue waits again, in its order; runs whose process is gone are interrupted and
   * given back, so that the person can be asked.
   */
  async restore(): Promise<Run[]> {
    const { library: { runs }, queueFile } = this.options
    const waiting = await queueFile.read()
    const interrupted = await runs.interruptOrphans()
    const isWaiting = ({ id, state, error }: Run): boolean =>
      waiting.includes(id) && state === 'interrupted' && error?.code === 'process-gone'
    for (const id of waiting) {
      const run = await runs.get(id).catch(() => undefined)
      if (run && isWaiting(run)) await this.resume(id).catch((error: unknown) => this.options.onFailure(`resume ${id}`, error))
    }
    return interrupted.filter((run) => !isWaiting(run))
  }

  /** Writes the order of what waits. */
  saveQueue(): void {
    const runIds = this.options.jobs.living().flatMap(({ kind, state, runId }) =>
      kind === 'train' && state === 'queued' && runId !== undefined ? [runId] : [])
    this.options.queueFile.write(runIds).catch((error: unknown) => this.options.onFailure('save the queue', error))
  }

  #jobOf(runId: string): string {
    const job = this.options.jobs.ofRun(runId)
    if (job) return job.id
    throw new GraftError('run-not-running', {
      en: 'This run is not being worked on by this window.', zh: '此窗口没有在处理该运行。'
    }, { remedy: { en: 'If it runs in a terminal, stop it there.', zh: '若它在终端中运行，请在那里停止。' } })
  }

  async #ended(runId: string, end: JobEnd): Promise<void> {
    const { library: { runs }, send } = this.options
    const run = await runs.update(runId, (current) => recordAfter(current, end))
    send('runs', 'changed', { id: runId, run })
    if (end.kind === 'done') send('models', 'changed', { ref: `run:${runId}` })
    if (end.kind === 'lost' || end.kind === 'failed') this.#sayEnded(run, end.error, end.kind)
    this.options.onEnded?.(run)
  }

  async #announce(id: string): Promise<void> {
    try {
      this.options.send('runs', 'changed', { id, run: await this.options.library.runs.get(id) })
    } catch (error) {
      this.options.onFailure(`read run ${id}`, error)
    }
  }

  #sayEnded({ id, name }: Run, { message, remedy }: ErrorValue, kind: 'lost' | 'failed'): void {
    const what = kind === 'lost' ? { en: 'was interrupted', zh: '已中断' } : { en: 'failed', zh: '失败' }
    this.options.send('notices', 'raised', {
      level: 'error', runId: id, ...(remedy && { remedy }),
      text: { en: `“${name}” ${what.en}. ${message.en}`, zh: `“${name}”${what.zh}。${message.zh}` }
    })
  }

  #sayUnresponsive({ id, name }: Run): void {
    this.options.send('notices', 'raised', {
      level: 'warning', runId: id,
      text: {
        en: `The process that trains “${name}” does not answer. It is ended in a moment unless it does.`,
        zh: `训练“${name}”的进程没有应答。若仍无应答，将很快被结束。`
      },
      remedy: { en: 'Its last checkpoint is kept: you can resume from there.', zh: '最近的检查点已保留，可从那里继续。' }
    })
  }
}

/** The record of a run after its worker's end. What the worker itself wrote stays, unless it claims to be done without saying so. */
export function recordAfter({ owner, ...run }: Run, end: JobEnd): Run {
  const finishedAt = new Date().toISOString()
  const isOpen = ['queued', 'running', 'paused'].includes(run.state)
  switch (end.kind) {
    case 'done': return run
    case 'dropped': return { ...run, state: 'cancelled', finishedAt }
    case 'cancelled':
      return isOpen ? { ...run, state: 'cancelled', finishedAt, ...(end.error && { error: end.error }) } : run
    case 'failed':
      // Another process works on it: this one only failed to.
      if (end.error.code === 'run-busy' && run.state !== 'queued') return { ...run, ...(owner && { owner }) }
      return isOpen ? { ...run, state: 'failed', finishedAt, error: end.error } : run
    case 'lost':
      return isOpen || run.state === 'done' ? { ...run, state: 'interrupted', finishedAt, error: end.error } : run
  }
}

function notResumable({ name, state }: Run): GraftError {
  return new GraftError('not-resumable', {
    en: `“${name}” cannot be resumed: it is ${state}.`, zh: `无法继续“${name}”：其状态为 ${state}。`
  }, { usage: true })
}

function busy(id: string): GraftError {
  return new GraftError('run-busy', { en: `The run ${id} is already in the queue.`, zh: `运行 ${id} 已在队列中。` })
}
