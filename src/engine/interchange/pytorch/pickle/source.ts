import { TooShort, Unreadable } from './problems'

/** Longest text or whole number that a pickle of weights needs. */
const longestText = 1 << 20
const longestInteger = 64

/** The bytes of a pickle, read from the front. */
export class PickleSource {
  private readonly view: DataView

  constructor(private readonly bytes: Uint8Array, public position = 0) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  private take(length: number): number {
    const from = this.position
    if (length > this.bytes.length - from) throw new TooShort()
    this.position += length
    return from
  }

  byte(): number {
    return this.view.getUint8(this.take(1))
  }

  unsigned16(): number {
    return this.view.getUint16(this.take(2), true)
  }

  unsigned32(): number {
    return this.view.getUint32(this.take(4), true)
  }

  signed32(): number {
    return this.view.getInt32(this.take(4), true)
  }

  double(): number {
    return this.view.getFloat64(this.take(8), false)
  }

  length64(): number {
    const length = this.view.getBigUint64(this.take(8), true)
    return length > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(length)
  }

  data(length: number): Uint8Array {
    if (length > longestText) throw new Unreadable({ en: `it holds a text of ${length} bytes`, zh: `其中有一段 ${length} 字节的文本` })
    const from = this.take(length)
    return this.bytes.slice(from, from + length)
  }

  text(length: number): string {
    return new TextDecoder().decode(this.data(length))
  }

  /** Up to the line's end, which is left out. */
  line(): string {
    const end = this.bytes.indexOf(0x0a, this.position)
    if (end < 0) {
      if (this.bytes.length - this.position > longestText) throw new Unreadable({ en: 'it holds an endless line', zh: '其中有一行没有结尾' })
      throw new TooShort()
    }
    const text = this.text(end - this.position)
    this.position++
    return text
  }

  /** A little-endian whole number in two's complement. */
  integer(length: number): number | bigint {
    if (length > longestInteger) throw new Unreadable({ en: `it holds a number of ${length} bytes`, zh: `其中有一个 ${length} 字节的整数` })
    const bytes = this.data(length)
    let value = 0n
    for (let at = length - 1; at >= 0; at--) value = (value << 8n) | BigInt(bytes[at]!)
    return plain(length === 0 ? 0n : BigInt.asIntN(8 * length, value))
  }
}

/** As a number where it is exact. */
export const plain = (value: bigint): number | bigint =>
  value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value
