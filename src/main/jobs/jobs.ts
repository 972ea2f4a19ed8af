import { GraftError, toErrorValue } from '../../contract/errors'
import { jobOf, type InputOf, type Job, type JobKind, type NewsOf, type ParsedInputOf, type ProgressOf } from '../../contract/jobs'
import type { JobStatus } from '../../contract/jobs/status'
import { newId } from '../../library/disk'
import { isLiving, isWorking } from '../../rules/states'
import type { WorkerEnd, WorkerListeners } from '../../supervision/supervisor'
import { atMostEvery } from './progress-batch'

/** What the queue needs of a supervised worker. */
interface Worker<Kind extends JobKind = JobKind> {
  run(): Promise<WorkerEnd<Kind>>
  cancel(): void
  stopAfterEpoch(): void
}

export type LaunchWorker = (job: Job, listeners: WorkerListeners) => Promise<Worker>
/** `dropped`: it was taken out of the queue before it began. */
export type JobEnd<Kind extends JobKind = JobKind> = WorkerEnd<Kind> | { kind: 'dropped' }

interface JobRequest<Kind extends JobKind> {
  kind: Kind
  input: InputOf<Kind>
  title: string
  onProgress?(progress: ProgressOf<Kind> | undefined, news: readonly NewsOf<Kind>[]): void
  onCheckpoint?(): void
  onResponsive?(responsive: boolean): void
  /** Called once; the job counts as ended only after it. */
  onEnd?(end: JobEnd<Kind>): Promise<void> | void
}

export interface JobQueueOptions {
  launch: LaunchWorker
  onChanged(status: JobStatus): void
  /** Jobs came into the queue, left it, or changed their order. */
  onQueueChanged?(): void
  /** Whether jobs can be begun at all now; what waits stays in the queue meanwhile, until `look`. */
  ready?(): boolean
  /** A worker does not answer. */
  onUnresponsive?(status: JobStatus): void
  /** A job has ended, and what asked for it knows. */
  onEnded?(status: JobStatus, end: JobEnd): void
  /** In place of how often the kinds want to be told of, in milliseconds. */
  toldEveryMilliseconds?: number
}

interface Entry {
  request: JobRequest<JobKind>
  status: JobStatus
  worker?: Worker
  cancelled: boolean
  stopAfterEpoch: boolean
  /** Of a job that lives. */
  living?: { ended: Promise<JobEnd>, end(end: JobEnd): void }
  /** Of a job that has ended, while it is kept. */
  outcome?: JobEnd
}

const keptWhenEnded = 20
/** Of how many ended jobs what they brought is kept: pictures with their heat maps are large. */
const keptOutcomes = 3
const usualTellingMilliseconds = 250

/** Jobs of one lane run one after another, lanes beside one another. */
const laneOf = (kind: JobKind): string => {
  const { lane } = jobOf(kind)
  return lane === 'own' ? kind : lane
}

/** The jobs that main supervises, each in a worker process of its own. */
export class JobQueue {
  /** In order of arrival, but for those that a person moved. */
  readonly #entries = new Map<string, Entry>()
  #held = false

  constructor(private readonly options: JobQueueOptions) {}

  /** Puts a job at the end of its lane's queue; it starts at once when nothing is before it. One that a person asked for waits for none that nobody did. */
  add<Kind extends JobKind>(request: JobRequest<Kind>): { status: JobStatus, ended: Promise<JobEnd<Kind>> } {
    const id = newId()
    let end: (end: JobEnd) => void = () => undefined
    const ended = new Promise<JobEnd>((resolve) => { end = resolve })
    const { kind, input, title } = request
    const status: JobStatus = { id, kind, title, state: 'queued', ...jobOf(kind).about?.(input as ParsedInputOf<Kind>) }
    // The queue treats all kinds alike; what a kind is given is read by its own schemas where it comes from a worker.
    const entry: Entry = { request: request as unknown as JobRequest<JobKind>, status, cancelled: false, stopAfterEpoch: false, living: { ended, end } }
    this.#entries.set(id, entry)
    this.#change(entry, {})
    if (!status.unasked) this.#giveWay(laneOf(kind))
    this.#pump()
    return { status: entry.status, ended: ended as Promise<JobEnd<Kind>> }
  }

