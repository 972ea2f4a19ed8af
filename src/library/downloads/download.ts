import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { GraftError } from '../../contract/errors'
import type { Text } from '../../contract/text'
import { makeFolder, namingFile, readJson, rename, syncFolder, writeJsonDurably } from '../disk/files'
import { pause, retryAfter, usualBackOff, waitBefore, type BackOff } from './back-off'
import { busy, cancelled, connectionProblem, endedEarly, refused, TryAgain, wrongContent, wrongSize } from './problems'
import type { Answer, Transport } from './transport'

/** A file on the network whose content is known beforehand. */
export interface RemoteFile {
  /** Its name in the folder it goes to. */
  name: string
  /** Where it is, best first; all have the same content. */
  addresses: readonly string[]
  /** Its exact size, where that is known. */
  bytes?: number
  /** No more than so many bytes are taken, whatever a server says. */
  atMostBytes: number
  /** Of its content: whole, or its first digits (torch.hub names eight in a file's name). Absent where none is published. */
  hash?: { algorithm: 'sha256' | 'md5', hex: string }
}

/** Its size where it is published; else about how large it is. */
export type KnownFile = Omit<RemoteFile, 'atMostBytes'> & { aboutBytes?: number }

/** A file's size, or about what it is. */
export const bytesOf = ({ bytes, aboutBytes }: Pick<KnownFile, 'bytes' | 'aboutBytes'>): number => bytes ?? aboutBytes ?? 0

export interface DownloadHooks {
  transport: Transport
  signal?: AbortSignal
  /** Bytes that have arrived, and in all where that is known. */
  onBytes?(bytes: number, total: number | undefined): void
  /** It waits before the next try. */
  onWaiting?(waiting: { seconds: number, attempt: number, reason: Text }): void
  backOff?: BackOff
}

const stateSchema = z.object({ schemaVersion: z.literal(1), address: z.string(), validator: z.string().optional(), total: z.number().optional() })
/** So much news makes a try count as a success, and the count of failures begin anew. */
const progressBytes = 128 << 10
/** Flushed to the disk now and then, so that a power cut costs little. */
const flushBytes = 32 << 20

/** Bytes of a download that was begun or is whole; 0 where nothing has arrived. */
export async function arrivedBytes(file: Pick<RemoteFile, 'name'>, folder: string): Promise<number> {
  const paths = pathsOf(file, folder)
  for (const path of [paths.whole, paths.partial]) {
    const size = await sizeOf(path)
    if (size !== undefined) return size
  }
  return 0
}

/**
 * Brings a file into a folder and gives its path. What arrives is kept beside it as `<name>.part` until the whole is
 * there and its hash is right: a download that was cancelled, cut off or killed goes on where it was.
 * @throws `cancelled`, `no-network`, `download-refused`, `download-busy`, `download-broken-off`, `download-wrong-size`,
 * `download-wrong-content`, `download-not-trusted`, `proxy-refused`, `disk-full`
 */
export async function downloadFile(file: RemoteFile, folder: string, hooks: DownloadHooks): Promise<string> {
  const { whole, partial } = pathsOf(file, folder)
  await makeFolder(folder)
  if (await sizeOf(whole) !== undefined) {
    if (await contentProblem(whole, file, hooks.signal) === undefined) {
      hooks.onBytes?.(await sizeOf(whole) ?? 0, file.bytes)
      return whole
    }
    // Damaged on the disk since: it is brought again.
    await fs.rm(whole)
  }
  let first: unknown
  for (const address of file.addresses) {
    try {
      await fromAddress(file, address, folder, hooks)
      await rename(partial, whole)
      await fs.rm(pathsOf(file, folder).state, { force: true })
      await syncFolder(folder)
      return whole
    } catch (error) {
      if (hooks.signal?.aborted) throw cancelled()
      if (!isAboutAddress(error)) throw namingFile(error, partial)
      first ??= error
    }
  }
  throw first
}

/** Whether another address may do better. */
const isAboutAddress = (error: unknown): boolean =>
  error instanceof GraftError && (error.code.startsWith('download-') || error.code === 'no-network' || error.code === 'proxy-refused')

async function fromAddress(file: RemoteFile, address: string, folder: string, hooks: DownloadHooks): Promise<void> {
  const { partial, state } = pathsOf(file, folder)
  const { backOff = usualBackOff, signal } = hooks
  let failures = 0
  let mostBytes = await sizeOf(partial) ?? 0
  let wrongBefore = false
  for (;;) {
    try {
      await transfer(file, address, folder, hooks)
      const hash = await contentProblem(partial, file, signal)
      if (hash === undefined) return
      // What was there before may have been of another version: once more, from the beginning.
      await fs.rm(partial, { force: true })
      await fs.rm(state, { force: true })
      if (wrongBefore) throw wrongContent(address, hash, file.hash!.hex)
      wrongBefore = true
    } catch (error) {
      if (signal?.aborted) throw cancelled()
      const problem = connectionProblem(error, address)
      if (!(problem instanceof TryAgain)) throw problem
      const bytes = await sizeOf(partial) ?? 0
      failures = bytes > mostBytes + progressBytes ? 1 : failures + 1
      mostBytes = Math.max(mostBytes, bytes)
      if (failures >= (problem.unreachable ? backOff.triesUnreachable : backOff.tries)) throw problem.final
      const milliseconds = waitBefore(failures, backOff, problem.afterMilliseconds)
      hooks.onWaiting?.({ seconds: milliseconds / 1000, attempt: failures + 1, reason: problem.reason })
      await pause(milliseconds, signal)
      if (signal?.aborted) throw cancelled()
    }
  }
}

