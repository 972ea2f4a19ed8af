import pLimit from 'p-limit'
import { jobOf } from '../../contract/jobs'
import type { Run, RunProgress } from '../../contract/runs'
import { inLanguage } from '../../contract/text'
import { recordAfter } from '../../supervision/run-record'
import { WorkerSupervisor } from '../../supervision/supervisor'
import type { Context } from '../context'
import { duration, percent } from '../../rules/format/figures'
import type { Progress } from '../output/progress'
import { stateNames } from '../../rules/states'
import { train } from './train'

/**
 * Trains runs of the store, one or several at once. One at a time is trained in this process, with a bar for its progress.
 * Of several each is trained in its own worker process: one small network keeps only about one core busy, so together
 * they leave none idle. The numbers stay the same, because each process takes as many threads as one alone would.
 */
export class TrainingPool {
  private readonly limit: ReturnType<typeof pLimit>
  private readonly trainings = new Map<string, Promise<Run>>()
  /** How far each training process is, by the name of its run. */
  private readonly underway = new Map<string, RunProgress | undefined>()
  private progress: Progress | undefined
  private readonly turn = pLimit(1)
  private begun = 0
  private ended = 0

  constructor(private readonly context: Context, readonly jobs: number) {
    this.limit = pLimit(jobs)
  }

  /**
   * Trains the run as soon as there is room, and gives its record when it has ended. A run that is asked for several times
   * is trained once. After a cancel, runs that have not begun are marked `cancelled`, so that they can be resumed.
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

  /** Runs tasks one after another that must not overlap, such as looking for a run and creating it if there is none. */
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
    const ended = jobs === 1 ? await train(context, run) : await this.trainInWorker(run)
    if (ended.error && (ended.state === 'failed' || ended.state === 'interrupted')) this.say(inLanguage(ended.error.message, context.language))
    if (jobs === 1) return ended
    const { state, metrics: { test } } = ended
    const took = duration((performance.now() - began) / 1000, context.language)
    this.say([`${turn}: ${context.say(stateNames[state])}`, test && percent(test.accuracy), took].filter(Boolean).join(' · '))
    return ended
  }

  /** Writes a line on stderr; a bar steps aside for it. */
  say(line: string): void {
    if (this.progress) this.progress.line(line)
    else this.context.notice({ en: line, zh: line })
  }

  /** Trains the run in its own supervised process. If that hangs it is ended; if it dies the record says how. */
  private async trainInWorker({ id, name }: Run): Promise<Run> {
    const { library, signal, dataDir, surroundings: { worker, env, cacheDir } } = this.context
    const supervisor = new WorkerSupervisor({
      // This process hears Ctrl-C and passes it on; it must not reach the worker twice.
      command: { ...worker, environment: { ...env }, detached: true },
      job: { kind: 'train', input: { runId: id } }, dataDir, cacheDir,
      // If this process is killed, the worker still saves what it learned since the last checkpoint.
      alone: 'cancel',
      onProgress: ({ progress }) => { if (progress) this.show(name, progress) },
      onResponsive: (responsive) => { if (!responsive) this.sayUnresponsive(name) }
    })
    const cancel = (): void => supervisor.cancel()
    signal.addEventListener('abort', cancel, { once: true })
    this.underway.set(name, undefined)
    try {
      const end = await supervisor.run()
      return await library.runs.update(id, (run) => recordAfter(run, end))
    } finally {
      signal.removeEventListener('abort', cancel)
      this.underway.delete(name)
      if (this.underway.size === 0) {
        this.progress?.stop()
        this.progress = undefined
      }
    }
  }

  private sayUnresponsive(name: string): void {
    const notice = jobOf('train').words.unresponsive?.(name)
    if (notice) this.say(inLanguage(notice.text, this.context.language))
  }

  private show(name: string, at: RunProgress): void {
    this.underway.set(name, at)
    this.progress ??= this.context.progress()
    const trainings = [...this.underway].flatMap(([of, progress]) => progress ? [{ name: of, progress }] : [])
    this.progress.trainings(trainings, { ended: this.ended, all: this.all })
  }

  /** Runs that have not begun no longer wait for this process. */
  private setAside({ id }: Run): Promise<Run> {
    return this.context.library.runs.update(id, ({ owner: _, ...run }) => ({ ...run, state: 'cancelled' }))
  }
}
