interface SeldomLookOptions<Value> {
  /** Whether a look came to its end: one that did not is taken for now, and made again. */
  isWhole(value: Value): boolean
  /** The first pause; each that follows is twice as long. */
  pauseMilliseconds?: number
}

/**
 * A look that is dear, at something that stays as it is: it is made once. One that failed or did not come to its end is
 * not repeated whenever somebody asks: it is made again by itself, once, after a pause, and later only for who asks after
 * pauses that double. `put` gives what was found elsewhere.
 */
export class SeldomLook<Value> {
  #known: { value: Value } | { failure: unknown } | undefined
  #isWhole = false
  #looking: Promise<Value> | undefined
  #pause: number
  #nextAt = -Infinity
  #again: NodeJS.Timeout | undefined
  #looksByItself = true

  constructor(private readonly look: () => Promise<Value>, private readonly options: SeldomLookOptions<Value>) {
    this.#pause = options.pauseMilliseconds ?? 60_000
  }

  get(): Promise<Value> {
    if (this.#looking) return this.#looking
    const known = this.#known
    if (!known || (!this.#isWhole && performance.now() >= this.#nextAt)) return this.#begin()
    return 'value' in known ? Promise.resolve(known.value) : Promise.reject(known.failure as Error)
  }

  /** What somebody has found meanwhile. */
  put(value: Value): void {
    this.#keep({ value }, this.options.isWhole(value))
  }

  #begin(): Promise<Value> {
    const looking = this.look()
    this.#looking = looking
    const isLatest = (): boolean => this.#looking === looking
    looking.then(
      (value) => { if (isLatest()) this.put(value) },
      (failure: unknown) => { if (isLatest()) this.#keep({ failure }, false) }
    )
    return looking
  }

  #keep(known: { value: Value } | { failure: unknown }, isWhole: boolean): void {
    clearTimeout(this.#again)
    this.#looking = undefined
    // What was found once is worth more than that it was not found now.
    if ('value' in known || !this.#known || !('value' in this.#known)) this.#known = known
    this.#isWhole = isWhole
    if (isWhole) return
    this.#nextAt = performance.now() + this.#pause
    if (this.#looksByItself) {
      this.#looksByItself = false
      this.#again = setTimeout(() => { if (!this.#looking) this.#begin().catch(() => undefined) }, this.#pause)
      this.#again.unref()
    }
    this.#pause *= 2
  }
}
