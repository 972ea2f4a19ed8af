import * as fs from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { SkippedFile } from '../../../contract/datasets'
import { GraftError, systemCode } from '../../../contract/errors'
import { freeBytes, makeFolder, namingFile } from '../../disk/files'
import { isArchive, leadsOut, linkInside, readArchive, type ArchiveLimits, type FilePart } from './archive'
import { emptyFile, fileTooLarge, largestFileBytes } from '../../../images/image-file'
import { isLeftBehind } from './left-behind'
import { notOpened } from './not-opened'
import { imageName } from './tree'
import { isZip, readZip } from './zip'

export interface UnpackOptions {
  skip(file: string, reason: SkippedFile['reason']): void
  signal?: AbortSignal
  limits?: ArchiveLimits
  /** Reads names that do not say how they are written. */
  nameOf?(raw: Uint8Array): string
  /** Files unpacked so far. */
  onProgress?(files: number): void
}

/** Tables, lists of names, notes on single pictures, known data sets; and files without an ending, which may be pictures of old. */
const dataName = /\.(csv|tsv|tab|jsonl|ndjson|json|lst|names|ya?ml|xml|xlsx?|ods|bin|txt)$|idx|ubyte|^[^.]+$/i
/** Whether some part of a path was left behind by a system; one that leads out is told elsewhere. */
const isHidden = (path: string): boolean => path.split('/').some((part) => part !== '..' && part !== '.' && isLeftBehind(part))
/** Files up to this size are gathered and written in one go. */
const smallBytes = 1 << 20
const writesAtOnce = 16
/** Left free on the disk, whatever an archive holds. */
const reserveBytes = 256 << 20

/** Whether a file is an archive of a kind that can be unpacked. */
export const isPacked = async (path: string): Promise<boolean> => await isZip(path) || await isArchive(path)

/**
 * Unpacks pictures, tables and the files of known data sets from a zip or tar archive, gzipped or not, into a folder;
 * links, hidden files and everything else stay packed.
 * @throws `archive-truncated`, `archive-damaged`, `archive-too-large`, `archive-hostile`, `disk-full`
 */
export async function unpack(path: string, folder: string, { skip, signal, limits, nameOf, onProgress }: UnpackOptions): Promise<void> {
  const cleaned = (file: string): string => file.replace(/^(\.\/)+/, '')
  const isKnown = (clean: string): boolean => !isHidden(clean) && !notOpened(basename(clean)) && (imageName.test(clean) || dataName.test(basename(clean)))
  const canBeRead = (clean: string, size: number): boolean => !imageName.test(clean) || (size > 0 && size <= largestFileBytes)
  const counts = (file: string, size: number): boolean => isKnown(cleaned(file)) && canBeRead(cleaned(file), size)
  const wanted = (file: string, size: number): boolean => {
    const clean = cleaned(file)
    const left = isHidden(clean) ? undefined : notOpened(basename(clean))
    if (left) skip(clean, left.reason)
    if (left || !isKnown(clean)) return false
    if (canBeRead(clean, size)) return true
    // Neither can become an image; an archive of hundreds of thousands of empty files is soon looked through.
    skip(clean, size === 0 ? emptyFile : fileTooLarge)
    return false
  }
  const shared = { wanted, ...(signal && { signal }), ...(limits && { limits }) }
  const parts = await isZip(path)
    ? readZip(path, { ...shared, counts, skip, ...(nameOf && { nameOf }) })
    : readArchive(path, { ...shared, names: nameOf ?? 'refuse', link: (file) => skip(file, linkInside) })
  const writer = new Unpacker(basename(path), folder, await freeBytes(folder) - reserveBytes, skip)
  try {
    for await (const part of parts) if (await writer.take(part)) onProgress?.(writer.files)
    await writer.settle()
  } catch (error) {
    await writer.abandon()
    throw namingFile(error, path)
  }
}

/** Writes the files of an archive below one folder and nowhere else. */
class Unpacker {
  files = 0
  private bytes = 0
  private readonly folders = new Map<string, Promise<void>>()
  private readonly writes = new Set<Promise<void>>()
  private failed: unknown
  private open: { file: string, target: string, pieces: Uint8Array[], bytes: number, handle?: fs.FileHandle } | undefined

  constructor(
    private readonly name: string, private readonly folder: string, private readonly room: number, private readonly skip: UnpackOptions['skip']
  ) {}

  /** True when a file is complete. */
  async take({ file, bytes, ended }: FilePart): Promise<boolean> {
    if (this.failed) throw this.failed
    if (this.open?.file !== file) this.open = { file, target: join(this.folder, safePath(this.name, file)), pieces: [], bytes: 0 }
    const open = this.open
    this.bytes += bytes.length
    if (this.bytes > this.room) throw noRoom(this.name, this.folder)
    open.bytes += bytes.length
    if (bytes.length > 0) open.pieces.push(bytes)
    if (open.bytes > smallBytes) {
      await this.makeParent(open.target)
      open.handle ??= await fs.open(open.target, 'wx')
      for (const piece of open.pieces.splice(0)) await open.handle.writeFile(piece)
    }
    if (!ended) return false
    this.open = undefined
    this.files++
    if (open.handle) await open.handle.close()
    else await this.write(file, open.target, open.pieces)
    return true
  }

  async settle(): Promise<void> {
    await Promise.all(this.writes)
    if (this.failed) throw this.failed
  }

  async abandon(): Promise<void> {
    await Promise.allSettled(this.writes)
    await this.open?.handle?.close().catch(() => undefined)
  }

  private async write(file: string, target: string, pieces: readonly Uint8Array[]): Promise<void> {
    const work = this.makeParent(target).then(() => fs.writeFile(target, Buffer.concat(pieces), { flag: 'wx' })).catch((error: unknown) => {
      // Two of one name, a folder named as a file, a name this system does not take: that one is left out.
      if (['EEXIST', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG', 'EINVAL', 'EILSEQ'].includes(systemCode(error) ?? '')) this.skip(file, nameTaken)
      else this.failed ??= namingFile(error, target)
    }).finally(() => this.writes.delete(work))
    this.writes.add(work)
    if (this.writes.size >= writesAtOnce) await Promise.race(this.writes)
  }

  private makeParent(target: string): Promise<void> {
    const parent = dirname(target)
    let made = this.folders.get(parent)
    if (!made) {
      made = makeFolder(parent)
      this.folders.set(parent, made)
      made.catch(() => undefined)
    }
    return made
  }
}

/** A name in an archive as a path below a folder; throws `archive-hostile` for one that would leave it. */
function safePath(archive: string, file: string): string {
  const path = file.replaceAll('\\', '/')
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path) || parts.includes('..') || path.includes('\0') || parts.length === 0) {
    throw leadsOut(archive, file)
  }
  return join(...parts)
}

const nameTaken = { en: 'Its name is taken by another, or cannot be used on this system.', zh: '其名称已被占用，或无法在此系统上使用。' }

function noRoom(name: string, folder: string): GraftError {
  return new GraftError('disk-full', {
    en: `${name} unpacks to more than is free on the disk of ${folder}.`, zh: `${name} 解压后的大小超过 ${folder} 所在磁盘的可用空间。`
  }, { remedy: { en: 'Free some space, or choose another data folder.', zh: '请释放空间，或选择其他数据文件夹。' } })
}
