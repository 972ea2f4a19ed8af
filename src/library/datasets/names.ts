import { createHash } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { z } from 'zod'
import { sha256Of } from '../disk/checksums'

/** The file name of each image while a split is being written. Absent where any image has none. */
export class NameColumn {
  private all: string[] | undefined = []
  private count = 0

  /** Adds the names of some images, or that they have none. */
  append(names: readonly string[] | undefined, count: number): void {
    if (names && names.length !== count) throw new RangeError('Images and their names do not fit together.')
    this.count += count
    if (count > 0 && !names) this.all = undefined
    else if (names) for (const name of names) this.all?.push(name)
  }

  /** All names in order; undefined when any image has none, or there is no image. */
  values(): readonly string[] | undefined {
    return this.count > 0 ? this.all : undefined
  }

  /** Keeps the names at these positions only. */
  keep(positions: readonly number[]): void {
    this.count = positions.length
    this.all = this.all && positions.map((position) => this.all![position]!)
  }
}

/** Writes names as a JSON array and flushes them; gives the SHA-256 and the length in bytes. */
export async function writeNames(path: string, names: readonly string[]): Promise<{ sha256: string, bytes: number }> {
  const bytes = Buffer.from(JSON.stringify(names), 'utf8')
  const handle = await fs.open(path, 'wx')
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
  return { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length }
}

/** Reads such a file of `count` names; what does not fit is told to `damaged`, which throws. */
export async function readNames(
  path: string, { count, sha256 }: { count: number, sha256: string | undefined }, damaged: (details: string) => Error
): Promise<string[]> {
  const bytes = await fs.readFile(path)
  if (sha256Of(bytes) !== sha256) throw damaged(`its SHA-256 is not ${sha256 ?? 'on record'}`)
  const text = bytes.toString('utf8')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw damaged(String(error))
  }
  const names = z.array(z.string()).safeParse(value)
  if (!names.success) throw damaged('no list of names')
  if (names.data.length !== count) throw damaged(`${names.data.length} names instead of ${count}`)
  return names.data
}