  /** Living jobs and the last ended ones, oldest first. */
  list(): JobStatus[] {
    return [...this.#entries.values()].map(({ status }) => status)
  }

  living(): JobStatus[] {
    return this.list().filter(isLiving)
  }

  /** The living job of a run. */
  ofRun(runId: string): JobStatus | undefined {
    return this.living().find((status) => status.runId === runId)
  }

  /** How a job of the last few ended; undefined for one that lives, is of another kind, or is long past. */
  outcomeOf<Kind extends JobKind>(id: string, kind: Kind): JobEnd<Kind> | undefined {
    const entry = this.#entries.get(id)
    return entry?.status.kind === kind ? entry.outcome as JobEnd<Kind> | undefined : undefined
  }

  /** Waits for a job's end and gives it to one caller, after whom it is kept no longer. @throws `job-not-found` */
  async take<Kind extends JobKind>(id: string, kind: Kind): Promise<JobEnd<Kind>> {
    const entry = this.#entries.get(id)
    const end = entry?.status.kind === kind ? await entry.living?.ended ?? entry.outcome : undefined
    if (!entry || !end) throw notFound(id)
    delete entry.outcome
    return end as JobEnd<Kind>
  }

  /** Takes a job out of the queue, or asks its worker to end. Quiet for a job that has ended; throws `job-not-found`. */
  async cancel(id: string): Promise<void> {
    const entry = this.#entry(id)
    if (!isLiving(entry.status) || entry.cancelled) return
    entry.cancelled = true
    if (entry.status.state === 'queued') return this.#finish(entry, { kind: 'dropped' })
    this.#change(entry, { state: 'cancelling' })
    entry.worker?.cancel()
  }

  /** Puts a waiting job before the one ahead of it in its lane, or behind the next one. Quiet where there is none; throws `job-not-found`. */
  move(id: string, by: -1 | 1): void {
    const entry = this.#entry(id)
    const order = [...this.#entries.values()]
    const waiting = order.filter(({ status, cancelled }) => status.state === 'queued' && !cancelled && laneOf(status.kind) === laneOf(entry.status.kind))
    const place = waiting.indexOf(entry)
    const other = place < 0 ? undefined : waiting[place + by]
    if (!other) return
    const [from, to] = [order.indexOf(entry), order.indexOf(other)]
    order[from] = other
    order[to] = entry
    this.#entries.clear()
    for (const each of order) this.#entries.set(each.status.id, each)
    this.options.onQueueChanged?.()
  }

  /** Asks a job's worker to end after the epoch it is in; throws `job-not-found`. */
  stopAfterEpoch(id: string): void {
    const entry = this.#entry(id)
    entry.stopAfterEpoch = true
    entry.worker?.stopAfterEpoch()
  }

  /** What it works on has another name now. */
  rename(runId: string, title: string): void {
    for (const entry of this.#entries.values()) {
      if (entry.status.runId === runId && entry.status.title !== title) this.#change(entry, { title })
    }
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

  /** Looks again whether what waits can begin. */
  look(): void {
    this.#pump()
  }

  /** Resolves once no worker runs. */
  async idle(): Promise<void> {
    const working = [...this.#entries.values()].filter(({ status }) => isWorking(status))
    await Promise.all(working.map(({ living }) => living?.ended))
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id)
    if (entry) return entry
    throw notFound(id)
  }

  /** What nobody asked for, and is lost without loss, makes room for what a person did ask for. */
  #giveWay(lane: string): void {
    for (const { status } of [...this.#entries.values()]) {
      if (status.unasked && jobOf(status.kind).disposable && laneOf(status.kind) === lane) void this.cancel(status.id)
    }
  }

  #pump(): void {
    if (this.#held || this.options.ready?.() === false) return
    const taken = new Set<string>()
    for (const entry of [...this.#entries.values()]) {
      const { state, kind } = entry.status
      const lane = laneOf(kind)
      // What was taken out of the queue is not started while its end is being written down.
      if (!isLiving(entry.status) || (state === 'queued' && entry.cancelled) || taken.has(lane)) continue
      taken.add(lane)
      if (state === 'queued') void this.#start(entry)
    }
  }

  async #start(entry: Entry): Promise<void> {
    const { request, request: { kind, input } } = entry
    this.#change(entry, { state: 'running' })
    const interval = this.options.toldEveryMilliseconds ?? jobOf(kind).toldEveryMilliseconds ?? usualTellingMilliseconds
    const news = atMostEvery(interval, () => this.options.onChanged(entry.status))
    let end: WorkerEnd
    try {
      const worker = await this.options.launch({ kind, input } as Job, {
        onProgress: ({ progress, news: lines = [] }) => {
          if (progress) entry.status = { ...entry.status, progress }
          news.call()
          request.onProgress?.(progress, lines)
        },
        onCheckpoint: () => request.onCheckpoint?.(),
        onResponsive: (responsive) => {
          if (!entry.cancelled) this.#change(entry, { state: responsive ? 'running' : 'unresponsive' })
          request.onResponsive?.(responsive)
          if (!responsive) this.options.onUnresponsive?.(entry.status)
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
    const { kind } = entry.status
    const brought = end.kind === 'done' ? jobOf(kind).brings?.(end.result) : undefined
    const status: JobStatus = { ...entry.status, state: endState(kind, end), ...(error && { error }), ...brought }
    this.options.onEnded?.(status, end)
    const { living } = entry
    delete entry.living
    delete entry.worker
    entry.outcome = end
    this.#change(entry, status)
    this.#forgetOldest()
    living?.end(end)
    this.#pump()
  }

  #change(entry: Entry, change: Partial<JobStatus>): void {
    entry.status = { ...entry.status, ...change }
    this.options.onChanged(entry.status)
    this.options.onQueueChanged?.()
  }

  #forgetOldest(): void {
    const ended = [...this.#entries.values()].filter(({ living }) => !living)
    for (const { status } of ended.slice(0, -keptWhenEnded)) this.#entries.delete(status.id)
    for (const entry of ended.filter(({ outcome }) => outcome?.kind === 'done').slice(0, -keptOutcomes)) delete entry.outcome
  }
}

function endState(kind: JobKind, end: JobEnd): JobStatus['state'] {
  switch (end.kind) {
    case 'done': return 'done'
    case 'dropped':
    case 'cancelled': return 'cancelled'
    case 'failed': return 'failed'
    case 'lost': return jobOf(kind).resumable ? 'interrupted' : 'failed'
  }
}

function notFound(id: string): GraftError {
  return new GraftError('job-not-found', { en: `There is no job “${id}”.`, zh: `没有任务“${id}”。` })
}
