import * as fs from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { GraftError } from '../../contract/errors'
import { exists, listFolders, makeFolder, namingFile, readJson, rename, syncFolder, writeJsonDurably } from './files'
import { checkId, newId, timeOfId } from './ids'

const manifestSchema = z.object({
  schemaVersion: z.literal(1),
  items: z.array(z.object({ name: z.string(), from: z.string() })),
  /** Milliseconds since 1970: when it may go for good. */
  keepUntil: z.number().optional()
})

const day = 24 * 60 * 60_000
const inPlace = '.removed-'
/** Of a ULID. */
const tokenLength = 26

/** A note that a full disk has no room for stays unwritten: it must not keep anything from being removed. */
export async function unlessDiskFull(note: Promise<void>): Promise<void> {
  await note.catch((error: unknown) => {
    if (!(error instanceof GraftError) || error.code !== 'disk-full') throw error
  })
}

/** Folders that a person removed, kept until the undo time is over: `<data dir>/trash/<token>/`. */
export class Trash {
  /** @param keptMilliseconds how long Undo is offered for what is removed here */
  constructor(private readonly dataDir: string, private readonly keptMilliseconds = day) {}

  /** Moves folders, given relative to the data folder, into the trash; gives the token that brings them back. */
  async remove(paths: readonly string[]): Promise<string> {
    const token = newId()
    const folder = this.folderOf(token)
    const items = paths.map((from, index) => ({ name: `${index}`, from }))
    try {
      await makeFolder(folder)
      // The manifest comes first: whatever a crash leaves half moved can be restored from it.
      await writeJsonDurably(join(folder, 'manifest.json'), { schemaVersion: 1, items, keepUntil: Date.now() + this.keptMilliseconds })
      for (const { name, from } of items) await rename(join(this.dataDir, from), join(folder, name))
      await syncFolder(folder)
    } catch (error) {
      await this.restore(token).catch(() => undefined)
      const named = namingFile(error, paths.join(', '))
      if (!(named instanceof GraftError) || named.code !== 'disk-full') throw named
      await fs.rm(folder, { recursive: true, force: true }).catch(() => undefined)
      await this.removeInPlace(paths, token)
    }
    return token
  }

  /** On a full disk, where the trash takes nothing more: a folder only changes its name, to one that no list takes for an id. */
  private async removeInPlace(paths: readonly string[], token: string): Promise<void> {
    for (const from of paths) {
      const path = join(this.dataDir, from)
      await rename(path, join(dirname(path), `${inPlace}${token}-${basename(path)}`)).catch((error: unknown) => { throw namingFile(error, path) })
    }
  }

  /** What was removed without the trash: where it lies, and where it lay. */
  private async removedInPlace(): Promise<{ token: string, path: string, from: string }[]> {
    const found = await Promise.all(['datasets', 'models', 'runs'].map(async (noun) => {
      const names = await fs.readdir(join(this.dataDir, noun)).catch(() => [] as string[])
      return names.filter((name) => name.startsWith(inPlace)).map((name) => {
        const token = name.slice(inPlace.length, inPlace.length + tokenLength)
        return { token, path: join(this.dataDir, noun, name), from: join(noun, name.slice(inPlace.length + tokenLength + 1)) }
      })
    }))
    return found.flat()
  }

  /** What can still be brought back, the newest first: its token, and where each folder lay (`datasets/digits`). */
  async list(): Promise<{ token: string, from: string[] }[]> {
    const inTrash = await Promise.all((await listFolders(join(this.dataDir, 'trash'))).map(async (token) => {
      const manifest = await readJson(join(this.folderOf(token), 'manifest.json'), manifestSchema).catch(() => undefined)
      return { token, from: manifest?.items.map(({ from }) => from) ?? [] }
    }))
    const here = (await this.removedInPlace()).map(({ token, from }) => ({ token, from: [from] }))
    return [...inTrash, ...here].filter(({ from }) => from.length > 0).sort((one, other) => other.token.localeCompare(one.token))
  }

  /** Puts everything of one removal back. Throws `undo-expired` when it is gone, `undo-blocked` when its place is taken. */
  async restore(token: string): Promise<void> {
    const folder = this.folderOf(token)
    const here = (await this.removedInPlace()).filter((removed) => removed.token === token)
    if (here.length > 0) {
      for (const { from } of here) if (await exists(join(this.dataDir, from))) throw undoBlocked(from)
      for (const { path, from } of here) await rename(path, join(this.dataDir, from))
      return
    }
    if (!await exists(join(folder, 'manifest.json'))) throw undoExpired()
    const { items } = await readJson(join(folder, 'manifest.json'), manifestSchema)
    const waiting: typeof items = []
    for (const item of items) if (await exists(join(folder, item.name))) waiting.push(item)
    for (const { from } of waiting) if (await exists(join(this.dataDir, from))) throw undoBlocked(from)
    for (const { name, from } of waiting) {
      await makeFolder(dirname(join(this.dataDir, from)))
      await rename(join(folder, name), join(this.dataDir, from))
    }
    await fs.rm(folder, { recursive: true, force: true })
  }

  /** Deletes for good what was removed longer ago than this, and so frees its disk space; gives how many removals. */
  async emptyTrash(olderThanMilliseconds = 0): Promise<number> {
    const limit = Date.now() - olderThanMilliseconds
    const old = (await listFolders(join(this.dataDir, 'trash'))).filter((token) => (timeOfId(token) ?? 0) <= limit)
    for (const token of old) await this.discard(token)
    return old.length
  }

  /** Deletes for good every removal whose undo time is over, by whoever removed it: a window offers seconds, the terminal a day. */
  async emptyExpired(now = Date.now()): Promise<number> {
    let count = 0
    for (const token of await listFolders(join(this.dataDir, 'trash'))) {
      const manifest = await readJson(join(this.folderOf(token), 'manifest.json'), manifestSchema).catch(() => undefined)
      // Without a time, or half deleted already: a day after it was removed.
      if ((manifest?.keepUntil ?? (timeOfId(token) ?? 0) + day) > now) continue
      await this.discard(token)
      count++
    }
    // The disk was full: the sooner these go the better, whoever removed them.
    for (const { token, path } of await this.removedInPlace()) {
      if ((timeOfId(token) ?? 0) + Math.min(this.keptMilliseconds, day) > now) continue
      await fs.rm(path, { recursive: true, force: true, maxRetries: 3 })
      count++
    }
    return count
  }

  /** Deletes one removal for good; quiet when it is gone already. */
  async discard(token: string): Promise<void> {
    const folder = this.folderOf(token)
    // Without its manifest a removal cannot come back half deleted.
    await fs.rm(join(folder, 'manifest.json'), { force: true })
    await fs.rm(folder, { recursive: true, force: true, maxRetries: 3 })
    for (const removed of await this.removedInPlace()) {
      if (removed.token === token) await fs.rm(removed.path, { recursive: true, force: true, maxRetries: 3 })
    }
  }

  private folderOf(token: string): string {
    return join(this.dataDir, 'trash', checkId(token, 'undoToken'))
  }
}

function undoExpired(): GraftError {
  return new GraftError('undo-expired', {
    en: 'This removal can no longer be undone: the trash has been emptied.',
    zh: '无法再撤销此次删除：回收站已清空。'
  })
}

function undoBlocked(path: string): GraftError {
  return new GraftError('undo-blocked', {
    en: `${path} cannot be brought back: something else has that name now.`,
    zh: `无法恢复 ${path}：该名称已被占用。`
  }, { remedy: { en: 'Remove the other one first.', zh: '请先删除占用该名称的项目。' } })
}
