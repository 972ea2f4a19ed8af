import type { Entry, ZipFile } from 'yauzl'
import { Unreadable } from '../../safetensors/header'

const mostEntries = 40_000

/** A zip archive of which single entries are read, each whole and no longer than it claims. */
export class ZipEntries {
  private constructor(private readonly zip: ZipFile, private readonly entries: ReadonlyMap<string, Entry>) {}

  /** @throws Unreadable where it is no whole zip archive, or one of too many entries */
  static async open(source: string | Uint8Array): Promise<ZipEntries> {
    // Loaded on first use: most models are no archives.
    const { default: { openPromise, fromBufferPromise } } = await import('yauzl')
    const options = { lazyEntries: true, autoClose: false }
    const zip = await told(() => typeof source === 'string' ? openPromise(source, options) : fromBufferPromise(Buffer.from(source), options))
    try {
      if (zip.entryCount > mostEntries) throw new Unreadable({ en: `it holds ${zip.entryCount} files`, zh: `其中有 ${zip.entryCount} 个文件` })
      return new ZipEntries(zip, await told(async () => {
        const entries = new Map<string, Entry>()
        for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry)
        return entries
      }))
    } catch (error) {
      zip.close()
      throw error
    }
  }

  get names(): string[] {
    return [...this.entries.keys()]
  }

  close(): void {
    this.zip.close()
  }

  /** Bytes of an entry, as the archive claims them; undefined where there is none of the name. */
  sizeOf(name: string): number | undefined {
    return this.entries.get(name)?.uncompressedSize
  }

  /**
   * An entry's bytes in a buffer of its own.
   * @throws Unreadable where it is missing, longer than `most`, encrypted, damaged
   */
  async read(name: string, most: number): Promise<Uint8Array<ArrayBuffer>> {
    const entry = this.entries.get(name)
    if (!entry) throw new Unreadable({ en: `it has no ${name.slice(0, 80)}`, zh: `其中没有 ${name.slice(0, 80)}` })
    if (entry.uncompressedSize > most) {
      throw new Unreadable({ en: `its ${name.slice(0, 80)} takes ${entry.uncompressedSize} bytes`, zh: `其中的 ${name.slice(0, 80)} 有 ${entry.uncompressedSize} 字节` })
    }
    // Deflate packs a thousandfold at the very most, so that a small file cannot make Graft take much memory.
    if (entry.uncompressedSize > 1_100 * entry.compressedSize + 64) {
      throw new Unreadable({ en: `its ${name.slice(0, 80)} claims ${entry.uncompressedSize} bytes`, zh: `其中的 ${name.slice(0, 80)} 声称有 ${entry.uncompressedSize} 字节` })
    }
    if (entry.isEncrypted()) throw new Unreadable({ en: 'it is encrypted', zh: '文件已加密' })
    return told(async () => {
      const bytes = new Uint8Array(entry.uncompressedSize)
      let done = 0
      for await (const chunk of await this.zip.openReadStreamPromise(entry)) {
        const part = chunk as Uint8Array
        if (done + part.length > bytes.length) throw new Unreadable({ en: 'an entry is longer than it says', zh: '有条目比其声明的更长' })
        bytes.set(part, done)
        done += part.length
      }
      if (done !== bytes.length) throw new Unreadable({ en: 'an entry is shorter than it says', zh: '有条目比其声明的更短' })
      return bytes
    })
  }
}

/** What the archive's reader throws, as a reason; errors of the system stay as they are. */
async function told<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Unreadable || !(error instanceof Error)) throw error
    const { code } = error as Error & { code?: string }
    if (code !== undefined && /^E[A-Z]+$/.test(code)) throw error
    throw new Unreadable({ en: `its archive is damaged (${error.message.slice(0, 120)})`, zh: `其压缩结构已损坏（${error.message.slice(0, 120)}）` })
  }
}
