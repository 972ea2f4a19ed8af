import type { ImportProgress } from '../../contract/datasets'

const intervalMilliseconds = 100

/** Tells how far an import is: at once when the phase changes, otherwise at most ten times a second. */
export class ProgressMeter {
  private current: ImportProgress = { phase: 'looking', done: 0, skipped: 0 }
  private startedAt = 0
  private toldAt = -Infinity
  private before = 0

  constructor(private readonly tell?: (progress: ImportProgress) => void) {}

  /** @param before images that an earlier import had dealt with */
  phase(phase: ImportProgress['phase'], total?: number, before = 0): void {
    if (phase === 'reading') this.before = before
    if (phase === 'reading') this.startedAt = performance.now()
    this.current = { ...this.current, phase, ...(phase === 'reading' && { done: before }), ...(total !== undefined && { total }) }
    this.send()
  }

  /** Files of an archive that were unpacked, before any image is read. */
  unpacked(files: number): void {
    const begins = this.current.phase !== 'unpacking'
    this.current = { ...this.current, phase: 'unpacking', done: files }
    if (begins || performance.now() - this.toldAt >= intervalMilliseconds) this.send()
  }

  update(done: number, skipped: number): void {
    this.current = { ...this.current, done, skipped }
    if (performance.now() - this.toldAt >= intervalMilliseconds) this.send()
  }

  private send(): void {
    this.toldAt = performance.now()
    if (!this.tell) return
    const { phase, done, skipped, total } = this.current
    const seconds = (this.toldAt - this.startedAt) / 1000
    if (phase !== 'reading' || done === 0 || seconds < 0.5) return this.tell({ ...this.current })
    // Skipped files cost time as well, so both count towards the speed.
    const perSecond = Math.max(1, done + skipped - this.before) / seconds
    this.tell({
      ...this.current,
      imagesPerSecond: Math.max(0, done + skipped - this.before) / seconds,
      ...(total !== undefined && { secondsLeft: Math.max(0, total - done - skipped) / perSecond })
    })
  }
}
