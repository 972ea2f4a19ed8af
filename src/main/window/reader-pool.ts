import type { DatasetReader } from '../../library/datasets'

interface Entry {
  reader: Promise<DatasetReader>
  users: number
  /** Resolves once it is closed; set when it is on its way out. */
  closed?: Promise<void>
  close?: () => void
}

/** The data sets that the window looks at, kept open; the one not used for longest is closed first. */
export class ReaderPool {
  readonly #entries = new Map<string, Entry>()

  constructor(private readonly open: (id: string) => Promise<DatasetReader>, private readonly capacity = 4) {}

  /** Lends the reader of a data set for as long as the work takes. */
  async use<Result>(id: string, work: (reader: DatasetReader) => Promise<Result>): Promise<Result> {
    const entry = this.#entries.get(id) ?? { reader: this.open(id), users: 0 }
    this.#entries.delete(id)
    this.#entries.set(id, entry)
    entry.users += 1
    try {
      const reader = await entry.reader
      return await work(reader)
    } catch (error) {
      // What failed once is opened anew the next time.
      void this.close(id, entry)
      throw error
    } finally {
      entry.users -= 1
      if (entry.users === 0) entry.close?.()
      this.#trim()
    }
  }

  /** Closes a data set's reader, once nobody uses it: before it is removed or written anew. */
  async close(id: string, only?: Entry): Promise<void> {
    const entry = this.#entries.get(id)
    if (!entry || (only && entry !== only)) return only?.closed
    this.#entries.delete(id)
    entry.closed = new Promise((resolve) => {
      entry.close = () => { entry.reader.then((reader) => reader.close()).then(resolve, () => resolve()) }
    })
    if (entry.users === 0) entry.close?.()
    return entry.closed
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#entries.keys()].map((id) => this.close(id)))
  }

  #trim(): void {
    for (const [id, { users }] of this.#entries) {
      if (this.#entries.size <= this.capacity) return
      if (users === 0) void this.close(id)
    }
  }
}
