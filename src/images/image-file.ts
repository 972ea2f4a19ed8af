import { constants, closeSync, fstatSync, openSync, readSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { performance } from 'node:perf_hooks'
import { systemCode } from '../contract/errors'
import type { SkippedFile } from '../contract/datasets'
import { Gate } from './gate'

/** Why one image cannot be used; it is skipped, and the import goes on. */
export class UnreadableImage extends Error {
  constructor(readonly reason: SkippedFile['reason']) {
    super(reason.en)
    this.name = 'UnreadableImage'
  }
}

/** Longest file that is read as one image. */
export const largestFileBytes = 256 << 20
/** What may be read at one moment: memory stays bounded whatever the files are. */
const readingBytes = new Gate(64 << 20)

/** Longest file that is read at once, and how long such a read may take on average before reads go side by side. */
const direct = { bytes: 1 << 20, milliseconds: 0.5 }
/** Files after which it is tried again whether the disk is quick. */
const slowFiles = 500
/** Never waits for the other end of a pipe that stands where a file should; Windows has none. */
const readOnly = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/**
 * Whether the disk answers at once. Handing a small file that the system has at hand to the thread pool costs ten times
 * what reading it does; from a slow disk or a network many are read side by side.
 */
const disk = {
  mean: 0,
  slow: 0,
  isQuick(): boolean {
    if (this.slow > 0) this.slow--
    return this.slow === 0
  },
  took(milliseconds: number): void {
    this.mean += (milliseconds - this.mean) / 16
    if (this.mean <= direct.milliseconds) return
    this.mean = 0
    this.slow = slowFiles
  }
}

/** Works with a file's bytes, where one image can be so long; long ones wait for one another. Throws `UnreadableImage`. */
export async function withImageFile<T>(path: string, work: (bytes: Uint8Array) => Promise<T>): Promise<T> {
  try {
    const bytes = disk.isQuick() ? readAtOnce(path) : undefined
    return await (bytes ? readingBytes.run(bytes.length, () => work(bytes)) : readBeside(path, work))
  } catch (error) {
    throw notReadable(error)
  }
}

/** The bytes of a small file; undefined for a larger one. */
function readAtOnce(path: string): Uint8Array | undefined {
  const began = performance.now()
  const descriptor = openSync(path, readOnly)
  try {
    const stat = fstatSync(descriptor)
    if (!stat.isFile()) throw new UnreadableImage(noFile)
    if (stat.size > direct.bytes) return undefined
    const bytes = new Uint8Array(stat.size)
    let length = 0
    for (let read = 1; read > 0 && length < bytes.length; length += read) read = readSync(descriptor, bytes, length, bytes.length - length, length)
    return bytes.subarray(0, length)
  } finally {
    closeSync(descriptor)
    disk.took(performance.now() - began)
  }
}

async function readBeside<T>(path: string, work: (bytes: Uint8Array) => Promise<T>): Promise<T> {
  const handle = await fs.open(path, readOnly)
  try {
    const stat = await handle.stat()
    if (!stat.isFile()) throw new UnreadableImage(noFile)
    if (stat.size > largestFileBytes) throw new UnreadableImage(fileTooLarge)
    return await readingBytes.run(stat.size, async () => work(await handle.readFile()))
  } finally {
    await handle.close()
  }
}

/** A failure to read one file as the reason to skip it; anything else unchanged. */
function notReadable(error: unknown): unknown {
  const code = systemCode(error)
  if (error instanceof UnreadableImage || code === undefined) return error
  if (code === 'ENOENT') return new UnreadableImage({ en: 'The file does not exist.', zh: '文件不存在。' })
  return new UnreadableImage({ en: `The file could not be read (${code}).`, zh: `无法读取文件（${code}）。` })
}

export const fileTooLarge = { en: 'The file is larger than 256 MiB.', zh: '文件超过 256 MiB。' }
export const emptyFile = { en: 'The file is empty.', zh: '文件为空。' }
const noFile = { en: 'It is not a file.', zh: '它不是文件。' }
