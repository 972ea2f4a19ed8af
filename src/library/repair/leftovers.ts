import * as fs from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { runSchema } from '../../contract/runs'
import { exists, listFolders, makeFolder, readJson, rename, writeJsonDurably } from '../disk/files'
import { newId, timeOfId } from '../disk/ids'
import { isGone, thisProcess } from '../disk/processes'
import { removeStaleFolders } from '../disk/temporary'

/** What a write that was killed left, and what became of it. */
export interface Leftover { path: string, done: 'removed' | 'brought-back' }

const hour = 60 * 60_000
/** Nothing is written under a temporary name for so long by a process that still lives. */
const oldEnough = hour
const temporary = /\.([0-9A-HJKMNP-TV-Z]{26})(\.old)?\.tmp$/
const noteSchema = z.object({ schemaVersion: z.literal(1), path: z.string(), owner: runSchema.shape.owner.unwrap() })
const notesOf = (dataDir: string): string => join(dataDir, 'writing')

/**
 * Does work that writes outside of the data folder, and notes where meanwhile: what it leaves when it is killed can be found.
 * @param path what is written; its temporary forms lie beside it
 */
export async function writingOutside<Result>(dataDir: string, path: string, work: () => Promise<Result>): Promise<Result> {
  const note = join(notesOf(dataDir), `${newId()}.json`)
  // Without a note, on a disk that is full or read-only, the work goes on all the same.
  await makeFolder(dirname(note)).then(() => writeJsonDurably(note, { schemaVersion: 1, path, owner: thisProcess() })).catch(() => undefined)
  try {
    return await work()
  } finally {
    await fs.rm(note, { force: true }).catch(() => undefined)
  }
}

/**
 * Clears away what killed writes left in a data folder, and beside what was being exported from it. Only what is proven a
 * leftover goes: by its name, which nothing but a write has, by its age, or by a note whose process is gone.
 * @param everywhere looks into every run's folder too, of which there may be thousands
 */
export async function clearLeftovers(dataDir: string, { everywhere = true, now = Date.now() } = {}): Promise<Leftover[]> {
  const found: Leftover[] = []
  for (const noun of ['datasets', 'models', 'runs']) await removeStaleFolders(join(dataDir, noun))
  const folders = [dataDir, ...['datasets', 'models', 'runs', 'window', 'gauntlet'].map((noun) => join(dataDir, noun))]
  if (everywhere) {
    for (const noun of ['datasets', 'models', 'runs']) {
      for (const id of await listFolders(join(dataDir, noun)).catch(() => [])) {
        const folder = join(dataDir, noun, id)
        folders.push(folder)
        if (noun === 'runs') for (const part of ['checkpoint', 'evaluation', join('evaluation', 'epochs'), 'model']) folders.push(join(folder, part))
        if (noun === 'datasets') for (const split of ['train', 'validation', 'test']) folders.push(join(folder, split))
      }
    }
  }
  for (const folder of folders) {
    for (const name of await fs.readdir(folder).catch(() => [])) await clear(folder, name, now, found)
  }
  await clearOutside(dataDir, found)
  return found
}

async function clear(folder: string, name: string, now: number, found: Leftover[]): Promise<void> {
  const [, id, old] = temporary.exec(name) ?? []
  const made = id === undefined ? undefined : timeOfId(id)
  const path = join(folder, name)
  if (made === undefined || now - made < oldEnough) return
  const { mtimeMs } = await fs.stat(path).catch(() => ({ mtimeMs: now }))
  if (now - mtimeMs < oldEnough) return
  const replaced = old && name.startsWith('.') ? join(folder, name.slice(1).replace(temporary, '')) : undefined
  if (replaced !== undefined && !await exists(replaced)) {
    // Killed between the two renamings of a folder: this is what it was before.
    await rename(path, replaced)
    found.push({ path: replaced, done: 'brought-back' })
    return
  }
  await fs.rm(path, { recursive: true, force: true })
  found.push({ path, done: 'removed' })
}

async function clearOutside(dataDir: string, found: Leftover[]): Promise<void> {
  for (const name of await fs.readdir(notesOf(dataDir)).catch(() => [])) {
    const notePath = join(notesOf(dataDir), name)
    const note = await readJson(notePath, noteSchema).catch(() => undefined)
    const since = timeOfId(name.replace(/\.json$/, ''))
    if (!note || since === undefined || isGone(note.owner) !== true) continue
    const folder = dirname(note.path)
    for (const left of await fs.readdir(folder).catch(() => [])) {
      const [, id] = temporary.exec(left) ?? []
      const beside = left.startsWith(`${basename(note.path)}.`) || left.startsWith(`.${basename(note.path)}.`)
      if (!beside || id === undefined || (timeOfId(id) ?? 0) < since || left.endsWith('.old.tmp')) continue
      await fs.rm(join(folder, left), { recursive: true, force: true })
      found.push({ path: join(folder, left), done: 'removed' })
    }
    await fs.rm(notePath, { force: true })
  }
}
