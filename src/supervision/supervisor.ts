import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { z } from 'zod'
import type { ErrorValue } from '../contract/errors'
import type { Job, JobKind, ResultOf } from '../contract/jobs'
import { fromWorkerSchema, heartbeatLimits, type FromWorker, type ToWorker } from '../contract/jobs/messages'
import { describeLoss, type Loss, type LossReason } from './loss'

/** How long each stage of a worker's life may take. */
export interface SupervisionLimits {
  helloMilliseconds: number
  silentMilliseconds: number
  /** Longest silence of a worker that said it is busy. */
  busyMilliseconds: number
  /** From unresponsive to killed, unless it answers again. */
  unresponsiveMilliseconds: number
  /** From the wish to cancel to SIGTERM. */
  cancelMilliseconds: number
  /** From SIGTERM to SIGKILL, and from `done` to SIGTERM. */
  terminateMilliseconds: number
  tickMilliseconds: number
  /** How often a worker that never said hello is started: nothing is lost by then. */
  starts: number
}

const supervisionLimits: SupervisionLimits = {
  helloMilliseconds: 20_000,
  silentMilliseconds: heartbeatLimits.silentMilliseconds,
  busyMilliseconds: heartbeatLimits.busyMilliseconds,
  unresponsiveMilliseconds: 2_500,
  cancelMilliseconds: 20_000,
  terminateMilliseconds: 3_000,
  tickMilliseconds: 250,
  starts: 2
}

/** The program that runs a worker. */
export interface WorkerCommand {
  executable: string
  arguments: string[]
  environment: NodeJS.ProcessEnv
  /** In a process group of its own, which a terminal's Ctrl-C does not reach. */
  detached?: boolean
}

/** How a worker's life ended. Only an explicit `done` message is `done`. */
export type WorkerEnd<Kind extends JobKind = JobKind> =
  | { kind: 'done', result: ResultOf<Kind> }
  /** As the person wished; with an error where it did not end by itself. */
  | { kind: 'cancelled', error?: ErrorValue }
  /** The worker said itself what went wrong. */
  | { kind: 'failed', error: ErrorValue }
  /** The worker is gone and said nothing. */
  | { kind: 'lost', error: ErrorValue }

/** What one of a worker's messages may hold. */
type Told<Kind extends JobKind, Type extends FromWorker['type']> = Extract<FromWorker<Kind>, { type: Type }>

export interface WorkerListeners<Kind extends JobKind = JobKind> {
  onStarted?(pid: number): void
  onProgress?(told: Told<Kind, 'progress'>): void
  onCheckpoint?(checkpoint: Told<Kind, 'checkpoint'>): void
  /** It has been silent for too long, and is ended soon; or it answers again. */
  onResponsive?(responsive: boolean): void
  onLog?(line: string): void
}

export interface SupervisorOptions<Kind extends JobKind = JobKind> extends WorkerListeners<Kind> {
  command: WorkerCommand
  job: Job<Kind>
  dataDir: string
  cacheDir: string
  /** What the worker does when this process is gone: leave at once (as usual), or end as after a cancel, with a checkpoint. */
  alone?: 'leave' | 'cancel'
  limits?: Partial<SupervisionLimits>
}

const keptLines = 40

/** One job's worker process: its start, its heartbeat, its cancelling, and the truth about its end. */
export class WorkerSupervisor<Kind extends JobKind = JobKind> {
  readonly #options: SupervisorOptions<Kind>
  readonly #schema: z.ZodType<FromWorker<Kind>>
  readonly #limits: SupervisionLimits
  #child: ChildProcess | undefined
  #greeted = false
  #responsive = true
  #busy = false
  #silence = 0
  #cancelled = false
  #stopAfterEpoch = false
  #stderr: string[] = []
  /** What the worker said last of all, once it said it. */
  #verdict: WorkerEnd<Kind> | undefined
  /** Why this supervisor ended the process, where it did. */
  #reason: LossReason = 'exited'
  #cause: string | undefined
  #terminating: NodeJS.Timeout | undefined

