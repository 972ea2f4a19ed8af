import { createHash } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { GraftError, cancelledError, toErrorValue } from '../../contract/errors'
import { sharedManifestSchema, type OpenedRuns, type SharedManifest } from '../../contract/sharing'
import { ensureWritable, freeBytes, makeFolder, namingFile } from '../disk/files'
import { discardFolder, makeTemporaryFolder, removeStaleFolders } from '../disk/temporary'
import { isArchive, readArchive, type ArchiveLimits, type FilePart } from '../intake/reading/archive'
import type { Library } from '../library'
import { isShared, manifestName } from './layout'

/** Of the list alone; beyond it, what the list says counts. */
const longestManifest = 16 << 20
const limits: ArchiveLimits = { entries: 100_000, bytes: 256 * 2 ** 30, ratio: 200 }
/** Left free on the disk, whatever a file holds. */
const reserveBytes = 256 << 20

interface Hooks {
  signal?: AbortSignal
  onProgress?(done: number, total: number): void
}

/**
 * Brings the runs of a file into the library. Every byte is held against the list that the file begins with, nothing that is
 * not on it is written, and a run counts only once all of it is there. Runs that are here already stay as they are.
 * @throws GraftError `not-a-file-of-runs`, `file-of-runs-damaged`, `made-by-newer-version`, `archive-truncated`, `disk-full`
 */
export async function openRuns(library: Library, path: string, { signal, onProgress }: Hooks = {}): Promise<OpenedRuns> {
  const name = basename(path)
  if (!await isArchive(path).catch((error: unknown) => { throw namingFile(error, path) })) throw notOurs(name)
  await ensureWritable(library.dataDir)
  const folder = dirname(library.runs.paths('x').folder)
  await removeStaleFolders(folder)

  let taken: Taken | undefined
  try {
    const wanted = (file: string, size: number): boolean => file !== manifestName || size <= longestManifest
    for await (const part of readArchive(path, { wanted, limits, ...(signal && { signal }) })) {
      if (signal?.aborted) throw cancelledError()
      taken ??= new Taken(name, folder)
      await taken.take(part)
      if (taken.manifest) onProgress?.(taken.done, taken.total)
    }
    if (!taken?.manifest) throw notOurs(name)
    await taken.mustBeWhole()
    const runs: OpenedRuns['runs'] = []
    for (const { id, name: title } of taken.manifest.runs) {
      runs.push({ id, name: title, there: !await library.runs.adopt(taken.folderOf(id), id) })
    }
    return { runs, missingDatasets: await missingDatasets(library, runs.map(({ id }) => id)) }
  } catch (error) {
    const { code } = toErrorValue(error)
    throw code === 'archive-damaged' ? damaged(name, code) : error
  } finally {
    await taken?.discard()
  }
}

/** What was read of a file of runs so far: its list, and the files that it names, each under a temporary name. */
class Taken {
  manifest: SharedManifest | undefined
  /** Bytes written, of all that the list names. */
  done = 0
  total = 0
  private list: Uint8Array[] = []
  private readonly folders = new Map<string, string>()
  private readonly whole = new Set<string>()
  private open: { file: string, handle: fs.FileHandle, hash: ReturnType<typeof createHash>, bytes: number } | undefined

  constructor(private readonly name: string, private readonly parent: string) {}

  async take({ file, bytes, ended }: FilePart): Promise<void> {
    if (!this.manifest) {
      if (file !== manifestName) throw notOurs(this.name)
      this.list.push(bytes)
      if (ended) await this.begin()
      return
    }
    const listed = this.manifest.files[file]
    if (!listed || this.whole.has(file)) throw damaged(this.name, file)
    this.open ??= await this.create(file)
    if (this.open.file !== file) throw damaged(this.name, file)
    this.open.bytes += bytes.length
    if (this.open.bytes > listed.bytes) throw damaged(this.name, file)
    this.open.hash.update(bytes)
    await this.open.handle.writeFile(bytes)
    this.done += bytes.length
    if (!ended) return
    const { handle, hash } = this.open
    if (hash.digest('hex') !== listed.sha256) throw damaged(this.name, file)
    await handle.sync()
    await handle.close()
    this.open = undefined
    this.whole.add(file)
  }

