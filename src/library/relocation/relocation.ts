import { createReadStream, createWriteStream } from 'node:fs'
import * as fs from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { DataFolderLook, MoveProgress } from '../../contract/data-folder'
import { GraftError } from '../../contract/errors'
import { dataFolderGone, exists, freeBytes, locationFile, makeFolder, namingFile, newId, writeJsonDurably, type Location } from '../disk'

/** A window makes it in a data folder, and a copy at its end. */
const mark = '.graft-data'
/** What a data folder holds that belongs to one start of the program, and is made anew by the next. */
const ofOneStart = new Set(['window', 'logs', mark])
/** What a memory stick rounds the times of files to. */
const coarsestClockMilliseconds = 2_000
/** It lies in a folder as long as a copy is under way there: a half copy must not be taken for a data folder. */
const underWay = '.graft-moving'
const marginBytes = 64 << 20

/**
 * What would come of moving the data to a folder that a person points at: whether it has Graft's data already, how much has
 * to be copied, and how much room there is. A folder with other things in it gets a folder `Graft` of its own.
 * @throws GraftError where it cannot be: inside of the present one or around it, the present one itself, not writable
 */
export async function lookAtDataFolder(from: string, chosen: string): Promise<DataFolderLook> {
  if (!await exists(from)) throw dataFolderGone(from)
  const names = await fs.readdir(chosen).catch((error: unknown) => { throw namingFile(error, chosen) })
  const holdsData = await isDataFolder(chosen)
  const isItself = await fs.realpath(from) === await fs.realpath(chosen)
  const path = isItself || holdsData || names.length === 0 || names.includes(underWay) ? chosen : join(chosen, 'Graft')
  const [here, there] = [await fs.realpath(from), join(await fs.realpath(dirname(path)), path.slice(dirname(path).length + 1))]
  if (here === there) throw new GraftError('data-folder-same', { en: `${path} is the data folder already.`, zh: `${path} 已经是数据文件夹。` })
  if (isBelow(here, there) || isBelow(there, here)) {
    throw new GraftError('data-folder-nested', {
      en: `${path} lies inside of the data folder, or around it.`, zh: `${path} 位于数据文件夹之内，或包含数据文件夹。`
    }, { remedy: { en: 'Choose a folder beside it.', zh: '请选择其旁边的文件夹。' } })
  }
  const free = await freeBytes(chosen)
  const known = free < Number.MAX_SAFE_INTEGER ? { freeBytes: free } : {}
  if (holdsData || await isDataFolder(path)) return { path, holdsData: true, bytes: 0, ...known }
  const bytes = (await filesBelow(from)).reduce((sum, { size }) => sum + size, 0)
  return { path, holdsData: false, bytes, ...known }
}

/**
 * Copies a whole data folder. What an earlier attempt copied is not copied again; the old folder stays as it is.
 * @throws GraftError `disk-full` before anything is written; `cancelled`
 */
