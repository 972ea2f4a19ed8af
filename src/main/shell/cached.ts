/**
 * A list that costs reading many files: kept for a moment, so that a screen that asks for it several times reads once.
 * It is short, because the command line may work on the same data folder.
 */
export class Cached<Value> {
  #value: Promise<Value> | undefined
  #readAt = -Infinity

  constructor(private readonly read: () => Promise<Value>, private readonly milliseconds = 2_000) {}

  get(): Promise<Value> {
    if (this.#value && performance.now() - this.#readAt < this.milliseconds) return this.#value
    const reading = this.read()
    this.#value = reading
    this.#readAt = performance.now()
    reading.catch(() => { if (this.#value === reading) this.#value = undefined })
    return reading
  }

  /** What somebody has read meanwhile. */
  put(value: Value): void {
    this.#value = Promise.resolve(value)
    this.#readAt = performance.now()
  }

  /** What is known is out of date. */
  forget(): void {
    this.#value = undefined
  }
}
