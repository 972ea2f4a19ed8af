/** Work of many askers that arrives together is done in one go; answers go to whoever asked, first come first served. */
export class MicroBatcher<Wanted, Answer> {
  private readonly waiting: { wanted: Wanted, resolve(answer: Answer): void, reject(error: unknown): void }[] = []
  private timer: ReturnType<typeof setTimeout> | undefined

  /**
   * @param work answers a batch, in its order
   * @param most the largest batch
   * @param waitMilliseconds how long the first of a batch waits for others
   */
  constructor(private readonly work: (batch: readonly Wanted[]) => readonly Answer[], private readonly most: number, private readonly waitMilliseconds = 3) {}

  ask(wanted: Wanted): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ wanted, resolve, reject })
      if (this.waiting.length >= this.most) this.flush()
      else this.timer ??= setTimeout(() => this.flush(), this.waitMilliseconds)
    })
  }

  private flush(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    const batch = this.waiting.splice(0, this.most)
    if (batch.length === 0) return
    if (this.waiting.length > 0) this.timer = setTimeout(() => this.flush())
    try {
      const answers = this.work(batch.map(({ wanted }) => wanted))
      batch.forEach(({ resolve }, place) => resolve(answers[place]!))
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }
}
