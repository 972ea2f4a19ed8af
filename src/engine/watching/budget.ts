/** What watching may take of a training: this share of its time, or this many seconds where that is more. */
const watchingShare = 0.02
const secondsAllowed = 4

/** Keeps watching within its share: what comes while it is used up is left out. */
export class Budget {
  private spent = 0

  /** @param seconds of the training in this session, watching left out or not: two in a hundred do not matter */
  constructor(private readonly seconds: () => number) {}

  /** Whether there is time for one more look. */
  get allows(): boolean {
    return this.spent <= Math.max(secondsAllowed, watchingShare * this.seconds())
  }

  /** Does some work and counts its time. */
  async count<Value>(work: () => Promise<Value>): Promise<Value> {
    const began = this.seconds()
    try {
      return await work()
    } finally {
      this.spent += this.seconds() - began
    }
  }
}