  /** @throws GraftError `file-of-runs-damaged` naming the first file that is missing */
  async mustBeWhole(): Promise<void> {
    for (const file of Object.keys(this.manifest!.files)) if (!this.whole.has(file)) throw damaged(this.name, file)
    for (const { id } of this.manifest!.runs) if (!this.whole.has(`runs/${id}/run.json`)) throw damaged(this.name, `runs/${id}/run.json`)
  }

  folderOf(id: string): string {
    const folder = this.folders.get(id)
    if (folder === undefined) throw damaged(this.name, id)
    return folder
  }

  async discard(): Promise<void> {
    await this.open?.handle.close().catch(() => undefined)
    for (const folder of this.folders.values()) await discardFolder(folder)
  }

  /** Reads the list, which says how much room is needed. */
  private async begin(): Promise<void> {
    const manifest = manifestOf(this.name, Buffer.concat(this.list).toString('utf8'))
    const ids = new Set(manifest.runs.map(({ id }) => id))
    for (const file of Object.keys(manifest.files)) {
      if (!isShared(file) || !ids.has(file.split('/')[1]!)) throw damaged(this.name, file)
      this.total += manifest.files[file]!.bytes
    }
    if (this.total > await freeBytes(this.parent) - reserveBytes) throw noRoom(this.name, this.total)
    this.manifest = manifest
    this.list = []
  }

  private async create(file: string): Promise<NonNullable<Taken['open']>> {
    const [, id = '', ...inside] = file.split('/')
    let folder = this.folders.get(id)
    if (folder === undefined) {
      folder = await makeTemporaryFolder(this.parent)
      this.folders.set(id, folder)
    }
    const path = join(folder, ...inside)
    try {
      await makeFolder(dirname(path))
      return { file, handle: await fs.open(path, 'wx'), hash: createHash('sha256'), bytes: 0 }
    } catch (error) {
      throw namingFile(error, path)
    }
  }
}

function manifestOf(name: string, text: string): SharedManifest {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    throw notOurs(name)
  }
  const parsed = sharedManifestSchema.safeParse(content)
  if (parsed.success) return parsed.data
  const version = typeof content === 'object' && content !== null && 'schemaVersion' in content ? Number(content.schemaVersion) : 0
  if (version > 1) throw madeByNewerVersion(name)
  throw notOurs(name)
}

/** Data sets that the runs were tested on and that are not here, by the names that they had. */
async function missingDatasets(library: Library, ids: readonly string[]): Promise<string[]> {
  const missing = new Set<string>()
  for (const id of ids) {
    const { spec, names } = await library.runs.get(id)
    const there = await library.datasets.get(spec.target.dataset).then(() => true, () => false)
    if (!there) missing.add(names.target)
  }
  return [...missing].sort()
}

const sendAgain = { en: 'Ask whoever made it to save and send it again.', zh: '请让制作者重新保存并发送。' }

const notOurs = (name: string): GraftError => new GraftError('not-a-file-of-runs', {
  en: `${name} is not a file of runs that Graft saved.`, zh: `${name} 不是 Graft 保存的运行文件。`
}, { remedy: { en: 'Data sets and models are added in their own places.', zh: '数据集和模型请在各自的位置添加。' } })

const damaged = (name: string, file: string): GraftError => new GraftError('file-of-runs-damaged', {
  en: `${name} is damaged, or was changed after it was saved (at ${file.slice(0, 200)}); nothing of it was kept.`,
  zh: `${name} 已损坏，或在保存之后被改动（位于 ${file.slice(0, 200)}）；未保留任何内容。`
}, { remedy: sendAgain })

const madeByNewerVersion = (name: string): GraftError => new GraftError('made-by-newer-version', {
  en: `${name} was made by a newer Graft.`, zh: `${name} 由更新版本的 Graft 创建。`
}, { remedy: { en: 'Update Graft to open it.', zh: '请更新 Graft 后再打开。' } })

const noRoom = (name: string, bytes: number): GraftError => new GraftError('disk-full', {
  en: `${name} holds ${Math.ceil(bytes / 1e6)} MB, which is more than is free on the disk of the data folder.`,
  zh: `${name} 含 ${Math.ceil(bytes / 1e6)} MB，超过数据文件夹所在磁盘的可用空间。`
}, { remedy: { en: 'Free some space, or choose another data folder.', zh: '请释放空间，或选择其他数据文件夹。' } })
