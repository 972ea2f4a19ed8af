import * as fs from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { z } from 'zod'
import { GraftError } from '../contract/errors'
import type { ParcelFile } from '../contract/parcels'
import { exists, makeFolder, newId, rename, sha256OfFile } from '../library/disk'
import { takeLock } from '../library/downloads/lock'
import { storeProblems } from './problems'
import type { Store } from './stores/store'

/** A file on this machine that is to be sent. */
export interface FileToSend {
  path: string
  /** Where it belongs below a data folder. */
  as: string
  /** Its hash where a record tells it already: what lies on disk must be that. */
  sha256?: string
}

const keyOf = (prefix: string, sha256: string): string => `${prefix}/${sha256.slice(0, 2)}/${sha256}`

/** Data and models of all runs; each lies there once, however many runs read it. */
export const sharedObjects = 'objects'

/** Hashes of files that this process has read, by path, size and time. */
const known = new Map<string, string>()

/**
 * Sends files by their content, each only where the store has none of that hash.
 * @param prefix where they lie in the store
 * @throws GraftError `file-damaged` where a file is not what its record says
 */
export async function sendFiles(store: Store, prefix: string, files: readonly FileToSend[]): Promise<ParcelFile[]> {
  const sent: ParcelFile[] = []
  for (const file of files) {
    const { size: bytes, mtimeMs } = await fs.stat(file.path)
    const seen = `${file.path} ${bytes} ${mtimeMs}`
    // A hash that a record tells is trusted only as far as the name: the bytes are read before they are sent.
    const named = file.sha256 ?? known.get(seen)
    if (named !== undefined && await store.size(keyOf(prefix, named)) === bytes) {
      sent.push({ path: file.as, sha256: named, bytes })
      continue
    }
    const sha256 = await sha256OfFile(file.path)
    if (file.sha256 !== undefined && file.sha256 !== sha256) throw damagedHere(file.path)
    known.set(seen, sha256)
    const key = keyOf(prefix, sha256)
    if (await store.size(key) !== bytes) await store.send(key, file.path)
    sent.push({ path: file.as, sha256, bytes })
  }
  return sent
}

/**
 * Fetches a file from the store and holds it against its hash. What is damaged is removed there, so that it is sent again.
 * @throws GraftError `store-incomplete`, `store-damaged`
 */
export async function fetchFile(store: Store, prefix: string, { sha256, bytes }: Pick<ParcelFile, 'sha256' | 'bytes'>, path: string): Promise<void> {
  const key = keyOf(prefix, sha256)
  const temporary = `${path}.${newId()}.tmp`
  await makeFolder(dirname(path))
  try {
    if (!await store.fetch(key, temporary)) throw storeProblems.missing(key, store.address)
    if ((await fs.stat(temporary)).size !== bytes || await sha256OfFile(temporary) !== sha256) {
      await store.remove(key)
      throw storeProblems.damaged(key)
    }
    await rename(temporary, path)
  } finally {
    await fs.rm(temporary, { force: true })
  }
}

/**
 * Does something with each file, also after one was missing or damaged, so that all such are found and sent again at once;
 * then throws what was met first.
 */
export async function eachFile(files: readonly ParcelFile[], work: (file: ParcelFile) => Promise<void>): Promise<void> {
  let first: unknown
  for (const file of files) {
    await work(file).catch((error: unknown) => {
      if (!isUnusable(error)) throw error
      first ??= error
    })
  }
  if (first !== undefined) throw first as Error
}

/** Whether what came cannot be used, and is not going to be any better by waiting. */
export const isUnusable = (error: unknown): boolean => error instanceof GraftError && ['store-damaged', 'store-incomplete', 'file-damaged'].includes(error.code)

/** A node's own copies of what runs read: fetched and checked once, whoever of its jobs comes first. */
export class NodeCache {
  constructor(private readonly folder: string) {}

  /** Puts a file of the cache, fetched where it is missing, at a path; it shares the cache's bytes and is not to be changed in place. */
  async place(store: Store, file: ParcelFile, path: string): Promise<void> {
    const kept = join(this.folder, file.sha256.slice(0, 2), file.sha256)
    if (!await isWhole(kept, file.bytes)) await this.fetchOnce(store, file, kept)
    const now = new Date()
    await fs.utimes(kept, now, now).catch(() => undefined)
    await makeFolder(dirname(path))
    await fs.link(kept, path).catch(() => fs.copyFile(kept, path))
  }

  /** Removes what no job has read for so long. */
  async tidy(days = 30): Promise<void> {
    const oldest = Date.now() - days * 24 * 60 * 60_000
    for (const folder of await fs.readdir(this.folder).catch(() => [])) {
      for (const name of await fs.readdir(join(this.folder, folder)).catch(() => [])) {
        const path = join(this.folder, folder, name)
        const { mtimeMs } = await fs.stat(path).catch(() => ({ mtimeMs: Date.now() }))
        if (mtimeMs < oldest) await fs.rm(path, { force: true }).catch(() => undefined)
      }
    }
  }

  private async fetchOnce(store: Store, file: ParcelFile, kept: string): Promise<void> {
    await makeFolder(dirname(kept))
    for (;;) {
      const unlock = await takeLock(`${kept}.lock`, file.path).catch((error: unknown) => {
        if (error instanceof GraftError && error.code === 'download-running') return undefined
        throw error
      })
      if (!unlock) {
        // Another job of this node fetches it this moment.
        await new Promise((resolve) => setTimeout(resolve, 200))
        if (await isWhole(kept, file.bytes)) return
        continue
      }
      try {
        if (!await isWhole(kept, file.bytes)) await fetchFile(store, sharedObjects, file, kept)
        return
      } finally {
        await unlock()
      }
    }
  }
}

/** It was held against its hash when it came, under another name; so under this name its size is enough. */
const isWhole = async (path: string, bytes: number): Promise<boolean> => await exists(path) && (await fs.stat(path)).size === bytes

/** A JSON value of the store by its schema; undefined where there is none, or one that cannot be read. */
export async function readValue<S extends z.ZodType>(store: Store, key: string, schema: S): Promise<z.output<S> | undefined> {
  const bytes = await store.read(key)
  return bytes && valueIn(bytes, schema)
}

/** A JSON value by its schema; undefined where these bytes are none. */
export function valueIn<S extends z.ZodType>(bytes: Uint8Array, schema: S): z.output<S> | undefined {
  try {
    return schema.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8'))).data
  } catch {
    return undefined
  }
}

const damagedHere = (path: string): GraftError => new GraftError('file-damaged', {
  en: `${path} is not what its record says; it was not sent.`, zh: `${path} 与其记录不符，未发送。`
}, { remedy: { en: 'Put a whole copy in its place, or import the data set again.', zh: '请放回完好的副本，或重新导入该数据集。' } })
