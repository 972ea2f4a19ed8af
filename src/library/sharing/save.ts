import * as fs from 'node:fs/promises'
import { basename, dirname, join, posix } from 'node:path'
import { version } from '../../../package.json'
import { GraftError, cancelledError } from '../../contract/errors'
import type { Run } from '../../contract/runs'
import { mostShared, sharedEnding, type SaveRuns, type SavedRuns, type SharedManifest } from '../../contract/sharing'
import { isOpen } from '../../rules/states'
import { sha256OfFile } from '../disk/checksums'
import { exists, makeFolder, namingFile, rename, syncFolder } from '../disk/files'
import { newId } from '../disk/ids'
import type { Library } from '../library'
import { writingOutside } from '../repair'
import { isShared, manifestName } from './layout'

interface Hooks {
  signal?: AbortSignal
  /** Bytes done and to do: each byte is read twice, to be hashed and to be written. */
  onProgress?(done: number, total: number): void
}

interface Part {
  /** Its path in the archive. */
  name: string
  path: string
  bytes: number
}

/**
 * Saves runs as one file: record, settings, series, scores, answers and model of each, and of the controls that its verdict
 * rests on. Checkpoints and pictures stay: they are large, and the pictures may be nobody else's business. The file is a tar
 * archive that begins with a list of what is in it.
 * @throws GraftError `run-under-way`, `file-damaged`, `exists-already`, or naming a file that cannot be read or written
 */
export async function saveRuns(library: Library, { ids, path, replace }: SaveRuns, { signal, onProgress }: Hooks = {}): Promise<SavedRuns> {
  const target = path.toLowerCase().endsWith(sharedEnding) ? path : `${path}${sharedEnding}`
  if (!replace && await exists(target)) throw existsAlready(target)
  const runs = await withControls(library, ids)
  const parts: Part[] = []
  for (const { id } of runs) parts.push(...await partsOf(library.runs.paths(id).folder, id))

  const total = 2 * parts.reduce((sum, { bytes }) => sum + bytes, 0)
  let done = 0
  const files: SharedManifest['files'] = {}
  for (const part of parts) {
    const sha256 = await sha256OfFile(part.path, (chunk) => {
      if (signal?.aborted) throw cancelledError()
      onProgress?.(done += chunk.length, total)
    }).catch((error: unknown) => { throw namingFile(error, part.path) })
    files[part.name] = { bytes: part.bytes, sha256 }
  }
  holdAgainstRecords(runs, files)
  const manifest: SharedManifest = {
    schemaVersion: 1, graft: version, createdAt: new Date().toISOString(), runs: runs.map(({ id, name }) => ({ id, name })), files
  }
  const bytes = await writingOutside(library.dataDir, target, () => writeArchive(target, manifest, parts, (count) => {
    if (signal?.aborted) throw cancelledError()
    onProgress?.(done += count, total)
  }))
  return { path: target, bytes, runs: manifest.runs }
}

/** The runs, and after them the controls of those among them that have some. */
async function withControls(library: Library, ids: readonly string[]): Promise<Run[]> {
  const runs = new Map<string, Run>()
  for (const id of ids) runs.set(id, await library.runs.get(id))
  for (const { study } of [...runs.values()]) {
    for (const id of Object.values(study?.twins ?? {})) {
      // A control that was removed, or is still being trained, is missed by the verdict here as well.
      const control = runs.has(id) ? undefined : await library.runs.get(id).catch(() => undefined)
      if (control && !isOpen(control)) runs.set(id, control)
    }
  }
  const open = [...runs.values()].find(isOpen)
  if (open) throw underWay(open)
  if (runs.size > mostShared) throw tooMany(runs.size)
  return [...runs.values()]
}

async function partsOf(folder: string, id: string): Promise<Part[]> {
  const entries = await fs.readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => { throw namingFile(error, folder) })
  const parts: Part[] = []
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name)
    const inside = path.slice(folder.length + 1).split(/[\\/]/).join('/')
    const name = posix.join('runs', id, inside)
    if (entry.isFile() && isShared(name)) parts.push({ name, path, bytes: (await fs.stat(path)).size })
  }
  return parts.sort((a, b) => a.name < b.name ? -1 : 1)
}

