/** Lets work begin while the weights of what runs fit into `room`; what is heavier than all of it runs alone. First come, first served. */
export class Gate {
  private used = 0
  private readonly waiting: { weight: number, begin(): void }[] = []

  constructor(private readonly room: number) {}

  async run<T>(weight: number, work: () => Promise<T>): Promise<T> {
    const taken = Math.min(weight, this.room)
    if (this.waiting.length > 0 || this.used + taken > this.room) {
      await new Promise<void>((begin) => this.waiting.push({ weight: taken, begin }))
    } else this.used += taken
    try {
      return await work()
    } finally {
      this.used -= taken
      for (let next = this.waiting[0]; next && this.used + next.weight <= this.room; next = this.waiting[0]) {
        this.used += next.weight
        this.waiting.shift()
        next.begin()
      }
    }
  }
}
