import { spawn } from 'node:child_process'
import pLimit from 'p-limit'
import { runProgressSchema, type Run, type RunProgress } from '../../contract/runs'
import { inLanguage } from '../../contract/text'
import type { Context } from '../context'
import { duration, percent } from '../output/format'
import type { Progress } from '../output/progress'
import { stateNames } from '../output/report/run'
import { train } from './train'

/**
 * Trains runs of the store, so many at once. One at a time they train in this process, with a bar of their progress;
 * several at once each in a process of its own, as `graft resume` would, so that a small network, of which one training
 * keeps about one core busy, leaves none idle. The numbers are those of one at a time: a process takes as many threads.
 */
export class TrainingPool {
  private readonly limit: ReturnType<typeof pLimit>
  private readonly trainings = new Map<string, Promise<Run>>()
  /** Of the processes that train: how far each is, by the run's name. */
  private readonly underway = new Map<string, RunProgress | undefined>()
  private progress: Progress | undefined
  private readonly turn = pLimit(1)
  private begun = 0
  private ended = 0

  constructor(private readonly context: Context, readonly jobs: number) {
    this.limit = pLimit(jobs)
  }

  /**
   * Trains the run as soon as there is room, and gives its record when it has ended; once, however often it is asked for.
   * After a cancel what has not begun is set aside as `cancelled`, so that it can be resumed.
   */
  train(run: Run): Promise<Run> {
    const known = this.trainings.get(run.id)
    if (known) return known
    const training = this.limit(() => this.context.signal.aborted ? this.setAside(run) : this.begin(run))
      .finally(() => {
        this.trainings.delete(run.id)
        this.ended++
      })
    this.trainings.set(run.id, training)
    return training
  }

  /** Does what must not be done twice at once, such as looking for a run and making it where there is none. */
  alone<Value>(work: () => Promise<Value>): Promise<Value> {
    return this.turn(work)
  }

  /** Trainings asked for so far. */
  private get all(): number {
    return this.ended + this.trainings.size
  }

  private async begin(run: Run): Promise<Run> {
    const { context, jobs } = this
    const turn = `${++this.begun}/${this.all} ${run.name}`
    this.say(`${turn} …`)
    const began = performance.now()
    const ended = jobs === 1 ? await train(context, run) : await this.trainInChild(run)
    if (ended.error && ended.state === 'failed') this.say(inLanguage(ended.error.message, context.language))
    if (jobs === 1) return ended
    const { state, metrics: { test } } = ended
    const took = duration((performance.now() - began) / 1000, context.language)
    this.say([`${turn}: ${context.say(stateNames[state])}`, test && percent(test.accuracy), took].filter(Boolean).join(' · '))
    return ended
  }

  /** A line on stderr, between two states of the bar where there is one. */
  say(line: string): void {
    if (this.progress) this.progress.line(line)
    else this.context.notice({ en: line, zh: line })
  }

  private async trainInChild({ id, name }: Run): Promise<Run> {
    const { library, signal, dataDir, surroundings: { program, env } } = this.context
    const child = spawn(process.execPath, [program, 'resume', id, '--json', '--data-dir', dataDir], {
      env: { ...env },
      // The channel is the child's tie to this process: it cancels when the channel closes, also where this process is
      // killed. A group of its own keeps the terminal's Ctrl-C from reaching it twice.
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'], detached: true, windowsHide: true
    })
    const cancel = (): void => {
      if (child.connected) child.disconnect()
    }
    signal.addEventListener('abort', cancel, { once: true })
    child.on('message', (message) => {
      const at = runProgressSchema.safeParse(message)
      if (at.success) this.show(name, at.data)
    })
    let said = ''
    child.stderr!.on('data', (data: Buffer) => { said = (said + data.toString()).slice(-2_000) })
    this.underway.set(name, undefined)
    try {
      await new Promise<void>((resolve, reject) => {
        child.on('error', reject)
        // Not `close`, which Node does not emit once this side has let go of the channel.
        child.on('exit', () => resolve())
      })
    } finally {
      signal.removeEventListener('abort', cancel)
      this.underway.delete(name)
      if (this.underway.size === 0) {
        this.progress?.stop()
        this.progress = undefined
      }
    }
    // A process that was killed could not say so in its record.
    await library.runs.interruptOrphans()
    const ended = await library.runs.get(id)
    // One that never began said why.
    if (ended.state === 'queued') this.say(said.trim())
    return ended
  }

  private show(name: string, at: RunProgress): void {
    this.underway.set(name, at)
    this.progress ??= this.context.progress()
    const trainings = [...this.underway].flatMap(([of, progress]) => progress ? [{ name: of, progress }] : [])
    this.progress.trainings(trainings, { ended: this.ended, all: this.all })
  }

  /** What was not begun does not wait for this process any longer. */
  private setAside({ id }: Run): Promise<Run> {
    return this.context.library.runs.update(id, ({ owner: _, ...run }) => ({ ...run, state: 'cancelled' }))
  }
}
