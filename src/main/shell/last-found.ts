/** What the last looks of a kind found, by their job: the window asks for it once it hears that the job is done. */
export class LastFound<Found> {
  readonly #found = new Map<string, Found>()

  constructor(private readonly kept = 3) {}

  put(jobId: string, found: Found): void {
    this.#found.set(jobId, found)
    for (const old of [...this.#found.keys()].slice(0, -this.kept)) this.#found.delete(old)
  }

  get(jobId: string): Found | null {
    return this.#found.get(jobId) ?? null
  }
}
