import type { Metric, RunProgress } from '../../contract/runs'

/** Steps that are passed on at once: more in an interval than a chart can show, and many times what any training takes. */
export const mostSteps = 1_000

/** So many steps at most, evenly over them, the last one among them; every line of another kind; all in their order. */
function thinned(metrics: Metric[]): Metric[] {
  const steps = metrics.reduce((sum, { kind }) => sum + (kind === 'step' ? 1 : 0), 0)
  if (steps <= mostSteps) return metrics
  let seen = 0
  return metrics.filter(({ kind }) => {
    if (kind !== 'step') return true
    seen += 1
    return Math.floor(seen * mostSteps / steps) > Math.floor((seen - 1) * mostSteps / steps)
  })
}

/**
 * Collects what a worker tells of one run and passes it on at most once an interval, whatever the step rate: the newest
 * progress, and the lines of the series since the last. All of them cross into the page one object after another, and tens of
 * thousands would hold it up: then steps are left out. The whole series is on disk, and read from there when the run has ended.
 */
export class ProgressBatch {
  #progress: RunProgress | undefined
  #metrics: Metric[] = []
  #dirty = false
  #timer: NodeJS.Timeout | undefined
  #sentAt = -Infinity

  constructor(
    private readonly send: (progress: RunProgress, metrics: Metric[]) => void,
    private readonly intervalMilliseconds: number
  ) {}

  add(progress: RunProgress | undefined, metrics: readonly Metric[] = []): void {
    this.#progress = progress ?? this.#progress
    for (const metric of metrics) this.#metrics.push(metric)
    this.#dirty = true
    if (this.#timer) return
    const wait = this.#sentAt + this.intervalMilliseconds - performance.now()
    if (wait <= 0) this.flush()
    else this.#timer = setTimeout(() => this.flush(), wait)
  }

  /** Passes on at once what is waiting: at the end of the run nothing may be left. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    // Lines that come before the first progress wait for it.
    if (!this.#dirty || !this.#progress) return
    const metrics = thinned(this.#metrics)
    this.#metrics = []
    this.#dirty = false
    this.#sentAt = performance.now()
    this.send(this.#progress, metrics)
  }
}

/** Runs some work at most once an interval: at once the first time, and once more after the last call. */
export function atMostEvery(milliseconds: number, work: () => void): { call(): void, cancel(): void } {
  let timer: NodeJS.Timeout | undefined
  let ranAt = -Infinity
  const run = (): void => {
    timer = undefined
    ranAt = performance.now()
    work()
  }
  return {
    call() {
      if (timer) return
      const wait = ranAt + milliseconds - performance.now()
      if (wait <= 0) run()
      else timer = setTimeout(run, wait)
    },
    cancel() {
      clearTimeout(timer)
      timer = undefined
    }
  }
}
