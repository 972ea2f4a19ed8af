import { createHash } from 'node:crypto'
import type { Stats } from 'node:fs'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import type { Dataset, Fingerprint, SourceState } from '../../contract/datasets'
import { throwIfCancelled } from '../cancel'

const atOnce = 64
const deepest = 16

/**
 * What a folder or file is made of, by names, sizes and times alone: the same as long as nothing in it was added, taken
 * away or written to. Hidden files do not count.
 * @param only names in the folder that are meant
 */
export async function fingerprintOf(
  path: string, { only, signal }: { only?: readonly string[] | undefined, signal?: AbortSignal | undefined } = {}
): Promise<Fingerprint> {
  const lines: string[] = []
  let bytes = 0
  const note = (name: string, stat: Stats): void => {
    lines.push(`${name}\0${stat.size}\0${Math.floor(stat.mtimeMs)}`)
    bytes += stat.size
  }
  async function walk(folder: string, shown: string, depth: number): Promise<void> {
    throwIfCancelled(signal)
    const entries = (await fs.readdir(folder, { withFileTypes: true })).filter(({ name }) =>
      !name.startsWith('.') && (depth > 0 || only === undefined || only.includes(name)))
    for (let start = 0; start < entries.length; start += atOnce) {
      await Promise.all(entries.slice(start, start + atOnce).map(async (entry) => {
        if (entry.isFile()) note(`${shown}${entry.name}`, await fs.lstat(join(folder, entry.name)))
        else if (entry.isSymbolicLink()) lines.push(`${shown}${entry.name}\0${await fs.readlink(join(folder, entry.name))}`)
      }))
    }
    for (const entry of entries) if (entry.isDirectory() && depth < deepest) await walk(join(folder, entry.name), `${shown}${entry.name}/`, depth + 1)
  }
  const stat = await fs.stat(path)
  if (stat.isDirectory()) await walk(path, '', 0)
  else note('', stat)
  lines.sort()
  return { files: lines.length, bytes, sha256: createHash('sha256').update(lines.join('\n')).digest('hex') }
}

/** Whether what a data set was imported from is still what it was. */
export async function sourceStateOf({ provenance: { from } }: Pick<Dataset, 'provenance'>): Promise<SourceState> {
  if (!from) return 'unknown'
  try {
    const { sha256 } = await fingerprintOf(from.path, { only: from.only })
    return sha256 === from.fingerprint.sha256 ? 'same' : 'changed'
  } catch {
    // Moved, on a disk that is not there now, or on another machine.
    return 'gone'
  }
}
