import type { JobStatus } from '../../contract/app'
import type { FromWorker, Job } from '../../contract/engine'
import { GraftError, toErrorValue } from '../../contract/errors'
import { newId } from '../../library'
import { atMostEvery } from './progress-batch'
import type { WorkerEnd, WorkerListeners } from './worker-supervisor'

/** What the queue needs of a supervised worker. */
export interface Worker {
  run(): Promise<WorkerEnd>
  cancel(): void
  stopAfterEpoch(): void
}

export type LaunchWorker = (job: Job, listeners: WorkerListeners) => Promise<Worker>
/** `dropped`: it was taken out of the queue before it began. */
export type JobEnd = WorkerEnd | { kind: 'dropped' }
type Progress = Extract<FromWorker, { type: 'progress' }>

export interface JobRequest {
  job: Job
  title: string
  runId?: string
  /** Which of the known data sets it downloads. */
  known?: string
  onProgress?(progress: Progress): void
  onCheckpoint?(): void
  onResponsive?(responsive: boolean): void
  /** Called once; the job counts as ended only after it. */
  onEnd?(end: JobEnd): Promise<void>
}

export interface JobQueueOptions {
  launch: LaunchWorker
  onChanged(status: JobStatus): void
  /** Jobs came into the queue, left it, or changed their order. */
  onQueueChanged?(): void
  /** How often news of progress may go out, by kind, in milliseconds. */
  progressMilliseconds?: { train: number, other: number }
}

interface Entry {
  request: JobRequest
  status: JobStatus
  worker?: Worker
  cancelled: boolean
  stopAfterEpoch: boolean
  ended: Promise<JobEnd>
  end(end: JobEnd): void
}

/** Jobs of one lane run one after another, lanes beside one another: one training at a time, an import and a download beside it. */
const lanes: Record<Job['kind'], string> = {
  'train': 'training', 'evaluate': 'training', 'import-dataset': 'import', 'inspect-dataset': 'inspection',
  'download-dataset': 'download', 'derive-dataset': 'import', 'doctor': 'doctor', 'predict': 'predict', 'export-model': 'export',
  // Small and looked at by a person: behind no data set of an hour.
  'inspect-model': 'model-inspection', 'import-model': 'model-import', 'tell-apart': 'tell-apart'
}
const livingStates: readonly JobStatus['state'][] = ['queued', 'running', 'unresponsive', 'cancelling']
const keptWhenEnded = 20

/** The jobs that main supervises, each in a worker process of its own. */
export class JobQueue {
  /** In order of arrival. */
  readonly #entries = new Map<string, Entry>()
  readonly #progressMilliseconds: { train: number, other: number }
  #held = false

  constructor(private readonly options: JobQueueOptions) {
    this.#progressMilliseconds = options.progressMilliseconds ?? { train: 1_000, other: 250 }
  }

  /** Puts a job at the end of its lane's queue; it starts at once when nothing is before it. */
  add(request: JobRequest): { status: JobStatus, ended: Promise<JobEnd> } {
    const id = newId()
    let end: (end: JobEnd) => void = () => undefined
    const ended = new Promise<JobEnd>((resolve) => { end = resolve })
    const { job, title, runId, known } = request
    const status: JobStatus = { id, kind: job.kind, title, state: 'queued', ...(runId !== undefined && { runId }), ...(known !== undefined && { known }) }
    const entry: Entry = { request, status, cancelled: false, stopAfterEpoch: false, ended, end }
    this.#entries.set(id, entry)
    this.#change(entry, {})
    this.#pump()
    return { status: entry.status, ended }
  }

