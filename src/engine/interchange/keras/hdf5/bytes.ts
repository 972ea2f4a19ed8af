import { Unreadable } from '../../../safetensors/header'

/** What HDF5 writes for an address that leads nowhere. */
const nowhere = 0xffff_ffff_ffff_ffffn

/** Structures that one file may make Graft look at: what circles or repeats ends here. */
const mostSteps = 4_000_000
/** Bytes of text that may be taken from one file, repetitions counted. */
const mostText = 256 << 20

const endsEarly = () => new Unreadable({ en: 'it ends too early', zh: '文件提前结束' })

/** The bytes of an HDF5 file: nothing outside them is read, and only so many structures. */
export class Bytes {
  private readonly view: DataView
  private steps = 0
  private texts = 0

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get size(): number {
    return this.bytes.length
  }

  /** Before each structure. @throws Unreadable where there are too many */
  step(): void {
    if (++this.steps > mostSteps) throw new Unreadable({ en: 'its structures repeat without end', zh: '其结构无限重复' })
  }

  /** Before text of so many bytes is taken. @throws Unreadable where it is too much in all */
  spend(text: number): void {
    this.texts += text
    if (this.texts > mostText) throw new Unreadable({ en: 'it holds too much text', zh: '其中的文本过多' })
  }

  /** A reader from an address on, no further than `length`. @throws Unreadable outside the file */
  at(address: number, length = this.size - address): Cursor {
    if (!(address >= 0) || !(length >= 0) || address + length > this.size) throw endsEarly()
    return new Cursor(this.bytes, this.view, address, address + length)
  }

  /** A structure that begins with four letters, which are passed. @throws Unreadable where it is another */
  structure(address: number, signature: string): Cursor {
    this.step()
    const cursor = this.at(address)
    if (cursor.text(4) !== signature) throw new Unreadable({ en: `a structure ${signature} is not where it should be`, zh: `结构 ${signature} 不在应有的位置` })
    return cursor
  }
}

/** Little-endian numbers, one after the other. @throws Unreadable past the end */
export class Cursor {
  constructor(
    private readonly bytes: Uint8Array, private readonly view: DataView, public position: number, readonly end: number
  ) {}

  get left(): number {
    return this.end - this.position
  }

  private pass(length: number): number {
    if (!(length >= 0) || this.position + length > this.end) throw endsEarly()
    const at = this.position
    this.position += length
    return at
  }

  skip(length: number): this {
    this.pass(length)
    return this
  }

  byte(): number { return this.view.getUint8(this.pass(1)) }
  short(): number { return this.view.getUint16(this.pass(2), true) }
  int(): number { return this.view.getUint32(this.pass(4), true) }

  /** A length of eight bytes. @throws Unreadable beyond 2⁵³ */
  long(): number {
    const value = this.view.getBigUint64(this.pass(8), true)
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new Unreadable({ en: `it claims ${value} bytes or numbers`, zh: `文件声称有 ${value} 个字节或数值` })
    return Number(value)
  }

  /** An address; undefined where it leads nowhere. */
  address(): number | undefined {
    const value = this.view.getBigUint64(this.pass(8), true)
    return value === nowhere ? undefined : Number(value)
  }

  /** A number of so many bytes, at most six. */
  whole(bytes: number): number {
    let value = 0
    for (let at = this.pass(bytes), index = bytes - 1; index >= 0; index--) value = value * 256 + this.bytes[at + index]!
    return value
  }

  take(length: number): Uint8Array {
    const at = this.pass(length)
    return this.bytes.subarray(at, at + length)
  }

  /** A piece to read by itself. */
  part(length: number): Cursor {
    const at = this.pass(length)
    return new Cursor(this.bytes, this.view, at, at + length)
  }

  /** UTF-8 without the zeros that fill it up. */
  text(length: number): string {
    const bytes = this.take(length)
    const end = bytes.indexOf(0)
    return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end))
  }
}
