import * as fs from 'node:fs/promises'
import { basename } from 'node:path'
import type { SkippedFile } from '../../../contract/datasets'
import { GraftError } from '../../../contract/errors'
import { throwIfCancelled } from '../../cancel'
import { namingFile } from '../../disk/files'
import { archiveLimits, checkRatio, leadsOut, linkInside, tooLarge, tooManyFiles, type ArchiveLimits, type FilePart } from './archive'
import { counted, damaged, readStart, truncated } from './bytes'
import type { Entry, Options, ZipFile } from 'yauzl'

/** Whether a file begins as a zip archive does (also an empty one). */
export async function isZip(path: string): Promise<boolean> {
  if (!(await fs.stat(path)).isFile()) return false
  const start = Buffer.from(await readStart(path, 4)).toString('latin1')
  return start === 'PK\x03\x04' || start === 'PK\x05\x06'
}

interface ReadZipOptions {
  /** Files to give out; folders and all others are passed over. */
  wanted(file: string, size: number): boolean
  /** The same question, without noting anything: asked of the whole directory before the first file is unpacked. `wanted` when absent. */
  counts?(file: string, size: number): boolean
  skip(file: string, reason: SkippedFile['reason']): void
  signal?: AbortSignal
  limits?: ArchiveLimits
  /** Reads names that do not say their encoding; as code page 437, as zip has it, when absent. */
  nameOf?(raw: Uint8Array): string
}

/** Whether an entry says how its name is written: by its flag, or by a name in Unicode beside it. */
const saysEncoding = (entry: Entry): boolean => (entry.generalPurposeBitFlag & 0x800) !== 0 || entry.extraFields.some(({ id }) => id === 0x7075)

/** The names of an archive that do not say how they are written, at most so many bytes of them. */
export async function rawNamesIn(path: string, limits: ArchiveLimits = archiveLimits): Promise<Uint8Array[]> {
  const zip = await open(path, basename(path))
  const found: Uint8Array[] = []
  let [bytes, entries] = [0, 0]
  try {
    // Whoever reads it then says that it holds too many.
    if (zip.entryCount > limits.entries) return []
    for await (const entry of zip.eachEntry()) {
      if (++entries > limits.entries || bytes > mostNameBytes) break
      if (saysEncoding(entry) || !entry.fileNameRaw.some((byte) => byte >= 0x80)) continue
      found.push(entry.fileNameRaw)
      bytes += entry.fileNameRaw.length
    }
    return found
  } catch (error) {
    throw asZipError(error, path, basename(path))
  } finally {
    zip.close()
  }
}
const mostNameBytes = 4 << 20

const isLink = (entry: Entry): boolean => (entry.externalFileAttributes >>> 16 & 0xf000) === 0xa000
const readable = [0, 8]

/**
 * The wanted files of a zip archive, in the order of its directory. What the directory claims is held against the
 * limits before anything is unpacked, and the unpacked bytes against what it claims.
 * @throws `archive-truncated`, `archive-damaged`, `archive-too-large`, `archive-hostile`
 */
