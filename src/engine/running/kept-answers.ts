import type { Answers } from '../evaluation/calibration'

/** Numbers that are kept of the answers to a split. */
const mostKept = 2 ** 24

/**
 * The logits and labels of a split, batch by batch. Where they are too many, every n-th row speaks for all: the first
 * alone would be some classes alone where a split is sorted by class.
 */
export class KeptAnswers {
  private readonly batches: Float32Array[] = []
  private readonly labels: number[] = []
  private readonly step: number
  private seen = 0

  /** @param total rows that will be added in all */
  constructor(private readonly classes: number, total: number, most = mostKept) {
    this.step = Math.max(1, Math.ceil(total * classes / most))
  }

  get isWhole(): boolean {
    return this.step === 1
  }

  readonly add = (logits: Float32Array, labels: Int32Array): void => {
    if (this.isWhole) this.batches.push(logits)
    labels.forEach((label, row) => {
      if ((this.seen + row) % this.step !== 0) return
      this.labels.push(label)
      if (!this.isWhole) this.batches.push(logits.slice(row * this.classes, (row + 1) * this.classes))
    })
    this.seen += labels.length
  }

  get all(): Answers {
    const logits = new Float32Array(this.labels.length * this.classes)
    let at = 0
    for (const batch of this.batches) {
      logits.set(batch, at)
      at += batch.length
    }
    return { logits, classes: this.classes, labels: this.labels }
  }
}
