import { constants } from 'node:fs'
import * as fs from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { z } from 'zod'
import { GraftError, systemCode, toErrorValue } from '../../contract/errors'
import type { Text } from '../../contract/text'
import { fitsItsSeal } from './checksums'
import { isChosenAndGone, locationFile } from './folders'
import { newId } from './ids'

/** A system error as a `GraftError` that names the file, which errors on open handles do not; others unchanged. */
export function namingFile(error: unknown, path: string): unknown {
  const code = systemCode(error)
  if (error instanceof GraftError || !(error instanceof Error) || code === undefined || !/^E[A-Z]+$/.test(code)) return error
  // A quota that is used up is, to a person, a full disk.
  const named = Object.assign(new Error(error.message, { cause: error }), { code: code === 'EDQUOT' ? 'ENOSPC' : code, path })
  return GraftError.fromValue(toErrorValue(named))
}

export async function exists(path: string): Promise<boolean> {
  return fs.access(path).then(() => true, () => false)
}

/**
 * Makes a folder and those above it, so that they outlive a power cut. Node's own way never returns where the system denies that a folder exists which
 * it will not make either, as in /proc.
 */
export async function makeFolder(path: string): Promise<void> {
  // A second try, for the folder above may be made by another process at this moment.
  for (let attempt = 1; ; attempt++) {
    try {
      await fs.mkdir(path)
      return await syncFolder(dirname(path))
    } catch (error) {
      const code = systemCode(error)
      if (code === 'EEXIST' && (await fs.stat(path)).isDirectory()) return
      if (code !== 'ENOENT' || dirname(path) === path || attempt === 2) throw error
    }
    await makeFolder(dirname(path))
  }
}

/** Flushes a folder's entries, so that a rename in it outlives a power cut. Windows has no such call. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await fs.open(path, constants.O_RDONLY).catch((error: unknown) => {
    // One may write to a folder that one may not read; then nobody can flush it.
    if (systemCode(error) !== 'EACCES') throw error
  })
  if (!handle) return
  try {
    await handle.sync()
  } catch (error) {
    // Some network file systems refuse to flush folders.
    if (!['EINVAL', 'ENOTSUP', 'EPERM'].includes(systemCode(error) ?? '')) throw error
  } finally {
    await handle.close()
  }
}

/** The same of a folder and all folders below it: a file's own flush does not promise that its name is there. */
export async function syncFolders(path: string): Promise<void> {
  for (const entry of await fs.readdir(path, { withFileTypes: true })) if (entry.isDirectory()) await syncFolders(join(path, entry.name))
  await syncFolder(path)
}

/** Renames; on Windows tries again while a virus scanner or indexer holds the file. */
export async function rename(from: string, to: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await fs.rename(from, to)
    } catch (error) {
      const held = process.platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(systemCode(error) ?? '')
      if (!held || attempt === 10) throw error
      await new Promise((done) => setTimeout(done, 20 * (attempt + 1)))
    }
  }
}

/**
 * Writes a file so that readers see the old or the new content, never half of it, also after a power cut:
 * temporary name, flush, rename, flush of the folder. Throws `disk-full`, `not-permitted` … naming the file.
 */
export async function writeFileDurably(path: string, data: string | Uint8Array): Promise<void> {
  await writePartsDurably(path, [typeof data === 'string' ? Buffer.from(data) : data])
}

/** The same of a file that comes in parts: memory holds no second copy of them. */
export async function writePartsDurably(path: string, parts: Iterable<Uint8Array>): Promise<void> {
  const temporary = `${path}.${newId()}.tmp`
  try {
    const handle = await fs.open(temporary, 'wx')
    try {
      for (const part of parts) await writeAll(handle, part)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, path)
    await syncFolder(dirname(path))
  } catch (error) {
    await fs.rm(temporary, { force: true }).catch(() => undefined)
    throw namingFile(error, path)
  }
}

