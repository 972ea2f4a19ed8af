import * as fs from 'node:fs/promises'
import { basename } from 'node:path'
import { GraftError } from '../../../contract/errors'
import type { Text } from '../../../contract/text'
import { counted, damaged, isGzip, readBytes, readStart, truncated } from './bytes'
import { TarNames } from './tar-names'

/** Some bytes of one file of a data set, in order; `ended` comes with its last (perhaps empty) piece. */
export interface FilePart {
  /** The file's path inside the folder or archive. */
  file: string
  bytes: Uint8Array
  ended: boolean
}

/** What an archive may hold before it counts as hostile. */
export interface ArchiveLimits {
  entries: number
  bytes: number
  /** Unpacked bytes a packed byte, judged once more than 16 MiB came out. */
  ratio: number
}

export const archiveLimits: ArchiveLimits = { entries: 500_000, bytes: 64 * 2 ** 30, ratio: 200 }

/** Whether a file may be a tar archive, gzipped or not, by its first bytes. */
export async function isArchive(path: string): Promise<boolean> {
  if (!(await fs.stat(path)).isFile()) return false
  if (await isGzip(path)) return true
  const start = await readStart(path, 263)
  return Buffer.from(start.subarray(257, 262)).toString('latin1') === 'ustar'
}

interface ReadArchiveOptions {
  /** Files to give out; links, folders and all others are passed over. */
  wanted(file: string, size: number): boolean
  /** Reads names with bytes above ASCII; `refuse`: one that cannot be UTF-8 throws `NamesNotRead`. All are taken for UTF-8 when absent. */
  names?: 'refuse' | ((raw: Uint8Array) => string)
  /** Hears of every link. */
  link?(file: string): void
  signal?: AbortSignal
  limits?: ArchiveLimits
}

/**
 * The wanted files of a tar archive, gzipped or not, in their order; nothing is extracted to disk, and paths inside it
 * are names only.
 * @throws `archive-truncated`, `archive-damaged`, `archive-too-large`
 */
export async function* readArchive(
  path: string, { wanted, names: reading, link, signal, limits = archiveLimits }: ReadArchiveOptions
): AsyncGenerator<FilePart> {
  // Loaded here: the catalogue of formats is also read where no archive ever is.
  const { Parser } = await import('tar')
  const name = basename(path)
  const gzip = await isGzip(path)
  const names = reading && new TarNames(reading === 'refuse' ? undefined : reading)
  let parts: FilePart[] = []
  let entries = 0
  let problem: GraftError | undefined
  let open: string | undefined
  const parser = new Parser({
    brotli: false,
    zstd: false,
    onwarn: (code, message) => {
      if (code === 'TAR_BAD_ARCHIVE' && /truncated/i.test(String(message))) problem ??= truncated(name, inside(open))
      else problem ??= damaged(name, message)
    },
    filter: (given, entry) => {
      const file = names?.pathOf(given) ?? given
      entries++
      if (entries > limits.entries) problem ??= tooManyFiles(name, limits)
      if ('type' in entry && (entry.type === 'SymbolicLink' || entry.type === 'Link')) link?.(file)
      return 'type' in entry && (entry.type === 'File' || entry.type === 'OldFile') && wanted(file, entry.size)
    },
    onReadEntry: (entry) => {
      const file = names?.pathOf(entry.path) ?? entry.path
      open = file
      entry.on('data', (bytes: Buffer) => parts.push({ file, bytes, ended: false }))
      entry.on('end', () => {
        open = undefined
        parts.push({ file, bytes: new Uint8Array(0), ended: true })
      })
    }
  })
  parser.on('error', (error: unknown) => { problem ??= damaged(name, error) })

  let packed = 0
  let unpacked = 0
  const chunks = readBytes(path, name, gzip, signal, (bytes) => { packed += bytes })
  try {
    for await (const chunk of chunks) {
      // A second packing inside the first would be unpacked without these limits.
      if (unpacked === 0 && chunk[0] === 0x1f && chunk[1] === 0x8b) throw damaged(name, 'gzip inside gzip')
      unpacked += chunk.length
      if (unpacked > limits.bytes) throw tooLarge(name, `${counted(limits.bytes)} bytes`, `${counted(limits.bytes)} 字节`)
      if (gzip) checkRatio(name, packed, unpacked, limits)
      parser.write(names?.take(chunk) ?? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length))
      if (problem) throw problem
      const ready = parts
      parts = []
      yield* ready
    }
  } catch (error) {
    throw error instanceof GraftError && error.code === 'archive-truncated' ? truncated(name, inside(open)) : error
  }
  if (names) parser.write(names.rest())
  parser.end()
  if (problem) throw problem
  yield* parts
}

/**
 * The names of a tar archive with bytes above ASCII, at most so many bytes of them; it reads the whole archive.
 * @throws `archive-truncated`, `archive-damaged`, `archive-too-large`
 */
export async function rawNamesInTar(path: string, signal?: AbortSignal, limits: ArchiveLimits = archiveLimits): Promise<Uint8Array[]> {
  const name = basename(path)
  const gzip = await isGzip(path)
  const found: Uint8Array[] = []
  let [packed, unpacked, bytes] = [0, 0, 0]
  const names = new TarNames((raw) => {
    if (bytes < mostNameBytes) found.push(Buffer.from(raw))
    bytes += raw.length
    return ''
  })
  for await (const chunk of readBytes(path, name, gzip, signal, (count) => { packed += count })) {
    unpacked += chunk.length
    if (unpacked > limits.bytes) throw tooLarge(name, `${counted(limits.bytes)} bytes`, `${counted(limits.bytes)} 字节`)
    if (gzip) checkRatio(name, packed, unpacked, limits)
    names.take(chunk)
    if (names.count > limits.entries) throw tooManyFiles(name, limits)
  }
  return found
}
const mostNameBytes = 4 << 20

