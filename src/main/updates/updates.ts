import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { GraftError } from '../../contract/errors'
import type { Update, UpdateState } from '../../contract/updates'
import { exists, readJson, rename, sha256OfFile, writeJsonDurably } from '../../library/disk'
import { mostFeedBytes, readFeed, refuseOlder, type Feed, type FeedFile } from './feed'
import { isSafeAddress, type UpdateSource } from './source'
import { isNewer } from './version'

/** The bytes at an address, until the signal ends the connection; throws where nobody answers, or with something else than 200. */
export type Fetch = (address: string, signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>

/** How long the other side may say nothing, in milliseconds: before its answer, and before each further piece. */
const usualPatience = 30_000

interface Surroundings {
  source: UpdateSource | null
  /** The version that runs. */
  version: string
  /** The name in the list of the file for this copy. */
  form: string
  fetch: Fetch
  /** 30 seconds when absent. */
  patience?: number
  /** Where what was seen is kept, and where a new version is put. */
  dataDir: string
  cacheDir: string
  /** What the person said: undefined where they were not asked. */
  wanted(): Promise<boolean | undefined>
  /** Whether they have used the program before. */
  isUsed(): Promise<boolean>
}

const seenSchema = z.object({ newest: z.string().optional() })

/**
 * Looks for newer versions where the person has agreed, and fetches the file for this system. It installs nothing: the
 * person opens the file, which by then is known to be whole and the maker's.
 */
export class Updates {
  /** What the last look found, for the download. */
  #found: { version: string, file: FeedFile | undefined } | undefined
  #downloading: Promise<string> | undefined

  constructor(private readonly around: Surroundings) {}

  async state(): Promise<UpdateState> {
    const { source, wanted, isUsed } = this.around
    return { address: source && new URL(source.feed).host, ask: source !== null && await wanted() === undefined && await isUsed() }
  }

  /**
   * Asks the update address once.
   * @returns the newer version; null where this is the newest
   * @throws GraftError where nobody answers, or where the answer is not to be believed
   */
  async look(): Promise<Update | null> {
    const { source, version, form, dataDir } = this.around
    if (source === null) throw noAddress()
    const feed: Feed = readFeed(await this.#text(source.feed), source.key)
    const seenFile = join(dataDir, 'updates.json')
    const { newest } = await exists(seenFile) ? await readJson(seenFile, seenSchema).catch(() => ({ newest: undefined })) : { newest: undefined }
    refuseOlder(feed, newest)
    await writeJsonDurably(seenFile, { newest: feed.version })
    if (!isNewer(feed.version, version)) {
      this.#found = undefined
      // The file of the version that runs now has done its work.
      if (this.#downloading === undefined) await this.#clear()
      return null
    }
    const file = feed.files[form]
    this.#found = { version: feed.version, file }
    return { version: feed.version, ...(file && { file: { name: file.name, bytes: file.bytes } }) }
  }

  /**
   * Fetches the file that the last look found.
   * @returns its path, once it is there whole
   * @throws GraftError `update-damaged` where it is not the file that the list names
   */
  download(): Promise<string> {
    this.#downloading ??= this.#download().finally(() => { this.#downloading = undefined })
    return this.#downloading
  }

  async #download(): Promise<string> {
    const file = (this.#found ?? await this.look().then(() => this.#found))?.file
    if (file === undefined) throw new GraftError('update-no-file', { en: 'There is no newer version for this system.', zh: '没有适用于本系统的新版本。' })
    if (!isSafeAddress(file.url)) throw damaged(file.name)
    const folder = this.#folder
    const path = join(folder, file.name)
    if (await exists(path) && await sha256OfFile(path) === file.sha256) {
      await this.#clear(file.name)
      return path
    }
    await mkdir(folder, { recursive: true })
    const partial = `${path}.partial`
    try {
      const hash = createHash('sha256')
      let arrived = 0
      const body = await this.#fetch(file.url)
      await pipeline(async function* () {
        for await (const piece of body) {
          arrived += piece.length
          // More than was promised is not waited for.
          if (arrived > file.bytes) throw damaged(file.name)
          hash.update(piece)
          yield piece
        }
      }, createWriteStream(partial))
      if (arrived !== file.bytes || hash.digest('hex') !== file.sha256) throw damaged(file.name)
      await rename(partial, path)
      await this.#clear(file.name)
      return path
    } finally {
      await rm(partial, { force: true })
    }
  }

  get #folder(): string {
    return join(this.around.cacheDir, 'updates')
  }

  /** Removes the files of other versions. One that cannot be removed, such as an installer that is open, goes the next time. */
  async #clear(but?: string): Promise<void> {
    for (const name of await readdir(this.#folder).catch(() => [])) {
      if (name !== but) await rm(join(this.#folder, name), { recursive: true, force: true }).catch(() => undefined)
    }
  }

  async #text(address: string): Promise<string> {
    const pieces: Uint8Array[] = []
    let size = 0
    for await (const piece of await this.#fetch(address)) {
      size += piece.length
      if (size > mostFeedBytes) return ''
      pieces.push(piece)
    }
    return Buffer.concat(pieces).toString('utf8')
  }

  async #fetch(address: string): Promise<AsyncIterable<Uint8Array>> {
    const { fetch, patience = usualPatience } = this.around
    const connection = new AbortController()
    // Timed only while it is waited for, so that a slow disk here counts for nothing.
    const inTime = async <Value>(answer: Promise<Value>): Promise<Value> => {
      let timer: NodeJS.Timeout | undefined
      const silence = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          reject(new Error(`nothing came for ${patience} ms`))
          connection.abort()
        }, patience)
      })
      try {
        return await Promise.race([answer, silence])
      } catch (error) {
        throw unreachable(address, error)
      } finally {
        clearTimeout(timer)
      }
    }
    const body = await inTime(fetch(address, connection.signal))
    return (async function* () {
      const pieces = body[Symbol.asyncIterator]()
      let whole = false
      try {
        while (!whole) {
          const next = await inTime(pieces.next())
          whole = next.done === true
          if (!next.done) yield next.value
        }
      } finally {
        // A read that is still waiting would keep this waiting too: there the connection was ended already.
        if (!whole && !connection.signal.aborted) await pieces.return?.()
      }
    })()
  }
}

/** Nobody answers, or the connection ended before everything had come. */
const unreachable = (address: string, cause: unknown): GraftError => new GraftError('update-unreachable', {
  en: `${new URL(address).host} does not answer.`, zh: `${new URL(address).host} 没有响应。`
}, {
  remedy: { en: 'Check the network, or look again later. Graft works without it.', zh: '请检查网络或稍后再试。没有网络 Graft 也能工作。' },
  details: String(cause), cause
})

const noAddress = (): GraftError => new GraftError('update-no-address', {
  en: 'This copy of Graft was packed without an address for newer versions.', zh: '此份 Graft 打包时未设置更新地址。'
})

const damaged = (name: string): GraftError => new GraftError('update-damaged', {
  en: `${name} did not arrive as the signed list describes it.`, zh: `收到的 ${name} 与签名列表中的描述不符。`
}, { remedy: { en: 'It was deleted. Get it again.', zh: '文件已删除，请重新获取。' } })
