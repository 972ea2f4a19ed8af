import { createReadStream } from 'node:fs'
import * as fs from 'node:fs/promises'
import { createGunzip, type ZlibOptions } from 'node:zlib'
import { throwIfCancelled } from '../../cancel'
import { GraftError, systemCode } from '../../../contract/errors'
import { namingFile } from '../../disk/files'

/** Bytes that can be read from the beginning, from disk or from memory. */
export interface ByteSource {
  /** The file's name, for messages. */
  name: string
  /** Bytes on disk. */
  size: number
  /** Whether `size` is the size of what `open` gives: not where it is compressed. */
  plain: boolean
  open(): AsyncIterable<Uint8Array>
}

const chunkBytes = 1 << 20
/** The stream's own option, which the types of zlib leave out: a few chunks lie ready. */
const unpacking: ZlibOptions & { readableHighWaterMark: number } = { chunkSize: chunkBytes, readableHighWaterMark: 2 * chunkBytes }
/** A gzip stream cannot grow beyond 1,032 times its size (zlib's technical notes). */
export const largestGzipRatio = 1032

export async function fileSource(path: string, name: string, signal?: AbortSignal): Promise<ByteSource> {
  try {
    const [{ size }, gzip] = await Promise.all([fs.stat(path), isGzip(path)])
    return { name, size, plain: !gzip, open: () => readBytes(path, name, gzip, signal) }
  } catch (error) {
    throw namingFile(error, path)
  }
}

export async function isGzip(path: string): Promise<boolean> {
  const start = await readStart(path, 2)
  return start.length === 2 && start[0] === 0x1f && start[1] === 0x8b
}

/** The first bytes of a file; fewer where it is shorter. */
export async function readStart(path: string, length: number): Promise<Uint8Array> {
  const handle = await fs.open(path)
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(length), 0, length, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

/** A file in chunks of about a MiB, unpacked where it is gzipped. Throws `archive-truncated` or `archive-damaged`. */
export async function* readBytes(
  path: string, name: string, gzip: boolean, signal?: AbortSignal, onCompressed?: (bytes: number) => void
): AsyncGenerator<Uint8Array> {
  const file = createReadStream(path, { highWaterMark: chunkBytes / 2 })
  if (onCompressed) file.on('data', (chunk) => onCompressed(chunk.length))
  // Reads ahead: the file is unpacked in another thread while this one works on the last chunk.
  const bytes = gzip ? createGunzip(unpacking) : file
  if (bytes !== file) {
    file.on('error', (error) => bytes.destroy(error))
    file.pipe(bytes as ReturnType<typeof createGunzip>)
  }
  try {
    for await (const chunk of bytes) {
      throwIfCancelled(signal)
      yield chunk as Uint8Array
    }
  } catch (error) {
    throw asArchiveError(error, path, name)
  } finally {
    file.destroy()
    bytes.destroy()
  }
}

function asArchiveError(error: unknown, path: string, name: string): unknown {
  const code = systemCode(error)
  if (code === 'Z_BUF_ERROR') return truncated(name)
  return code?.startsWith('Z_') ? damaged(name, error) : namingFile(error, path)
}

const downloadAgain = { en: 'Download or copy it again.', zh: '请重新下载或复制该文件。' }

/** @param after where it ends, as a clause, e.g. `after record 12 of data_batch_1.bin` */
export function truncated(name: string, after?: { en: string, zh: string }): GraftError {
  return new GraftError('archive-truncated', after
    ? { en: `${name} is cut off: it ends ${after.en}.`, zh: `${name} 不完整：在${after.zh}中断。` }
    : { en: `${name} is cut off: it ends in the middle.`, zh: `${name} 不完整：中途结束。` }, { remedy: downloadAgain })
}

export function damaged(name: string, error: unknown): GraftError {
  return new GraftError('archive-damaged', {
    en: `${name} is damaged and cannot be unpacked.`,
    zh: `${name} 已损坏，无法解压。`
  }, { remedy: downloadAgain, details: error instanceof Error ? error.message : String(error), cause: error })
}

export function wrongSize(message: { en: string, zh: string }): GraftError {
  return new GraftError('wrong-size', message, { remedy: downloadAgain })
}

/** Counts with separators, as messages show them. */
export const counted = (count: number): string => count.toLocaleString('en-US')

/** Bytes whose content is not set: for arrays that are filled at once. */
export function uninitialised(length: number): Uint8Array {
  const { buffer, byteOffset } = Buffer.allocUnsafeSlow(length)
  return new Uint8Array(buffer, byteOffset, length)
}

/** Cuts a stream of bytes into batches of whole rows. */
export class RowBuffer {
  private readonly batchBytes: number
  private buffer: Uint8Array
  private filled = 0

  /** @param reuse give out the same memory each time: for whoever is done with a batch before asking for the next */
  constructor(readonly rowBytes: number, private readonly reuse = false, batchBytes = 1 << 20) {
    this.batchBytes = Math.max(1, Math.floor(batchBytes / rowBytes)) * rowBytes
    this.buffer = uninitialised(this.batchBytes)
  }

  /** Bytes of a row that was begun. */
  get leftOver(): number {
    return this.filled % this.rowBytes
  }

  /** Full batches that these bytes complete. */
  * push(bytes: Uint8Array): Generator<Uint8Array> {
    for (let done = 0; done < bytes.length;) {
      const taken = Math.min(bytes.length - done, this.batchBytes - this.filled)
      this.buffer.set(bytes.subarray(done, done + taken), this.filled)
      this.filled += taken
      done += taken
      if (this.filled < this.batchBytes) continue
      const full = this.buffer
      if (!this.reuse) this.buffer = uninitialised(this.batchBytes)
      this.filled = 0
      yield full
    }
  }

  /** The whole rows that are left at the end. */
  flush(): Uint8Array {
    return this.buffer.subarray(0, this.filled - this.leftOver)
  }
}