/** What a run's record says of its files must be so: nobody is sent answers that are not the ones it gave. */
function holdAgainstRecords(runs: readonly Run[], files: SharedManifest['files']): void {
  for (const { id, name, files: recorded } of runs) {
    for (const [file, sha256] of Object.entries(recorded ?? {})) {
      const found = files[`runs/${id}/${file}`]
      if (found && found.sha256 !== sha256) throw damaged(name, file)
    }
  }
}

/** Written beside and renamed, so that it is never half there. Gives its size in bytes. */
async function writeArchive(path: string, manifest: SharedManifest, parts: readonly Part[], onBytes: (count: number) => void): Promise<number> {
  // Loaded here: the library is also opened where nothing is ever saved.
  const { Header } = await import('tar')
  const temporary = `${path}.${newId()}.tmp`
  const headerOf = (name: string, size: number): Buffer => {
    const header = new Header({ path: name, size, type: 'File', mode: 0o644, mtime: new Date(manifest.createdAt) })
    header.encode()
    return header.block!
  }
  const padding = (size: number): Buffer => Buffer.alloc((512 - size % 512) % 512)
  try {
    await makeFolder(dirname(path))
    const handle = await fs.open(temporary, 'wx')
    try {
      const list = Buffer.from(JSON.stringify(manifest, null, 1))
      for (const bytes of [headerOf(manifestName, list.length), list, padding(list.length)]) await handle.writeFile(bytes)
      for (const part of parts) {
        await handle.writeFile(headerOf(part.name, part.bytes))
        await copyInto(handle, part, onBytes)
        await handle.writeFile(padding(part.bytes))
      }
      // Two empty blocks are a tar archive's end.
      await handle.writeFile(Buffer.alloc(1024))
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, path)
    await syncFolder(dirname(path))
    return (await fs.stat(path)).size
  } catch (error) {
    await fs.rm(temporary, { force: true }).catch(() => undefined)
    throw namingFile(error, path)
  }
}

async function copyInto(handle: fs.FileHandle, { path, bytes, name }: Part, onBytes: (count: number) => void): Promise<void> {
  const from = await fs.open(path).catch((error: unknown) => { throw namingFile(error, path) })
  try {
    const buffer = Buffer.alloc(4 << 20)
    for (let left = bytes; left > 0;) {
      const { bytesRead } = await from.read(buffer, 0, Math.min(buffer.length, left))
      if (bytesRead === 0) throw changedMeanwhile(name)
      await handle.writeFile(buffer.subarray(0, bytesRead))
      left -= bytesRead
      onBytes(bytesRead)
    }
  } finally {
    await from.close()
  }
}

const underWay = ({ name }: Run): GraftError => new GraftError('run-under-way', {
  en: `“${name}” has not ended yet.`, zh: `“${name}”尚未结束。`
}, { remedy: { en: 'Wait until it ends, or stop it, and save it then.', zh: '请等待其结束，或将其停止，然后再保存。' } })

const tooMany = (count: number): GraftError => new GraftError('too-many-runs', {
  en: `These are ${count} runs with their controls; a file holds ${mostShared}.`, zh: `连同对照共有 ${count} 次运行；一个文件最多容纳 ${mostShared} 次。`
}, { remedy: { en: 'Save them in several files.', zh: '请分成几个文件保存。' } })

const existsAlready = (path: string): GraftError => new GraftError('exists-already', {
  en: `${path} is there already.`, zh: `${path} 已存在。`
}, { remedy: { en: 'Choose another name, or remove it first.', zh: '请选择其他名称，或先将其删除。' } })

const damaged = (run: string, file: string): GraftError => new GraftError('file-damaged', {
  en: `${file} of “${run}” has changed since it was written; nothing was saved.`, zh: `“${run}”的 ${file} 在写入之后发生了变化；未保存任何内容。`
}, { remedy: { en: 'Put a whole copy in its place, or repeat the run.', zh: '请放回完好的副本，或重新运行。' } })

const changedMeanwhile = (name: string): GraftError => new GraftError('file-damaged', {
  en: `${basename(name)} became shorter while it was being saved.`, zh: `${basename(name)} 在保存过程中变短了。`
}, { remedy: { en: 'Save again once nothing else writes to the run.', zh: '请在没有其他程序写入该运行时重新保存。' } })