  constructor(options: SupervisorOptions<Kind>) {
    this.#options = options
    this.#schema = fromWorkerSchema<Kind>(options.job.kind)
    this.#limits = { ...supervisionLimits, ...options.limits }
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** Runs the worker to its end. Resolves once the process is gone; never rejects. */
  async run(): Promise<WorkerEnd<Kind>> {
    for (let start = 1; ; start += 1) {
      const end = await this.#runOnce()
      const again = end.kind === 'lost' && !this.#greeted && this.#reason !== 'not-started' && start < this.#limits.starts
      if (!again) return end
      this.#options.onLog?.(`did not say hello; started again. ${end.error.details ?? ''}`)
    }
  }

  /** Asks the worker to end, waits, then ends it. */
  cancel(): void {
    if (this.#cancelled) return
    this.#cancelled = true
    this.#send({ type: 'cancel' })
    // Before its hello a worker has touched nothing, and would not read the wish.
    this.#terminateAfter(this.#greeted ? this.#limits.cancelMilliseconds : 0)
  }

  /** Asks the worker to end after the epoch it is in. */
  stopAfterEpoch(): void {
    this.#stopAfterEpoch = true
    this.#send({ type: 'stop-after-epoch' })
  }

  async #runOnce(): Promise<WorkerEnd<Kind>> {
    this.#silence = 0
    this.#reason = 'exited'
    this.#stderr = []
    const { command: { executable, arguments: args, environment, detached = false } } = this.#options
    if (this.#cancelled) return { kind: 'cancelled' }
    let child: ChildProcess
    try {
      child = spawn(executable, args, {
        env: environment, stdio: ['ignore', 'pipe', 'pipe', 'ipc'], serialization: 'json', windowsHide: true, detached
      })
    } catch (error) {
      this.#notStarted(error)
      return this.#endOf(null, null)
    }
    this.#child = child
    if (child.pid !== undefined) this.#options.onStarted?.(child.pid)
    this.#readLines(child.stdout, () => undefined)
    this.#readLines(child.stderr, (line) => {
      this.#stderr.push(line)
      if (this.#stderr.length > keptLines) this.#stderr.shift()
    })
    child.on('message', (message) => this.#receive(message))
    const watch = this.#watch()
    const { code, signal } = await this.#gone(child)
    clearInterval(watch)
    clearTimeout(this.#terminating)
    this.#terminating = undefined
    this.#child = undefined
    return this.#endOf(code, signal)
  }

  /** Resolves when the process is gone and everything it said has been read. */
  #gone(child: ChildProcess): Promise<{ code: number | null, signal: string | null }> {
    return new Promise((resolve) => {
      child.on('error', (error) => {
        if (child.pid !== undefined) return
        this.#notStarted(error)
        resolve({ code: null, signal: null })
      })
      child.on('exit', (code, signal) => {
        // A grandchild may hold the pipes open: do not wait for them for ever.
        const late = setTimeout(() => resolve({ code, signal }), 1_000)
        child.on('close', () => {
          clearTimeout(late)
          resolve({ code, signal })
        })
      })
    })
  }

  #notStarted(error: unknown): void {
    this.#reason = 'not-started'
    this.#cause = error instanceof Error ? error.message : String(error)
  }

  #endOf(code: number | null, signal: string | null): WorkerEnd<Kind> {
    if (this.#verdict) return this.#verdict
    const loss: Loss = {
      kind: this.#options.job.kind, reason: this.#reason, code, signal, stderr: this.#stderr, cause: this.#cause
    }
    const error = describeLoss(loss)
    return this.#cancelled ? { kind: 'cancelled', error } : { kind: 'lost', error }
  }

  #receive(raw: unknown): void {
    const parsed = this.#schema.safeParse(raw)
    if (!parsed.success) {
      const type = typeof raw === 'object' && raw !== null && 'type' in raw ? String(raw.type) : 'unknown'
      this.#options.onLog?.(`sent a message that does not fit (${type}): ${parsed.error.message}`)
      if (type === 'done' || type === 'error') this.#end('bad-message', parsed.error.message)
      return
    }
    this.#hear()
    const message = parsed.data
    switch (message.type) {
      case 'hello': return this.#start()
      case 'heartbeat': this.#busy = message.busy ?? false; return
      case 'progress': return this.#options.onProgress?.(message)
      case 'checkpoint': return this.#options.onCheckpoint?.(message)
      case 'done': return this.#conclude({ kind: 'done', result: message.result })
      case 'cancelled': return this.#conclude({ kind: 'cancelled' })
      case 'error': return this.#conclude({ kind: 'failed', error: message.error })
    }
  }

  #start(): void {
    const { job, dataDir, cacheDir, alone = 'leave' } = this.#options
    this.#greeted = true
    this.#send({ type: 'start', job, dataDir, cacheDir, alone })
    if (this.#stopAfterEpoch) this.#send({ type: 'stop-after-epoch' })
  }

  #conclude(verdict: WorkerEnd<Kind>): void {
    this.#verdict ??= verdict
    this.#terminateAfter(this.#limits.terminateMilliseconds)
  }

  /** Any word from the worker ends its silence. */
  #hear(): void {
    this.#silence = 0
    if (this.#responsive || this.#reason === 'hung') return
    this.#responsive = true
    this.#options.onResponsive?.(true)
  }

  /**
   * Counts silence in ticks of this process's own clock: a computer that slept, or a main process that
   * was held up, does not make its workers look hung.
   */
  #watch(): NodeJS.Timeout {
    const { tickMilliseconds, helloMilliseconds, silentMilliseconds, busyMilliseconds, unresponsiveMilliseconds } = this.#limits
    let last = performance.now()
    return setInterval(() => {
      const now = performance.now()
      this.#silence += Math.max(0, Math.min(now - last, 2 * tickMilliseconds))
      last = now
      if (!this.#greeted) {
        if (this.#silence > helloMilliseconds) this.#end('no-hello')
        return
      }
      const limit = this.#busy ? busyMilliseconds : silentMilliseconds
      if (this.#silence > limit && this.#responsive) {
        this.#responsive = false
        this.#options.onResponsive?.(false)
      }
      if (this.#silence > limit + unresponsiveMilliseconds) this.#end('hung')
    }, tickMilliseconds)
  }

  /** Ends the process for a reason of this supervisor's own. */
  #end(reason: LossReason, cause?: string): void {
    if (this.#reason !== 'exited' || this.#verdict) return
    this.#reason = reason
    this.#cause = cause
    // A hung process does not listen to SIGTERM: do not let the person wait for it.
    if (reason === 'hung') this.#child?.kill('SIGKILL')
    else this.#terminateAfter(0)
  }

  #terminateAfter(milliseconds: number): void {
    clearTimeout(this.#terminating)
    this.#terminating = setTimeout(() => {
      this.#child?.kill('SIGTERM')
      this.#terminating = setTimeout(() => this.#child?.kill('SIGKILL'), this.#limits.terminateMilliseconds)
    }, milliseconds)
  }

  #send(message: ToWorker): void {
    if (!this.#child?.connected) return
    // The callback keeps a closed pipe from throwing: the process's end tells the story.
    this.#child.send(message, () => undefined)
  }

  #readLines(stream: Readable | null, keep: (line: string) => void): void {
    if (!stream) return
    createInterface({ input: stream }).on('line', (line) => {
      keep(line.slice(0, 2_000))
      this.#options.onLog?.(line)
    })
  }
}