function inside(file: string | undefined): { en: string, zh: string } | undefined {
  return file === undefined ? undefined : { en: `in the middle of ${basename(file)}`, zh: `${basename(file)} 中间` }
}

export const linkInside = { en: 'It is a link; links in archives are not followed.', zh: '这是链接；不会跟随压缩包中的链接。' }

export const tooManyFiles = (name: string, { entries }: ArchiveLimits): GraftError =>
  tooLarge(name, `${counted(entries)} files`, `${counted(entries)} 个文件`)

/** An archive whose names would be written outside of the folder it is unpacked to. */
export function leadsOut(name: string, file: string): GraftError {
  const shown = file.slice(0, 200)
  return new GraftError('archive-hostile', {
    en: `${name} holds a path that leads out of it, ${shown}; nothing of it was used.`,
    zh: `${name} 中含有指向其外部的路径 ${shown}，未使用其中任何内容。`
  }, { remedy: { en: 'Do not trust this archive; get it from its source again.', zh: '请勿信任该压缩包；请从原始来源重新获取。' } })
}

/** @throws `archive-too-large` where so few packed bytes gave so many */
export function checkRatio(name: string, packed: number, unpacked: number, { ratio }: ArchiveLimits = archiveLimits): void {
  if (unpacked > 16 << 20 && unpacked > packed * ratio) throw tooLarge(name, `${ratio} times its packed size`, `压缩大小的 ${ratio} 倍`)
}

export function tooLarge(name: string, en: string, zh: string): GraftError {
  return new GraftError('archive-too-large', {
    en: `${name} unpacks to more than ${en}; Graft stopped reading it.`,
    zh: `${name} 解压后超过 ${zh}，Graft 已停止读取。`
  }, { remedy: { en: 'Unpack it yourself and add the folder, if you trust it.', zh: '如果信任该文件，请自行解压后添加文件夹。' } })
}

/** Enough for the first files' headers; a long archive is not read to its end. */
const firstFiles: ArchiveLimits = { entries: 1000, bytes: 4 << 20, ratio: 1100 }

/** The first file in an archive for which `matches` is true, looking at its beginning only. */
export async function findInArchive(path: string, matches: (file: string, size: number) => boolean): Promise<string | undefined> {
  let found: string | undefined
  const parts = readArchive(path, {
    wanted: (file, size) => {
      if (found === undefined && matches(file, size)) found = file
      return found !== undefined
    },
    limits: firstFiles
  })
  try {
    for await (const _part of parts) if (found !== undefined) break
  } catch (error) {
    if (!(error instanceof GraftError)) throw error
    // Cut off, damaged or long: what was seen until then decides.
  }
  return found
}

/** Whether a file is named as one of several into which an archive was cut. */
export const isPart = (name: string): boolean => /\.(zip|7z|rar|tar|gz)\.\d{3}$|\.[zr]\d\d$|\.part\d+\.rar$/i.test(name)

/** Packings that are not unpacked, by how a file begins. */
const otherPackings: readonly [name: string, start: string][] = [
  ['7z', '377abcaf271c'], ['RAR', '526172211a07'], ['xz', 'fd377a585a00'], ['bzip2', '425a68'], ['Zstandard', '28b52ffd'], ['LZ4', '04224d18']
]

/** Why a file that is an archive, by its name or its first bytes, cannot be read as one; undefined where its beginning can, or where it is none. */
export async function archiveProblem(path: string): Promise<GraftError | undefined> {
  if (!(await fs.stat(path)).isFile()) return undefined
  const name = basename(path)
  if (isPart(name)) return notUnpacked(name, aPart)
  const start = Buffer.from(await readStart(path, 6)).toString('hex')
  const packing = otherPackings.find(([, bytes]) => start.startsWith(bytes))
  if (packing) return notUnpacked(name, packedAs(packing[0]))
  if (!/\.(zip|tar|tar\.gz|tgz)$/i.test(path)) return undefined
  // One that begins like a zip was tried as such.
  if (/\.zip$/i.test(path)) return damaged(basename(path), 'it does not begin like a zip file')
  try {
    for await (const _part of readArchive(path, { wanted: () => false, limits: firstFiles })) break
  } catch (error) {
    if (!(error instanceof GraftError)) throw error
    return error.code === 'archive-too-large' ? undefined : error
  }
  return undefined
}

const aPart: Text = { en: 'is one part of an archive that was cut into several', zh: '是分卷压缩包中的一卷' }
const packedAs = (packing: string): Text => ({ en: `is packed as ${packing}, which Graft does not unpack`, zh: `以 ${packing} 格式压缩，Graft 无法解压` })
function notUnpacked(name: string, what: Text): GraftError {
  return new GraftError('archive-not-read', { en: `${name} ${what.en}.`, zh: `${name} ${what.zh}。` }, {
    field: 'path', remedy: { en: 'Unpack it yourself and add the folder, or pack it as .zip or .tar.gz.', zh: '请自行解压后添加文件夹，或改用 .zip 或 .tar.gz 打包。' }
  })
}
