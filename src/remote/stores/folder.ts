import { constants } from 'node:fs'
import * as fs from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { systemCode } from '../../contract/errors'
import { makeFolder, newId, rename } from '../../library/disk'
import { storeProblems } from '../problems'
import type { Store } from './store'

const nothing: readonly (string | undefined)[] = ['ENOENT', 'ENOTDIR']
/** What a file system without links answers (FAT, some SMB servers): Linux, macOS, FUSE, Windows. */
const noLinks: readonly (string | undefined)[] = ['EPERM', 'ENOTSUP', 'ENOSYS', 'EISDIR', 'EINVAL']

/** A folder that all machines mount: NFS, a cluster's home, or on one machine any folder. It is never made here: where it is missing, it is not mounted. */
export class FolderStore implements Store {
  readonly pace = 1_000

  constructor(readonly address: string) {}

  read(key: string): Promise<Uint8Array | undefined> {
    return this.orNothing(() => fs.readFile(this.path(key)), undefined)
  }

  async write(key: string, content: Uint8Array | string): Promise<void> {
    await this.put(key, (path) => fs.writeFile(path, content))
  }

  async create(key: string, content: string): Promise<boolean> {
    return this.whole(async () => {
      await fs.access(this.address)
      const path = this.path(key)
      const temporary = `${path}.${newId()}.tmp`
      await makeFolder(dirname(path))
      try {
        // Written whole under another name first: a process that is ended in between takes no name with nothing under it.
        await fs.writeFile(temporary, content)
        return await linkNew(temporary, path) ?? await writeNew(path, content)
      } finally {
        await fs.rm(temporary, { force: true }).catch(() => undefined)
      }
    })
  }

  async list(key: string): Promise<string[]> {
    const names = await this.orNothing(() => fs.readdir(this.path(key)), [])
    return names.filter((name) => !name.endsWith('.tmp')).sort()
  }

  async send(key: string, path: string): Promise<void> {
    await this.put(key, (target) => fs.copyFile(path, target, constants.COPYFILE_FICLONE))
  }

  async fetch(key: string, path: string): Promise<boolean> {
    if (await this.size(key) === undefined) return false
    await this.whole(() => fs.copyFile(this.path(key), path, constants.COPYFILE_FICLONE))
    return true
  }

  size(key: string): Promise<number | undefined> {
    return this.orNothing(async () => (await fs.stat(this.path(key))).size, undefined)
  }

  async remove(key: string): Promise<void> {
    await this.whole(() => fs.rm(this.path(key), { recursive: true, force: true, maxRetries: 3 }))
  }

  private path(key: string): string {
    return join(this.address, ...key.split('/'))
  }

  /** Written beside and renamed: nobody reads half of it. */
  private async put(key: string, write: (path: string) => Promise<void>): Promise<void> {
    await this.whole(async () => {
      await fs.access(this.address)
      const path = this.path(key)
      const temporary = `${path}.${newId()}.tmp`
      await makeFolder(dirname(path))
      try {
        await write(temporary)
        await rename(temporary, path)
      } catch (error) {
        await fs.rm(temporary, { force: true }).catch(() => undefined)
        throw error
      }
    })
  }

  private async orNothing<T>(work: () => Promise<T>, otherwise: T): Promise<T> {
    return this.whole(async () => {
      try {
        return await work()
      } catch (error) {
        if (!nothing.includes(systemCode(error))) throw error
        // Of a folder that is not mounted nothing can be said.
        await fs.access(this.address)
        return otherwise
      }
    })
  }

  private async whole<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw storeProblems.unreachable(this.address, error instanceof Error ? error.message : String(error))
    }
  }
}

/** Gives a file a second name where that is free; false where it is not, undefined where there are no links. */
async function linkNew(file: string, path: string): Promise<boolean | undefined> {
  try {
    await fs.link(file, path)
    return true
  } catch (error) {
    const code = systemCode(error)
    // NFS asks again where an answer was lost: then the name that is there may be this one.
    if (code === 'EEXIST') return (await fs.stat(file)).nlink > 1
    if (noLinks.includes(code)) return undefined
    throw error
  }
}

/** The same without links: what could not be written whole is removed, and whoever reads it in between looks again. */
async function writeNew(path: string, content: string): Promise<boolean> {
  let file: fs.FileHandle
  try {
    file = await fs.open(path, 'wx')
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    throw error
  }
  try {
    await file.writeFile(content)
    await file.close()
    return true
  } catch (error) {
    await file.close().catch(() => undefined)
    await fs.rm(path, { force: true }).catch(() => undefined)
    throw error
  }
}