export async function copyDataFolder(
  from: string, to: string, { signal, onProgress }: { signal?: AbortSignal | undefined, onProgress?(progress: MoveProgress): void } = {}
): Promise<void> {
  const files = await filesBelow(from)
  const total = files.reduce((sum, { size }) => sum + size, 0)
  await makeFolder(to)
  const free = await freeBytes(to)
  const there = new Map((await filesBelow(to)).map((file) => [file.path, file]))
  const isThere = ({ path, size, modified }: File): boolean => {
    const copy = there.get(path)
    return copy?.size === size && Math.abs(copy.modified - modified) <= coarsestClockMilliseconds
  }
  const needed = files.reduce((sum, file) => isThere(file) ? sum : sum + file.size, marginBytes)
  if (needed > free) {
    throw new GraftError('disk-full', {
      en: `${to} has room for ${megabytes(free)} MB; ${megabytes(needed)} MB are needed.`, zh: `${to} 剩余 ${megabytes(free)} MB，需要 ${megabytes(needed)} MB。`
    }, { remedy: { en: 'Free some space, or choose another folder.', zh: '请释放空间，或选择其他文件夹。' } })
  }
  const began = performance.now()
  const begun = await fs.readFile(join(to, underWay), 'utf8').catch(() => from)
  if (begun !== from) {
    throw new GraftError('data-folder-mixed', {
      en: `${to} holds the beginning of a copy of ${begun}.`, zh: `${to} 中有 ${begun} 的未完成副本。`
    }, { remedy: { en: 'Empty that folder, or choose another one.', zh: '请清空该文件夹，或选择其他文件夹。' } })
  }
  await fs.writeFile(join(to, underWay), from)
  let [done, copied] = [0, 0]
  const tell = (): void => {
    const seconds = (performance.now() - began) / 1000
    onProgress?.({ phase: 'copying', done, total, ...(copied > 0 && seconds > 1 && { secondsLeft: (total - done) * seconds / copied }) })
  }
  for (const file of files) {
    if (signal?.aborted) throw cancelled()
    if (!isThere(file)) {
      await makeFolder(dirname(join(to, file.path)))
      const [before, copiedBefore] = [done, copied]
      await copyFile(join(from, file.path), join(to, file.path), signal, (bytes) => {
        ;[done, copied] = [before + bytes, copiedBefore + bytes]
        tell()
      }).catch((error: unknown) => { throw signal?.aborted ? cancelled() : namingFile(error, file.path) })
      await fs.utimes(join(to, file.path), file.modified / 1000, file.modified / 1000)
      ;[done, copied] = [before, copiedBefore + file.size]
    }
    done += file.size
    tell()
  }
  const before = new Map(files.map((file) => [file.path, file]))
  const now = await filesBelow(from)
  const left = new Set(now.map(({ path }) => path))
  const changed = now.find(({ path, size, modified }) => before.get(path)?.size !== size || before.get(path)?.modified !== modified)
    ?? files.find(({ path }) => !left.has(path))
  if (changed) {
    throw new GraftError('data-folder-changed', {
      en: `${changed.path} changed while the data were copied.`, zh: `复制数据期间 ${changed.path} 发生了变化。`
    }, { remedy: { en: 'Close what else uses Graft\'s data and try again: only what changed is copied then.', zh: '请关闭其他正在使用 Graft 数据的程序后重试：只会复制有变化的部分。' } })
  }
  // What an earlier attempt copied and a person has removed since stays removed.
  for (const path of there.keys()) if (!before.has(path)) await fs.rm(join(to, path), { force: true })
  // It tells a data folder from any other, also where no data set is in it.
  await makeFolder(join(to, 'datasets'))
  await fs.writeFile(join(to, mark), newId())
  await fs.rm(join(to, underWay))
}

/**
 * Makes a folder the data folder of every start that follows, of the window and of the command line.
 * @param before the folder that it is a copy of
 */
export async function chooseDataFolder(dataDir: string, before?: string): Promise<void> {
  await makeFolder(dirname(locationFile()))
  await writeJsonDurably(locationFile(), { schemaVersion: 1, dataDir: resolve(dataDir), ...(before !== undefined && { before }) } satisfies Location)
}

const cancelled = (): GraftError => new GraftError('cancelled', {
  en: 'Moving the data was cancelled; everything is where it was.', zh: '已取消移动数据，所有内容保持原位。'
})

/** Piece by piece: the pictures of a data set are one file, which may be of many gigabytes. */
async function copyFile(from: string, to: string, signal: AbortSignal | undefined, onBytes: (bytes: number) => void): Promise<void> {
  let bytes = 0
  await pipeline(createReadStream(from, { highWaterMark: 1 << 20 }), async function* (pieces: AsyncIterable<Buffer>) {
    for await (const piece of pieces) {
      yield piece
      bytes += piece.length
      onBytes(bytes)
    }
  }, createWriteStream(to), { ...(signal && { signal }) })
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0)

/** A window has marked it, or there is a data set in it; many a person has a folder called `datasets`. */
async function isDataFolder(folder: string): Promise<boolean> {
  if (await exists(join(folder, underWay))) return false
  if (await exists(join(folder, mark))) return true
  const ids = await fs.readdir(join(folder, 'datasets')).catch(() => [])
  for (const id of ids) if (await exists(join(folder, 'datasets', id, 'dataset.json'))) return true
  return false
}

const isBelow = (folder: string, path: string): boolean => path.startsWith(folder.endsWith(sep) ? folder : folder + sep)

interface File { path: string, size: number, modified: number }

/** Every file that moves, by its path below the folder. Links are followed: what a person linked in is data as well. */
async function filesBelow(folder: string): Promise<File[]> {
  const files: File[] = []
  const look = async (path: string): Promise<void> => {
    const found = await fs.stat(path)
    if (found.isFile()) files.push({ path: relative(folder, path), size: found.size, modified: found.mtimeMs })
    if (found.isDirectory()) for (const name of (await fs.readdir(path)).sort()) await look(join(path, name))
  }
  for (const name of await fs.readdir(folder).catch(() => [])) if (!ofOneStart.has(name) && name !== underWay) await look(join(folder, name))
  return files
}
