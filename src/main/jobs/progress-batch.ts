import type { Metric, RunProgress } from '../../contract/runs'

/**
 * Collects what a worker tells of one run and passes it on at most once an interval, whatever the step rate: the newest
 * progress, and every line of the series since the last.
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
    const metrics = this.#metrics
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