export async function* readZip(
  path: string, { wanted, counts = wanted, skip, signal, limits = archiveLimits, nameOf }: ReadZipOptions
): AsyncGenerator<FilePart> {
  const name = basename(path)
  const { default: { getFileNameLowLevel } } = await import('yauzl')
  const fileOf = (entry: Entry): string => nameOf && !saysEncoding(entry) ? nameOf(entry.fileNameRaw).replaceAll('\\', '/')
    : getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false)
  const { size: packed } = await fs.stat(path).catch((error: unknown) => { throw namingFile(error, path) })
  await checkDirectory(path, { counts, signal, limits, fileOf }, packed)
  const zip = await open(path, name)
  let unpacked = 0
  try {
    for await (const entry of zip.eachEntry()) {
      throwIfCancelled(signal)
      const file = fileOf(entry)
      if (file.endsWith('/')) continue
      const odd = oddName(name, file)
      if (odd) {
        skip(file, odd)
        continue
      }
      if (isLink(entry)) {
        skip(file, linkInside)
        continue
      }
      if (!wanted(file, entry.uncompressedSize)) continue
      if (entry.isEncrypted() || !readable.includes(entry.compressionMethod)) {
        skip(file, entry.isEncrypted() ? encrypted : oddMethod)
        continue
      }
      unpacked += entry.uncompressedSize
      if (unpacked > limits.bytes) throw tooLarge(name, `${counted(limits.bytes)} bytes`, `${counted(limits.bytes)} 字节`)
      // Of the whole file: entries that share one packed stream would each look harmless.
      checkRatio(name, packed, unpacked, limits)
      const stream = await zip.openReadStreamPromise(entry)
      try {
        for await (const bytes of stream) yield { file, bytes: bytes as Uint8Array, ended: false }
      } finally {
        stream.destroy()
      }
      yield { file, bytes: new Uint8Array(0), ended: true }
    }
  } catch (error) {
    throw asZipError(error, path, name)
  } finally {
    zip.close()
  }
}

/** Goes through the directory of an archive and refuses what would be too much, before anything of it is written. */
async function checkDirectory(
  path: string, { counts, signal, limits, fileOf }: {
    counts: ReadZipOptions['wanted'], signal: AbortSignal | undefined, limits: ArchiveLimits, fileOf(entry: Entry): string
  }, packed: number
): Promise<void> {
  const name = basename(path)
  const zip = await open(path, name)
  let unpacked = 0
  try {
    if (zip.entryCount > limits.entries) throw tooManyFiles(name, limits)
    for await (const entry of zip.eachEntry()) {
      throwIfCancelled(signal)
      const file = fileOf(entry)
      if (file.endsWith('/') || isLink(entry) || oddName(name, file) || !counts(file, entry.uncompressedSize)) continue
      unpacked += entry.uncompressedSize
      if (unpacked > limits.bytes) throw tooLarge(name, `${counted(limits.bytes)} bytes`, `${counted(limits.bytes)} 字节`)
      checkRatio(name, packed, unpacked, limits)
    }
  } catch (error) {
    throw asZipError(error, path, name)
  } finally {
    zip.close()
  }
}

async function open(path: string, name: string): Promise<ZipFile> {
  const { default: yauzl } = await import('yauzl')
  const options: Options = { lazyEntries: true, autoClose: false, validateEntrySizes: true, decodeStrings: false }
  return new Promise((resolve, reject) => {
    yauzl.open(path, options, (error, zip) => {
      if (error) reject(asZipError(error, path, name) as Error)
      else resolve(zip)
    })
  })
}

function asZipError(error: unknown, path: string, name: string): unknown {
  const named = namingFile(error, path)
  if (named instanceof GraftError || !(error instanceof Error)) return named
  return /end of central directory|unexpected EOF|unexpected end/i.test(error.message) ? truncated(name) : damaged(name, error)
}

/** Why one entry is left out for its name. @throws `archive-hostile` for one that leads out of the archive */
function oddName(archive: string, file: string): SkippedFile['reason'] | undefined {
  if (/^[A-Za-z]:\//.test(file) || file.startsWith('/')) throw leadsOut(archive, file)
  let depth = 0
  for (const part of file.split('/')) {
    depth += part === '..' ? -1 : part === '' || part === '.' ? 0 : 1
    if (depth < 0) throw leadsOut(archive, file)
  }
  return file.includes('\0') || file.split('/').includes('..') || /^[A-Za-z]:/.test(file) ? cannotBeUsed : undefined
}

const cannotBeUsed = { en: 'Its name cannot be used.', zh: '其名称无法使用。' }
const encrypted = { en: 'It is encrypted.', zh: '该文件已加密。' }
const oddMethod = { en: 'It is packed by a method that Graft does not know.', zh: '其压缩方法不受支持。' }
