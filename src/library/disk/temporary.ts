import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { systemCode } from '../../contract/errors'
import { runSchema } from '../../contract/runs'
import { makeFolder, namingFile, readJson, rename, syncFolder, syncFolders, writeJsonDurably } from './files'
import { newId, timeOfId } from './ids'
import { isGone, thisProcess } from './processes'

const prefix = '.new-'
/** What can be gone on with: kept under its key after a cancel or a crash, for a week. */
const parkedPrefix = '.part-'
const partFile = 'part.json'
const partSchema = z.looseObject({ key: z.string().regex(/^[0-9a-f]{16}$/), savedAt: z.iso.datetime() })
const keptMilliseconds = 7 * 24 * 60 * 60_000
const ownerFile = 'owner.json'
const ownerSchema = runSchema.shape.owner.unwrap()
/** Folders that this process is filling right now. */
const inUse = new Set<string>()

/** A new folder beside its later siblings, to be filled and then published or discarded. */
export async function makeTemporaryFolder(parent: string): Promise<string> {
  const folder = join(parent, prefix + newId())
  inUse.add(folder)
  try {
    await makeFolder(folder)
    await fs.writeFile(join(folder, ownerFile), JSON.stringify(thisProcess()))
  } catch (error) {
    await discardFolder(folder)
    throw namingFile(error, folder)
  }
  return folder
}

/** Gives a whole folder its name; false when the name is taken (the temporary folder then stays). */
export async function publishFolder(folder: string, target: string): Promise<boolean> {
  try {
    for (const file of [ownerFile, partFile]) await fs.rm(join(folder, file), { force: true })
    await syncFolders(folder)
    await rename(folder, target)
    await syncFolder(join(target, '..'))
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(systemCode(error) ?? '')) return false
    throw namingFile(error, target)
  }
  inUse.delete(folder)
  return true
}

/**
 * Removes a temporary folder with all that is in it; never throws. Whose it is goes last: where it is killed on the way,
 * as over a million files, the next one sees that nobody needs the rest.
 */
export async function discardFolder(folder: string): Promise<void> {
  for (const name of await fs.readdir(folder).catch(() => [])) {
    if (name !== ownerFile) await fs.rm(join(folder, name), { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined)
  }
  await fs.rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined)
  inUse.delete(folder)
}

/** Removes the temporary folders that processes left which are gone, but for what can be gone on with; that for a week. */
export async function removeStaleFolders(parent: string): Promise<void> {
  const names = await fs.readdir(parent).catch(() => [])
  for (const name of names) {
    const folder = join(parent, name)
    if (name.startsWith(parkedPrefix)) {
      const part = await readPart(folder)
      if (!part || Date.now() - Date.parse(part.savedAt) > keptMilliseconds) await discardFolder(folder)
    } else if (name.startsWith(prefix) && !inUse.has(folder) && await isStale(folder, name)) {
      if (await readPart(folder)) await parkFolder(folder, parent)
      else await discardFolder(folder)
    }
  }
}

/** Says how far a temporary folder is, so that it can be gone on with after a cancel or a crash. */
export async function savePart(folder: string, key: string, state: Record<string, unknown>): Promise<void> {
  await writeJsonDurably(join(folder, partFile), { ...state, key, savedAt: new Date().toISOString() })
}

/** Sets a temporary folder with such a file aside under its key, in place of an earlier one. */
export async function parkFolder(folder: string, parent: string): Promise<void> {
  const part = await readPart(folder)
  if (!part) return discardFolder(folder)
  const target = join(parent, parkedPrefix + part.key)
  try {
    await fs.rm(target, { recursive: true, force: true })
    await rename(folder, target)
    inUse.delete(folder)
  } catch {
    await discardFolder(folder)
  }
}

/** What was set aside under a key, as a temporary folder of this process, or undefined. */
export async function claimParked<S extends z.ZodType>(
  parent: string, key: string, schema: S
): Promise<{ folder: string, state: z.output<S> } | undefined> {
  const folder = join(parent, prefix + newId())
  inUse.add(folder)
  try {
    await fs.rename(join(parent, parkedPrefix + key), folder)
    await fs.writeFile(join(folder, ownerFile), JSON.stringify(thisProcess()))
    return { folder, state: await readJson(join(folder, partFile), schema) }
  } catch {
    await discardFolder(folder)
    return undefined
  }
}

const readPart = (folder: string): Promise<z.output<typeof partSchema> | undefined> =>
  readJson(join(folder, partFile), partSchema).catch(() => undefined)

async function isStale(folder: string, name: string): Promise<boolean> {
  const ageMilliseconds = Date.now() - (timeOfId(name.slice(prefix.length)) ?? 0)
  const owner = await readJson(join(folder, ownerFile), ownerSchema).catch(() => undefined)
  // Without an owner it is being made or published this moment, or was left so by a crash.
  if (owner === undefined) return ageMilliseconds > 60 * 60_000
  if (owner.pid === process.pid && isGone(owner) === false) return true
  // From another machine, over a shared folder: nothing takes a week.
  return isGone(owner) ?? ageMilliseconds > 7 * 24 * 60 * 60_000
}