  /** Living jobs and the last ended ones, oldest first. */
  list(): JobStatus[] {
    return [...this.#entries.values()].map(({ status }) => status)
  }

  living(): JobStatus[] {
    return this.list().filter(({ state }) => livingStates.includes(state))
  }

  /** The living job of a run. */
  ofRun(runId: string): JobStatus | undefined {
    return this.living().find((status) => status.runId === runId)
  }

  /** Takes a job out of the queue, or asks its worker to end. Quiet for a job that has ended; throws `job-not-found`. */
  async cancel(id: string): Promise<void> {
    const entry = this.#entry(id)
    if (!livingStates.includes(entry.status.state) || entry.cancelled) return
    entry.cancelled = true
    if (entry.status.state === 'queued') return this.#finish(entry, { kind: 'dropped' })
    this.#change(entry, { state: 'cancelling' })
    entry.worker?.cancel()
  }

  /** Asks a job's worker to end after the epoch it is in; throws `job-not-found`. */
  stopAfterEpoch(id: string): void {
    const entry = this.#entry(id)
    entry.stopAfterEpoch = true
    entry.worker?.stopAfterEpoch()
  }

  /** Starts nothing any more: what waits stays in the queue. */
  hold(): void {
    this.#held = true
  }

  /** Whether it starts nothing any more: the program is about to end. */
  get held(): boolean {
    return this.#held
  }

  /** Starts what waits again. */
  resume(): void {
    this.#held = false
    this.#pump()
  }

  /** Resolves once no worker runs. */
  async idle(): Promise<void> {
    const working = [...this.#entries.values()].filter(({ status: { state } }) => state !== 'queued' && livingStates.includes(state))
    await Promise.all(working.map(({ ended }) => ended))
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id)
    if (entry) return entry
    throw new GraftError('job-not-found', { en: `There is no job “${id}”.`, zh: `没有任务“${id}”。` })
  }

  #pump(): void {
    if (this.#held) return
    const busy = new Set<string>()
    for (const entry of [...this.#entries.values()]) {
      const { state, kind } = entry.status
      if (!livingStates.includes(state) || busy.has(lanes[kind])) continue
      busy.add(lanes[kind])
      if (state === 'queued') void this.#start(entry)
    }
  }

  async #start(entry: Entry): Promise<void> {
    const { request } = entry
    this.#change(entry, { state: 'running' })
    const interval = request.job.kind === 'train' ? this.#progressMilliseconds.train : this.#progressMilliseconds.other
    const news = atMostEvery(interval, () => this.options.onChanged(entry.status))
    let end: WorkerEnd
    try {
      const worker = await this.options.launch(request.job, {
        onProgress: (progress) => {
          const { run, import: importing, download, work } = progress
          entry.status = {
            ...entry.status, ...(run && { run }), ...(importing && { import: importing }), ...(download && { download }), ...(work && { work })
          }
          news.call()
          request.onProgress?.(progress)
        },
        onCheckpoint: () => request.onCheckpoint?.(),
        onResponsive: (responsive) => {
          if (!entry.cancelled) this.#change(entry, { state: responsive ? 'running' : 'unresponsive' })
          request.onResponsive?.(responsive)
        }
      })
      entry.worker = worker
      const running = worker.run()
      if (entry.cancelled) worker.cancel()
      if (entry.stopAfterEpoch) worker.stopAfterEpoch()
      end = await running
    } catch (error) {
      end = { kind: 'lost', error: toErrorValue(error) }
    }
    news.cancel()
    await this.#finish(entry, end)
  }

  async #finish(entry: Entry, end: JobEnd): Promise<void> {
    let error = 'error' in end ? end.error : undefined
    try {
      await entry.request.onEnd?.(end)
    } catch (thrown) {
      error ??= toErrorValue(thrown)
    }
    const datasetId = end.kind === 'done' && 'dataset' in end.result ? end.result.dataset.id : undefined
    const modelRef = end.kind === 'done' && end.result.kind === 'import-model' ? end.result.model.ref : undefined
    this.#change(entry, {
      state: endState(entry.status.kind, end), ...(error && { error }), ...(datasetId !== undefined && { datasetId }),
      ...(modelRef !== undefined && { modelRef })
    })
    this.#forgetOldest()
    entry.end(end)
    this.#pump()
  }

  #change(entry: Entry, change: Partial<JobStatus>): void {
    entry.status = { ...entry.status, ...change }
    this.options.onChanged(entry.status)
    this.options.onQueueChanged?.()
  }

  #forgetOldest(): void {
    const ended = [...this.#entries.values()].filter(({ status }) => !livingStates.includes(status.state))
    for (const { status } of ended.slice(0, Math.max(0, ended.length - keptWhenEnded))) this.#entries.delete(status.id)
  }
}

function endState(kind: Job['kind'], end: JobEnd): JobStatus['state'] {
  switch (end.kind) {
    case 'done': return 'done'
    case 'dropped':
    case 'cancelled': return 'cancelled'
    case 'failed': return 'failed'
    // Only a training can be taken up where it was.
    case 'lost': return kind === 'train' ? 'interrupted' : 'failed'
  }
}
