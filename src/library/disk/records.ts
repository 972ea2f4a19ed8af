import { statSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { z } from 'zod'
import { sha256Of } from './checksums'
import { newId } from './ids'

interface Kept<Value> { stamp: string, value: Value }

/** Below so many of them records are read one by one: an index would gain nothing. */
const worthAnIndex = 200
export const readsAtOnce = 16

/**
 * The records of many things, each read once: a process keeps what it read, and an index file keeps it for the next one.
 * A record counts as read only while its file is the same, by inode, size and time; the index as whole only by its hash, and
 * for this version's schema. Whatever is in doubt is read again.
 */
export class Records<Value> {
  private kept: Map<string, Kept<Value>> | undefined
  private schemaHash: string | undefined

  /**
   * @param filesOf what a record is read from, its own file first
   * @param madeBy where a value is not the record itself but made from it: what tells one way of making it from another
   */
  constructor(
    private readonly indexPath: string, private readonly schema: z.ZodType, private readonly filesOf: (id: string) => readonly string[],
    private readonly madeBy = ''
  ) {}

  /** Whether this process has gone through them before, and needs to read only what changed. */
  get known(): boolean {
    return this.kept !== undefined
  }

  /** Reads the records of these ids; `read` is asked for those that are not known, and its failures go to `failed`. */
  async all(
    ids: readonly string[], read: (id: string) => Promise<Value>, failed: (id: string, error: unknown) => Promise<void>
  ): Promise<Value[]> {
    const kept = this.kept ??= ids.length >= worthAnIndex ? await this.readIndex() : new Map()
    const known = new Map<string, Kept<Value>>()
    const unknown: { id: string, stamp: string | undefined }[] = []
    for (const [index, id] of ids.entries()) {
      // Other work gets its turn.
      if (index % 1000 === 999) await new Promise((resolve) => setImmediate(resolve))
      const stamp = stampOf(this.filesOf(id))
      const found = kept.get(id)
      if (found && stamp === found.stamp) known.set(id, found)
      else unknown.push({ id, stamp })
    }
    for (let from = 0; from < unknown.length; from += readsAtOnce) {
      await Promise.all(unknown.slice(from, from + readsAtOnce).map(async ({ id, stamp }) => {
        try {
          const value = await read(id)
          if (stamp !== undefined) known.set(id, { stamp, value })
        } catch (error) {
          await failed(id, error)
        }
      }))
    }
    this.kept = known
    if (known.size >= worthAnIndex && unknown.length > known.size / 20) await this.writeIndex(known)
    return [...known.values()].map(({ value }) => value)
  }

  private async readIndex(): Promise<Map<string, Kept<Value>>> {
    // As bytes: many runs make tens of megabytes, which would be made text, and that text bytes again for its hash.
    const file = await fs.readFile(this.indexPath).catch(() => Buffer.alloc(0))
    const end = file.indexOf('\n')
    const content = file.subarray(end + 1)
    if (file.toString('latin1', 0, Math.max(0, end)) !== this.headOf(content)) return new Map()
    return new Map(JSON.parse(content.toString()) as [string, Kept<Value>][])
  }

  private async writeIndex(known: ReadonlyMap<string, Kept<Value>>): Promise<void> {
    const content = Buffer.from(JSON.stringify([...known]))
    const temporary = `${this.indexPath}.${newId()}.tmp`
    try {
      await fs.writeFile(temporary, [`${this.headOf(content)}\n`, content])
      await fs.rename(temporary, this.indexPath)
    } catch {
      // On a disk that is full or read-only the records are read again the next time.
      await fs.rm(temporary, { force: true }).catch(() => undefined)
    }
  }

  /** What an index begins with: the hash of what follows, and of the schema that its records were parsed by. */
  private headOf(content: Buffer): string {
    this.schemaHash ??= sha256Of(JSON.stringify(z.toJSONSchema(this.schema, { unrepresentable: 'any' })) + this.madeBy)
    return `${this.schemaHash.slice(0, 16)} ${sha256Of(content)}`
  }
}

/** What tells one writing of files from another: records are replaced as a whole, so the inode changes with each. Undefined where the first is missing. */
function stampOf(paths: readonly string[]): string | undefined {
  const stamps = paths.map((path) => {
    const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
    return stat && `${stat.ino}-${stat.size}-${stat.mtimeNs}`
  })
  return stamps[0] === undefined ? undefined : stamps.join(' ')
}
