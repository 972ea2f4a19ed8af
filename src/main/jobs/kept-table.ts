import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A table that an import reads and nobody else, in a folder of its own that only this person may enter; `remove` it afterwards. */
export async function keepTable(text: string): Promise<{ path: string, remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'graft-table-'))
  const path = join(folder, 'table.csv')
  await writeFile(path, text, { mode: 0o600 })
  return { path, remove: () => rm(folder, { recursive: true, force: true }) }
}
