/** A name that is not UTF-8, and nobody has said how it is read. */
export class NamesNotRead extends Error {}

/** Where parts of a tar header lie (POSIX ustar). */
const field = { name: [0, 100], size: [124, 136], checksum: [148, 156], type: 156, magic: [257, 265], prefix: [345, 500] } as const
const block = 512
/** More of a long name or of a pax header than this is not looked at. */
const mostMeta = 1 << 20

const cut = (bytes: Buffer): Buffer => {
  const end = bytes.indexOf(0)
  return end < 0 ? bytes : bytes.subarray(0, end)
}
const isUtf8 = (bytes: Uint8Array): boolean => {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}
function sizeIn(header: Buffer): number {
  const bytes = header.subarray(...field.size)
  // GNU's form for large files: a set bit, then the number's bytes.
  if (bytes[0]! & 0x80) return Number(BigInt(`0x${bytes.subarray(1).toString('hex')}`))
  return parseInt(cut(bytes).toString('latin1').trim() || '0', 8) || 0
}
function sumOf(header: Buffer): number {
  let sum = 0
  for (const [at, byte] of header.entries()) sum += at >= field.checksum[0] && at < field.checksum[1] ? 0x20 : byte
  return sum
}
const isHeader = (header: Buffer): boolean => parseInt(cut(header.subarray(...field.checksum)).toString('latin1').trim(), 8) === sumOf(header)

/**
 * Follows the headers of a tar archive as its bytes go by, and puts a plain name in the place of each that may not be UTF-8:
 * tar has no field that says how names are written, and its reader takes all for UTF-8. `pathOf` gives the name back.
 */
export class TarNames {
  private pending: Buffer = Buffer.alloc(0)
  private left = 0
  private meta: { kind: 'long' | 'pax', header: Buffer, bytes: number } | undefined
  private said = false
  private longName = false
  private readonly paths = new Map<string, string>()

  /**
   * @param nameOf how a name is read that has bytes above ASCII: two of another encoding may well be UTF-8 by chance,
   *   as 猫 of GBK is è. Absent: the first name that cannot be UTF-8 throws `NamesNotRead`.
   */
  constructor(private readonly nameOf?: (raw: Uint8Array) => string) {}

  /** Names found that have a stand-in. */
  get count(): number {
    return this.paths.size
  }

  pathOf(file: string): string {
    return this.paths.get(file) ?? file
  }

  /** The same bytes with plain names; some of the last ones may come with the next. */
  take(chunk: Uint8Array): Buffer {
    let bytes = this.pending.length === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length) : Buffer.concat([this.pending, chunk])
    const ready: Buffer[] = []
    for (;;) {
      if (this.left > 0) {
        const part = bytes.subarray(0, this.left)
        this.left -= part.length
        ready.push(part)
        bytes = bytes.subarray(part.length)
      }
      const wanted = this.meta ? padded(this.meta.bytes) : block
      if (this.left > 0 || bytes.length < wanted) break
      const piece = bytes.subarray(0, wanted)
      bytes = bytes.subarray(wanted)
      ready.push(...this.meta ? this.takeMeta(this.meta, piece) : [this.takeHeader(piece)])
    }
    this.pending = Buffer.from(bytes)
    return Buffer.concat(ready)
  }

  /** What is left at the end of the archive. */
  rest(): Buffer {
    return this.pending
  }

  private takeHeader(header: Buffer): Buffer {
    if (!isHeader(header)) return header
    const type = String.fromCharCode(header[field.type]!)
    const size = sizeIn(header)
    const kind = type === 'L' ? 'long' : type === 'x' ? 'pax' : undefined
    if (kind && size <= mostMeta) {
      this.meta = { kind, header, bytes: size }
      return header
    }
    this.left = type === '5' ? 0 : padded(size)
    const isNamed = this.said || this.longName
    this.said = this.longName = false
    if (isNamed) return header
    const name = cut(header.subarray(...field.name))
    const hasPrefix = header.subarray(...field.magic).toString('latin1') === 'ustar\x0000'
    const prefix = hasPrefix ? cut(header.subarray(...field.prefix)) : Buffer.alloc(0)
    const raw = prefix.length > 0 ? Buffer.concat([prefix, Buffer.from('/'), name]) : name
    if (this.isPlain(raw)) return header
    const changed = Buffer.from(header)
    changed.fill(0, ...field.name)
    changed.write(this.standIn(raw), 0, 'latin1')
    if (hasPrefix) changed.fill(0, ...field.prefix)
    changed.write(`${sumOf(changed).toString(8).padStart(6, '0')}\0 `, field.checksum[0], 'latin1')
    return changed
  }

  private takeMeta({ kind, bytes }: NonNullable<TarNames['meta']>, body: Buffer): Buffer[] {
    this.meta = undefined
    const content = body.subarray(0, bytes)
    if (kind === 'pax') {
      this.said = /^\d+ path=/m.test(content.toString('latin1'))
      return [body]
    }
    this.longName = true
    const raw = cut(content)
    if (this.isPlain(raw)) return [body]
    const changed = Buffer.alloc(body.length)
    changed.write(this.standIn(raw), 0, 'latin1')
    return [changed]
  }

  private isPlain(raw: Buffer): boolean {
    return this.nameOf ? raw.every((byte) => byte < 0x80) : isUtf8(raw)
  }

  private standIn(raw: Buffer): string {
    if (!this.nameOf) throw new NamesNotRead()
    const name = `graft-name-${this.paths.size}-of-other-bytes`
    this.paths.set(name, this.nameOf(raw))
    return name
  }
}

const padded = (size: number): number => Math.ceil(size / block) * block
