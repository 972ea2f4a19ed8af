import { constants } from 'node:fs'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { systemCode } from '../../contract/errors'
import { runSchema } from '../../contract/runs'
import { namingFile, readJson } from '../disk/files'
import { newId } from '../disk/ids'
import { isGone, type Owner } from '../disk/processes'

const ownerSchema = runSchema.shape.owner.unwrap()
const lockOf = (folder: string): string => join(folder, 'owner.lock')

/**
 * Takes a run's folder for one process: of several that try at once, one gets it. False while a living process of this
 * machine holds it; a lock left by a dead process, or copied from another machine, is taken over.
 */
export async function claimFolder(folder: string, owner: Owner): Promise<boolean> {
  const lock = lockOf(folder)
  const mine = `${lock}.${newId()}`
  try {
    // Written beside and linked: a lock is whole from the moment it exists.
    await fs.writeFile(mine, JSON.stringify(owner))
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        await linkOrCopy(mine, lock)
        return true
      } catch (error) {
        if (systemCode(error) !== 'EEXIST') throw error
      }
      const holder = await readJson(lock, ownerSchema).catch(() => undefined)
      if (holder && holder.pid !== owner.pid && isGone(holder) === false) return false
      if (holder && holder.pid === owner.pid && holder.token === owner.token && holder.host === owner.host) return true
      await fs.rm(lock, { force: true })
    }
    return false
  } catch (error) {
    throw namingFile(error, lock)
  } finally {
    await fs.rm(mine, { force: true })
  }
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await fs.link(from, to)
  } catch (error) {
    if (systemCode(error) === 'EEXIST') throw error
    // File systems without hard links, e.g. exFAT.
    await fs.copyFile(from, to, constants.COPYFILE_EXCL)
  }
}

/** Removes this process's lock; another's stays. */
export async function releaseFolder(folder: string): Promise<void> {
  const holder = await readJson(lockOf(folder), ownerSchema).catch(() => undefined)
  if (holder?.pid === process.pid) await fs.rm(lockOf(folder), { force: true })
}