async function writeAll(handle: fs.FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    // A single write of 2 GiB or more fails on some systems.
    const { bytesWritten } = await handle.write(bytes, done, Math.min(bytes.length - done, 0x4000000))
    done += bytesWritten
  }
}

export async function writeJsonDurably(path: string, value: unknown): Promise<void> {
  await writeFileDurably(path, JSON.stringify(value, null, 2) + '\n')
}

/**
 * A JSON file, parsed by its schema. Throws `not-found`; `file-damaged` for what is no JSON, breaks the schema or does not
 * fit its seal; `made-by-newer-version` where `schemaVersion`, or a word where only certain ones are known, is none that this
 * program knows.
 * @param sealedFields what the record's seal is over, where it has one
 */
export async function readJson<S extends z.ZodType>(path: string, schema: S, sealedFields: readonly string[] = []): Promise<z.output<S>> {
  let text: string
  try {
    text = await fs.readFile(path, 'utf8')
  } catch (error) {
    throw namingFile(error, path)
  }
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (error) {
    throw damagedFile(path, error instanceof Error ? error.message : String(error))
  }
  const parsed = schema.safeParse(content)
  if (parsed.success && !fitsItsSeal(content, sealedFields)) throw damagedFile(path, 'its content does not fit its seal')
  if (parsed.success) return parsed.data
  if (schemaVersionOf(content) > 1) throw madeByNewerVersion(path)
  const words = parsed.error.issues.map((issue) => newWordOf(content, issue))
  if (words.every((word) => word !== undefined)) throw madeByNewerVersion(path, words[0])
  const issue = parsed.error.issues[0]
  throw damagedFile(path, issue ? `${issue.path.join('.')}: ${issue.message}` : 'unknown')
}

/** The word at fault, where it stands in the place of one out of a list: what a later version may have added. */
function newWordOf(content: unknown, issue: z.core.$ZodIssue): string | undefined {
  if (issue.code !== 'invalid_value') return undefined
  let value = content
  for (const key of issue.path) value = typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined
  return typeof value === 'string' && /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(value) ? `${issue.path.join('.')}: ${value}` : undefined
}

function schemaVersionOf(content: unknown): number {
  return typeof content === 'object' && content !== null && 'schemaVersion' in content
    ? Number(content.schemaVersion) : 0
}

function damagedFile(path: string, details: string): GraftError {
  return new GraftError('file-damaged', {
    en: `${path} is damaged and cannot be read.`,
    zh: `${path} 已损坏，无法读取。`
  }, {
    details,
    remedy: {
      en: 'Graft leaves it out; put a whole copy in its place, or remove it and bring it in or run it again.',
      zh: 'Graft 已将其略过；请用完好的副本替换，或将其删除后重新导入或重新运行。'
    }
  })
}

function madeByNewerVersion(path: string, word?: string): GraftError {
  return new GraftError('made-by-newer-version', {
    en: `${path} was made by a newer Graft${word === undefined ? '' : ` (it says “${word}”, which this one does not know)`}.`,
    zh: `${path} 由更新版本的 Graft 创建${word === undefined ? '' : `（其中的“${word}”是当前版本不认识的）`}。`
  }, { remedy: { en: 'It is left as it is. Update Graft to open it.', zh: '文件保持原样。请更新 Graft 后再打开。' } })
}

/**
 * Why the record of a folder that is there cannot be read: it was set aside as damaged, or is missing.
 * @param record its path
 */
export async function recordMissing(record: string): Promise<GraftError> {
  const [folder, name] = [dirname(record), basename(record)]
  const files = await fs.readdir(folder).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return []
    throw namingFile(error, folder)
  })
  const aside = files.find((file) => file.startsWith(`${name}.damaged-`))
  return new GraftError('file-damaged', aside === undefined
    ? { en: `${folder} has no ${name}.`, zh: `${folder} 中没有 ${name}。` }
    : { en: `${record} is damaged; it is set aside as ${aside}.`, zh: `${record} 已损坏，已另存为 ${aside}。` }, {
    remedy: {
      en: `Put a whole ${name} in its place, or remove it; what it was made from can then be brought in or run again.`,
      zh: `请放回完好的 ${name}，或将其删除；之后可重新导入或重新运行。`
    }
  })
}

