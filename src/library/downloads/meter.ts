import type { DownloadProgress } from '../../contract/downloads'
import { bytesOf, type KnownFile } from './download'

const intervalMilliseconds = 100
/** The speed is of the last seconds: it follows a network that changes, and does not count what was there before. */
const windowMilliseconds = 5_000

/** Tells how far a download of several files is: at once when something else begins, otherwise at most ten times a second. */
export class DownloadMeter {
  private readonly sizes: number[]
  private index = 0
  private done = 0
  private toldAt = 0
  private wait: DownloadProgress['waiting']
  private samples: { at: number, bytes: number }[] = []

  constructor(
    private readonly files: readonly KnownFile[], private readonly tell?: (progress: DownloadProgress) => void,
    private readonly now: () => number = () => performance.now()
  ) {
    this.sizes = files.map(bytesOf)
  }

  begin(index: number): void {
    this.index = index
    this.done = 0
    this.wait = undefined
    this.samples = []
    this.send()
  }

  /** Bytes of the file under way that have arrived; its size, where it became known. */
  bytes(done: number, total: number | undefined): void {
    const isFirst = this.wait !== undefined || done < this.done
    // What was thrown away, or waited for, is no speed.
    if (isFirst) this.samples = []
    this.wait = undefined
    this.done = done
    if (total !== undefined) this.sizes[this.index] = total
    if (isFirst || this.now() - this.toldAt >= intervalMilliseconds) this.send()
  }

  waiting(waiting: NonNullable<DownloadProgress['waiting']>): void {
    this.wait = waiting
    this.send()
  }

  end(): void {
    this.done = this.sizes[this.index] ?? this.done
    this.wait = undefined
    this.send()
  }

  private send(): void {
    this.toldAt = this.now()
    if (!this.tell) return
    const before = this.sizes.slice(0, this.index).reduce((sum, size) => sum + size, 0)
    const done = before + this.done
    const total = Math.max(done, this.sizes.reduce((sum, size) => sum + size, 0))
    this.samples.push({ at: this.toldAt, bytes: done })
    this.samples = this.samples.filter(({ at }) => this.toldAt - at <= windowMilliseconds)
    const first = this.samples[0]!
    const seconds = (this.toldAt - first.at) / 1000
    const bytesPerSecond = seconds >= 0.5 && done > first.bytes ? (done - first.bytes) / seconds : undefined
    this.tell({
      phase: 'downloading', file: this.files[this.index]?.name ?? '', fileNumber: this.index + 1, files: this.files.length, done, total,
      ...(this.wait ? { waiting: this.wait } : bytesPerSecond !== undefined && { bytesPerSecond, secondsLeft: (total - done) / bytesPerSecond })
    })
  }
}