/** One request, for all that is missing. Resolves when the partial file is whole by its size. */
async function transfer(file: RemoteFile, address: string, folder: string, { transport, signal, onBytes }: DownloadHooks): Promise<void> {
  const { partial, state } = pathsOf(file, folder)
  const limit = file.bytes ?? file.atMostBytes
  let from = await sizeOf(partial) ?? 0
  if (from > limit) from = 0
  const known = await readJson(state, stateSchema).catch(() => undefined)
  onBytes?.(from, file.bytes ?? known?.total)
  if (from > 0 && from === (file.bytes ?? known?.total)) return
  const validator = known?.address === address ? known.validator : undefined
  const answer = await transport.get(address, {
    ...(from > 0 && { range: `bytes=${from}-` }),
    // Where the file has changed since, the server sends the whole of it instead.
    ...(from > 0 && validator !== undefined && { 'if-range': validator })
  }, signal)
  let handle: fs.FileHandle | undefined
  try {
    const { start, total } = await place(answer, file, address, folder, from)
    await writeJsonDurably(state, { schemaVersion: 1, address, ...validatorOf(answer), ...(total !== undefined && { total }) })
    handle = await fs.open(partial, start > 0 ? 'r+' : 'w')
    let position = start
    let flushed = start
    for await (const chunk of answer.body) {
      if (position + chunk.length > (total ?? limit)) {
        await handle.truncate(0)
        throw wrongSize(address, position + chunk.length, total ?? limit)
      }
      await writeAll(handle, chunk, position)
      position += chunk.length
      if (position - flushed > flushBytes) {
        await handle.datasync()
        flushed = position
      }
      onBytes?.(position, total)
      if (signal?.aborted) throw cancelled()
    }
    if (total !== undefined && position < total) throw endedEarly(address, position, total)
  } finally {
    answer.leave()
    await handle?.sync().catch(() => undefined)
    await handle?.close()
  }
}

/** Where the answer's bytes belong and how many there are in all; throws for an answer that holds none. */
async function place(
  answer: Answer, file: RemoteFile, address: string, folder: string, from: number
): Promise<{ start: number, total: number | undefined }> {
  const { status } = answer
  if (status === 416) {
    await fs.rm(pathsOf(file, folder).partial, { force: true })
    throw busy(address, status, 0)
  }
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    throw busy(address, status, retryAfter(answer.header('retry-after')))
  }
  if (status !== 200 && status !== 206) throw refused(address, status)
  const range = status === 206 ? /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(answer.header('content-range') ?? '') : undefined
  if (status === 206 && (!range || Number(range[1]) !== from)) {
    // A part of something else than was asked for.
    await fs.rm(pathsOf(file, folder).partial, { force: true })
    throw endedEarly(address, from, file.bytes ?? from)
  }
  const length = Number(answer.header('content-length') ?? NaN)
  const said = range ? Number(range[3]) : length
  const total = file.bytes ?? (Number.isFinite(said) ? said : undefined)
  if (Number.isFinite(said) && (file.bytes !== undefined ? said !== file.bytes : said > file.atMostBytes)) {
    throw wrongSize(address, said, file.bytes ?? file.atMostBytes)
  }
  return { start: range ? from : 0, total }
}

/** What tells later whether the file on the server is still this one: a strong ETag, or else its date. */
function validatorOf(answer: Answer): { validator?: string } {
  const etag = answer.header('etag')
  const validator = etag !== undefined && !etag.startsWith('W/') ? etag : answer.header('last-modified')
  return validator === undefined ? {} : { validator }
}

async function writeAll(handle: fs.FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done)
    done += bytesWritten
  }
}

function pathsOf({ name }: Pick<RemoteFile, 'name'>, folder: string): { whole: string, partial: string, state: string } {
  return { whole: join(folder, name), partial: join(folder, `${name}.part`), state: join(folder, `${name}.part.json`) }
}

async function sizeOf(path: string): Promise<number | undefined> {
  return fs.stat(path).then(({ size }) => size, () => undefined)
}

/** The file's hash, in lower-case hexadecimal, where it is not the one that is known; undefined where it is, or none is known. */
async function contentProblem(path: string, { hash: known }: RemoteFile, signal?: AbortSignal): Promise<string | undefined> {
  if (!known) return undefined
  const found = await hashOf(path, known.algorithm, signal)
  return found.startsWith(known.hex) ? undefined : found
}

async function hashOf(path: string, algorithm: NonNullable<RemoteFile['hash']>['algorithm'], signal?: AbortSignal): Promise<string> {
  const hash = createHash(algorithm)
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    if (signal?.aborted) throw cancelled()
    hash.update(chunk as Buffer)
  }
  return hash.digest('hex')
}
