import { join } from 'node:path'
import { z } from 'zod'
import { idSchema } from '../../contract/datasets'
import { GraftError } from '../../contract/errors'
import { readJson, setAside, writeJsonDurably } from '../../library/disk'

const fileSchema = z.object({ schemaVersion: z.literal(1), runIds: z.array(idSchema) })

/** `queue.json` in the data folder: the runs that wait for their turn in this program, in order. */
export class QueueFile {
  readonly #path: string
  #last: Promise<void> = Promise.resolve()
  #newest = ''

  constructor(dataDir: string) {
    this.#path = join(dataDir, 'queue.json')
  }

  /** The waiting runs' ids; none where the file is missing, or damaged (it is set aside: the runs themselves tell the rest). */
  async read(): Promise<string[]> {
    try {
      return (await readJson(this.#path, fileSchema)).runIds
    } catch (error) {
      if (!(error instanceof GraftError) || error.code !== 'not-found') await setAside(this.#path)
      return []
    }
  }

  /** Writes follow one another; what is written already is left alone. */
  write(runIds: readonly string[]): Promise<void> {
    if (runIds.join() === this.#newest) return this.#last
    this.#newest = runIds.join()
    const write = (): Promise<void> => writeJsonDurably(this.#path, { schemaVersion: 1, runIds })
    const written = this.#last.then(write)
    this.#last = written.catch(() => undefined)
    return written
  }
}
