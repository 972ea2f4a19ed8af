import { join } from 'node:path'
import { z } from 'zod'
import { GraftError } from '../../contract/errors'
import { makeFolder, readJson, setAside, writeJsonDurably } from '../disk/files'

const schema = z.object({ schemaVersion: z.literal(1), removed: z.array(z.string()) })

/** The embedded samples, or models, that a person removed: `removed-samples.json` in their folder. They stay away at later starts. */
export class RemovedSamples {
  private readonly path: string

  /** @param folder `<data dir>/datasets` or `<data dir>/models`; may not exist */
  constructor(private readonly folder: string) {
    this.path = join(folder, 'removed-samples.json')
  }

  async list(): Promise<string[]> {
    try {
      return (await readJson(this.path, schema)).removed
    } catch (error) {
      if (!(error instanceof GraftError)) throw error
      if (error.code === 'file-damaged') await setAside(this.path)
      else if (error.code !== 'not-found') throw error
      return []
    }
  }

  async add(id: string): Promise<void> {
    const removed = await this.list()
    if (removed.includes(id)) return
    await makeFolder(this.folder)
    await this.write([...removed, id])
  }

  async delete(ids: readonly string[]): Promise<void> {
    const removed = await this.list()
    const left = removed.filter((id) => !ids.includes(id))
    if (left.length < removed.length) await this.write(left)
  }

  private write(removed: readonly string[]): Promise<void> {
    return writeJsonDurably(this.path, { schemaVersion: 1, removed })
  }
}
