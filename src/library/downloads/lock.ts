import * as fs from 'node:fs/promises'
import { systemCode } from '../../contract/errors'
import { runSchema } from '../../contract/runs'
import { namingFile, readJson } from '../disk/files'
import { isGone, thisProcess } from '../disk/processes'
import { alreadyLoading } from './problems'

const ownerSchema = runSchema.shape.owner.unwrap()

/**
 * Keeps others from writing the same partial files; gives the function that ends that. A lock that a process left which
 * is gone does not count.
 * @param title for the message of `download-running`
 */
export async function takeLock(path: string, title: string): Promise<() => Promise<void>> {
  for (let attempt = 0; ; attempt++) {
    try {
      await fs.writeFile(path, JSON.stringify(thisProcess()), { flag: 'wx' })
      return () => fs.rm(path, { force: true })
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw namingFile(error, path)
    }
    const owner = await readJson(path, ownerSchema).catch(() => undefined)
    const abandoned = owner ? isGone(owner) ?? false : await isOld(path)
    if (!abandoned || attempt === 2) throw alreadyLoading(title)
    await fs.rm(path, { force: true })
  }
}

/** A lock without an owner is being written this moment, or was left so by a crash. */
async function isOld(path: string): Promise<boolean> {
  const written = await fs.stat(path).then(({ mtimeMs }) => mtimeMs, () => Date.now())
  return Date.now() - written > 60_000
}
