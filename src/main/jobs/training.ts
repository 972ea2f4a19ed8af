import type { AppContract } from '../../contract/app'
import { GraftError } from '../../contract/errors'
import type { Run } from '../../contract/runs'
import type { Library } from '../../library'
import { thisProcess } from '../../library/disk'
import { forgetStopWish } from '../../library/runs'
import { runRef } from '../../rules/refs'
import { isOpen, isResumable, notResumable } from '../../rules/states'
import type { SendEvent } from '../ipc'
import { recordAfter } from '../../supervision/run-record'
import type { JobEnd, JobQueue } from './jobs'
import { atMostEvery, ProgressBatch } from './progress-batch'
import type { QueueFile } from './queue-file'

interface TrainingOptions {
  library: Pick<Library, 'runs'>
  jobs: JobQueue
  queueFile: QueueFile
  send: SendEvent<AppContract>
  onFailure(what: string, error: unknown): void
  /** False while the data folder is gone. */
  dataFolderIsThere?(): boolean
  /** A run came to its end, whatever that was. */
  onEnded?(run: Run): void
}

/** Seven messages per second with a run's progress, one with its record and one with its job: under ten in all. */
const progressMilliseconds = 150
const recordMilliseconds = 1_000

/** Runs in the queue: their records on disk and what the window hears of them, from the start to every kind of end. */
export class Training {
  /** Data sets that living jobs read, by run. */
  readonly #reads = new Map<string, string[]>()
  /** Runs that ended because the data folder went away under them. */
  readonly #cutOff = new Map<string, JobEnd<'train'>>()

  constructor(private readonly options: TrainingOptions) {}

  /** Queues a run that was just created. */
  enqueue(run: Run): void {
    const { jobs, send } = this.options
    const { id: runId } = run
    const batch = new ProgressBatch(
      (progress, metrics) => send('runs', 'progress', { progress, metrics }), progressMilliseconds
    )
    const record = atMostEvery(recordMilliseconds, () => void this.#announce(runId))
    const { source, target } = run.spec
    this.#reads.set(runId, [target.dataset, ...(source.dataset === undefined ? [] : [source.dataset])])
    send('runs', 'changed', { id: runId, run })
    jobs.add({
      kind: 'train', input: { runId }, title: run.name,
      onProgress: (progress, metrics) => {
        batch.add(progress, metrics)
        const news = metrics.some(({ kind }) => kind === 'epoch' || kind === 'resumed')
        if (news || progress?.state === 'paused' || progress?.phase === 'starting' || progress?.phase === 'loading') record.call()
      },
      onCheckpoint: () => record.call(),
      onEnd: async (end) => {
        batch.flush()
        record.cancel()
        this.#reads.delete(runId)
        await this.#ended(runId, end)
      }
    })
  }

  /** Queues a run that stopped, to go on from its last checkpoint; throws `run-not-resumable` and `run-busy`. */
  async resume(id: string): Promise<Run> {
    const { library: { runs } } = this.options
    if (this.options.jobs.ofRun(id)) throw busy(id)
    // Who wants it to go on no longer wants it to stop.
    await forgetStopWish(runs.paths(id).folder)
    const run = await runs.update(id, (current) => {
      if (!isResumable(current)) throw notResumable(current)
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

  /** Goes on with the runs that the data folder went away under, now that it is back. */
  async goOn(): Promise<void> {
    const ends = [...this.#cutOff]
    this.#cutOff.clear()
    for (const [id, end] of ends) {
      try {
        // Who cancelled it meant it to end.
        if (end.kind === 'cancelled') {
          await this.#ended(id, end)
          continue
        }
        // Its record was last written before, by a process that is gone.
        await this.options.library.runs.update(id, (run) => isOpen(run) ? { ...run, state: 'interrupted' } : run)
        await this.resume(id)
      } catch (error) {
        this.options.onFailure(`go on with ${id}`, error)
      }
    }
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

  async #ended(runId: string, end: JobEnd<'train'>): Promise<void> {
    const { library: { runs }, send, dataFolderIsThere } = this.options
    if (dataFolderIsThere?.() === false && end.kind !== 'done') {
      this.#cutOff.set(runId, end)
      return
    }
    const run = await runs.update(runId, (current) => recordAfter(current, end))
    send('runs', 'changed', { id: runId, run })
    if (end.kind === 'done') send('models', 'changed', { ref: runRef(runId) })
    this.options.onEnded?.(run)
  }

  async #announce(id: string): Promise<void> {
    try {
      this.options.send('runs', 'changed', { id, run: await this.options.library.runs.get(id) })
    } catch (error) {
      this.options.onFailure(`read run ${id}`, error)
    }
  }
}

function busy(id: string): GraftError {
  return new GraftError('run-busy', { en: `The run ${id} is already in the queue.`, zh: `运行 ${id} 已在队列中。` })
}
