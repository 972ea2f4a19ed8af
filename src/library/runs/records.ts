import { statSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { runSchema, type Run } from '../../contract/runs'
import { sha256Of } from '../disk/checksums'
import { newId } from '../disk/ids'

interface Kept { stamp: string, run: Run }

/** Below so many runs their records are read one by one: an index would gain nothing. */
const worthAnIndex = 200
const readsAtOnce = 16

/**
 * The records of many runs, each read once: a process keeps what it read, and `runs/.index.json` keeps it for the next one.
 * A record counts as read only while its file is the same, by inode, size and time; the index as whole only by its hash, and
 * for this version's schema. Whatever is in doubt is read again.
 */
export class RunRecords {
  private kept: Map<string, Kept> | undefined
  private readonly indexPath: string

  /** @param pathOf a run's record */
  constructor(folder: string, private readonly pathOf: (id: string) => string) {
    this.indexPath = join(folder, '.index.json')
  }

  /** Reads the records of these runs; `read` is asked for those that are not known, and its failures go to `failed`. */
  async all(ids: readonly string[], read: (id: string) => Promise<Run>, failed: (id: string, error: unknown) => Promise<void>): Promise<Run[]> {
    const kept = this.kept ??= ids.length >= worthAnIndex ? await this.readIndex() : new Map()
    const known = new Map<string, Kept>()
    const unknown: { id: string, stamp: string | undefined }[] = []
    for (const [index, id] of ids.entries()) {
      // Other work gets its turn.
      if (index % 1000 === 999) await new Promise((resolve) => setImmediate(resolve))
      const stamp = stampOf(this.pathOf(id))
      const found = kept.get(id)
      if (found && stamp === found.stamp) known.set(id, found)
      else unknown.push({ id, stamp })
    }
    for (let from = 0; from < unknown.length; from += readsAtOnce) {
      await Promise.all(unknown.slice(from, from + readsAtOnce).map(async ({ id, stamp }) => {
        try {
          const run = await read(id)
          if (stamp !== undefined) known.set(id, { stamp, run })
        } catch (error) {
          await failed(id, error)
        }
      }))
    }
    this.kept = known
    if (known.size >= worthAnIndex && unknown.length > known.size / 20) await this.writeIndex(known)
    return [...known.values()].map(({ run }) => run)
  }

  private async readIndex(): Promise<Map<string, Kept>> {
    const text = await fs.readFile(this.indexPath, 'utf8').catch(() => '')
    const end = text.indexOf('\n')
    if (text.slice(0, end) !== headOf(text.slice(end + 1))) return new Map()
    return new Map(JSON.parse(text.slice(end + 1)) as [string, Kept][])
  }

  private async writeIndex(known: ReadonlyMap<string, Kept>): Promise<void> {
    const text = JSON.stringify([...known])
    const temporary = `${this.indexPath}.${newId()}.tmp`
    try {
      await fs.writeFile(temporary, `${headOf(text)}\n${text}`)
      await fs.rename(temporary, this.indexPath)
    } catch {
      // On a disk that is full or read-only the records are read again the next time.
      await fs.rm(temporary, { force: true }).catch(() => undefined)
    }
  }
}

let schemaHash: string | undefined

/** What an index begins with: the hash of what follows, and of the schema that its records were parsed by. */
function headOf(text: string): string {
  schemaHash ??= sha256Of(JSON.stringify(z.toJSONSchema(runSchema, { unrepresentable: 'any' })))
  return `${schemaHash.slice(0, 16)} ${sha256Of(text)}`
}

/** What tells one writing of a file from another: records are replaced as a whole, so the inode changes with each. */
function stampOf(path: string): string | undefined {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stat && `${stat.ino}-${stat.size}-${stat.mtimeNs}`
}
