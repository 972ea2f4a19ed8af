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
}

const isLink = (entry: Entry): boolean => (entry.externalFileAttributes >>> 16 & 0xf000) === 0xa000
const readable = [0, 8]

/**
 * The wanted files of a zip archive, in the order of its directory. What the directory claims is held against the
 * limits before anything is unpacked, and the unpacked bytes against what it claims.
 * @throws `archive-truncated`, `archive-damaged`, `archive-too-large`, `archive-hostile`
 */
export async function* readZip(path: string, { wanted, counts = wanted, skip, signal, limits = archiveLimits }: ReadZipOptions): AsyncGenerator<FilePart> {
  const name = basename(path)
  const { size: packed } = await fs.stat(path).catch((error: unknown) => { throw namingFile(error, path) })
  await checkDirectory(path, { counts, signal, limits }, packed)
  const zip = await open(path, name)
  let unpacked = 0
  try {
    for await (const entry of zip.eachEntry()) {
      throwIfCancelled(signal)
      const file = entry.fileName
      if (file.endsWith('/')) continue
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
  path: string, { counts, signal, limits }: { counts: ReadZipOptions['wanted'], signal: AbortSignal | undefined, limits: ArchiveLimits }, packed: number
): Promise<void> {
  const name = basename(path)
  const zip = await open(path, name)
  let unpacked = 0
  try {
    if (zip.entryCount > limits.entries) throw tooManyFiles(name, limits)
    for await (const entry of zip.eachEntry()) {
      throwIfCancelled(signal)
      if (entry.fileName.endsWith('/') || isLink(entry) || !counts(entry.fileName, entry.uncompressedSize)) continue
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
  const yauzl = await import('yauzl')
  const options: Options = { lazyEntries: true, autoClose: false, validateEntrySizes: true, decodeStrings: true }
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
  // A path of its own in the message: yauzl refuses those that lead out.
  const bad = /^(?:absolute path|invalid relative path|invalid characters in fileName): (.*)$/s.exec(error.message)?.[1]
  if (bad !== undefined) return leadsOut(name, bad)
  return /end of central directory|unexpected EOF|unexpected end/i.test(error.message) ? truncated(name) : damaged(name, error)
}

const encrypted = { en: 'It is encrypted.', zh: '该文件已加密。' }
const oddMethod = { en: 'It is packed by a method that Graft does not know.', zh: '其压缩方法不受支持。' }
