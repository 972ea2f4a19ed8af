import type { Metric } from '../../contract/runs'

/** Collects the lines of a run's series and passes them on at most ten times per second. */
export class MetricsWriter {
  private pending: Metric[] = []
  private lastFlush = 0
  private writing: Promise<void> = Promise.resolve()

  constructor(
    private readonly append: (metrics: Metric[]) => Promise<void>,
    private readonly publish: (metrics: Metric[]) => void,
    /** Makes sure that what was appended outlives a power cut. */
    private readonly settle: () => Promise<void> = () => Promise.resolve(),
    private readonly now: () => number = () => performance.now()
  ) {}

  add(metric: Metric): void {
    this.pending.push(metric)
    if (this.now() - this.lastFlush >= 100) this.hand()
  }

  /** When this resolves, everything is on disk, and stays there whatever happens. */
  async flush(): Promise<void> {
    this.hand()
    await this.writing
    await this.settle()
  }

  private hand(): void {
    this.lastFlush = this.now()
    if (this.pending.length === 0) return
    const metrics = this.pending
    this.pending = []
    this.publish(metrics)
    this.writing = this.writing.then(() => this.append(metrics))
    // The next flush reports the failure. Without this line it would also count as unhandled.
    this.writing.catch(() => undefined)
  }
}