/** Renames a damaged file out of the way, beside itself, and gives its new path; undefined where that is not allowed. */
export async function setAside(path: string): Promise<string | undefined> {
  const aside = `${path}.damaged-${newId()}`
  try {
    await fs.rename(path, aside)
    return aside
  } catch {
    return undefined
  }
}

const chosenFolderGone = (dataDir: string): GraftError => new GraftError('data-folder-gone', {
  en: `The data folder ${dataDir}, which was chosen in the settings, is not there.`,
  zh: `在设置中选择的数据文件夹 ${dataDir} 不存在。`
}, {
  remedy: {
    en: `Connect its disk and start again. To begin with an empty folder in the usual place instead, delete ${locationFile()}.`,
    zh: `请连接其所在磁盘后重新启动。若要改用默认位置的空文件夹，请删除 ${locationFile()}。`
  }
})

/**
 * Why nothing is found at all: the data folder was there and is not any more.
 * @param instead what else can be done, where it is asked for
 */
export const dataFolderGone = (dataDir: string, instead?: Text): GraftError => new GraftError('data-folder-gone', {
  en: `The data folder ${dataDir} is not there: its disk was taken out, or it was renamed.`,
  zh: `数据文件夹 ${dataDir} 不在了：其所在磁盘已移除，或文件夹已被重命名。`
}, {
  remedy: {
    en: `Bring it back, and everything goes on.${instead ? ` ${instead.en}` : ''}`, zh: `恢复该文件夹后即可继续。${instead?.zh ?? ''}`
  }
})

/**
 * Makes the data folder when it is missing and proves that a file can be written there; throws `data-folder-not-writable`,
 * and `data-folder-gone` where the folder that a person chose is missing.
 */
export async function ensureWritable(dataDir: string): Promise<void> {
  if (isChosenAndGone(dataDir)) throw chosenFolderGone(dataDir)
  const probe = join(dataDir, `.writable-${newId()}`)
  try {
    await makeFolder(dataDir)
    await fs.writeFile(probe, 'graft')
    await fs.rm(probe)
  } catch (error) {
    await fs.rm(probe, { force: true }).catch(() => undefined)
    const named = namingFile(error, dataDir)
    if (named instanceof GraftError && named.code === 'disk-full') throw named
    throw new GraftError('data-folder-not-writable', {
      en: `Graft cannot write to its data folder ${dataDir}.`,
      zh: `Graft 无法写入数据文件夹 ${dataDir}。`
    }, {
      cause: error,
      details: error instanceof Error ? error.message : String(error),
      remedy: {
        en: 'Give yourself the right to write there, or choose another folder with --data-dir or GRAFT_DATA_DIR.',
        zh: '请获取该文件夹的写权限，或用 --data-dir 或 GRAFT_DATA_DIR 选择其他文件夹。'
      }
    })
  }
}

/**
 * Bytes free to this user on the disk of a folder, which need not exist yet. Where the runtime cannot tell
 * (Node before 18.15), `Number.MAX_SAFE_INTEGER`: a full disk is then noticed when writing.
 */
export async function freeBytes(dir: string): Promise<number> {
  if (typeof fs.statfs !== 'function') return Number.MAX_SAFE_INTEGER
  for (let folder = dir; ; folder = dirname(folder)) {
    try {
      const { bavail, bsize } = await fs.statfs(folder)
      return bavail * bsize
    } catch (error) {
      if (systemCode(error) !== 'ENOENT' || dirname(folder) === folder) throw namingFile(error, folder)
    }
  }
}

/** Folder names that can be ids, sorted; none where the folder does not exist. Temporary folders begin with a dot. */
export async function listFolders(dir: string): Promise<string[]> {
  try {
    const entries = await fs.readdir(dir, { withFileTypes: true })
    return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map((entry) => entry.name).sort()
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return []
    throw namingFile(error, dir)
  }
}
