import { join, sep } from 'node:path'
import { z } from 'zod'
import type { Damaged } from '../../contract/app'
import { GraftError, toErrorValue } from '../../contract/errors'
import { runOverviewSchema, type RunOverview } from '../../contract/run-overview'
import { runSchema, type Run } from '../../contract/runs'
import { overviewOf } from '../../rules/overview'
import { listFolders, recordMissing, setAside } from '../disk/files'
import { readsAtOnce, Records } from '../disk/records'

/** To be raised when `overviewOf` tells something else of the same record: what an earlier version kept then counts no more. */
const overviewRevision = '1'

/**
 * All runs at once, as records, as overviews, or as texts made from them. Each has an index of its own, for parsing thousands of
 * whole records takes longer than a person waits, and few who ask need more than the overview.
 */
export class RunLists {
  private readonly records: Records<Run>
  private readonly overviews: Records<RunOverview>

  /** @param read reads one record; what it throws names the run as damaged */
  constructor(private readonly folder: string, private readonly read: (id: string) => Promise<Run>) {
    this.records = new Records(join(folder, '.index.json'), runSchema, this.filesOf)
    this.overviews = new Records(join(folder, '.overviews.json'), runOverviewSchema, this.filesOf, overviewRevision)
  }

  private readonly filesOf = (id: string): string[] => ['run.json', 'marks.json'].map((name) => `${this.folder}${sep}${id}${sep}${name}`)

  async whole(): Promise<{ runs: Run[], damaged: Damaged[] }> {
    const { values, damaged } = await this.through(this.records, this.read)
    return { runs: values.map((run) => ({ ...run })).sort(newestFirst), damaged }
  }

  async overview(): Promise<{ runs: RunOverview[], damaged: Damaged[] }> {
    const { values, damaged } = await this.through(this.overviews, async (id) => overviewOf(await this.read(id)))
    return { runs: values.map((run) => ({ ...run })).sort(newestFirst), damaged }
  }

  /** The whole records of some, newest first: out of what this process knows of all, else read one by one. */
  async some(wanted: (run: RunOverview) => boolean): Promise<Run[]> {
    if (this.records.known) return (await this.whole()).runs.filter(wanted)
    const found: Run[] = []
    const ids = (await this.overview()).runs.filter(wanted).map(({ id }) => id)
    for (let from = 0; from < ids.length; from += readsAtOnce) {
      found.push(...(await Promise.all(ids.slice(from, from + readsAtOnce).map((id) => this.readIfThere(id)))).flatMap((run) => run ?? []))
    }
    return found
  }

  /** Undefined for one that was removed or damaged since it was listed, as it is then none of the list. */
  private async readIfThere(id: string): Promise<Run | undefined> {
    try {
      return await this.read(id)
    } catch (error) {
      if (error instanceof GraftError && ['not-found', 'file-damaged'].includes(error.code)) return undefined
      throw error
    }
  }

  /**
   * A text of each run that can be read, by its id.
   * @param name the index's, one per kind of text
   * @param madeBy what tells one way of making the texts from another
   */
  async texts(name: string, madeBy: string, make: (run: Run) => string): Promise<Map<string, string>> {
    const records = new Records<[string, string]>(join(this.folder, `.${name}.json`), z.tuple([z.string(), z.string()]), this.filesOf, madeBy)
    return new Map((await this.through(records, async (id): Promise<[string, string]> => [id, make(await this.read(id))])).values)
  }

  /** Goes through all runs. A damaged record is set aside and named, and the rest opens. */
  private async through<Value>(records: Records<Value>, read: (id: string) => Promise<Value>): Promise<{ values: Value[], damaged: Damaged[] }> {
    const damaged: Damaged[] = []
    const values = await records.all(await listFolders(this.folder), read, async (id, error) => {
      const [folder, record] = [join(this.folder, id), join(this.folder, id, 'run.json')]
      const value = toErrorValue(error)
      if (value.code === 'file-damaged') await setAside(record)
      if (value.code === 'not-found') damaged.push({ path: folder, error: toErrorValue(await recordMissing(record)) })
      else damaged.push({ path: record, error: value })
    })
    damaged.sort((a, b) => a.path < b.path ? -1 : 1)
    return { values, damaged }
  }
}

const newestFirst = (a: Pick<Run, 'id' | 'createdAt'>, b: Pick<Run, 'id' | 'createdAt'>): number =>
  a.createdAt < b.createdAt || (a.createdAt === b.createdAt && a.id < b.id) ? 1 : -1
