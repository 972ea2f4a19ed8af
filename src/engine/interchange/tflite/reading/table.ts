import { Unreadable } from '../../../safetensors/header'

/** Numbers, texts and tables that one file may hold outside the data of its tensors: one list can stand in many places. */
const mostParts = 2_000_000
const longestText = 100_000

const broken = (): Unreadable => new Unreadable({ en: 'it ends too early or is no TensorFlow Lite file', zh: '文件提前结束或不是 TensorFlow Lite 文件' })

/** Counts what is read of one file. */
class Budget {
  private parts = 0

  take(count: number): void {
    this.parts += count
    if (this.parts > mostParts) throw new Unreadable({ en: `it holds more than ${mostParts} numbers and names`, zh: `其中的数值和名称超过 ${mostParts} 个` })
  }
}

/**
 * A table of a flatbuffer: fields by their place in the schema. Every place is looked at before it is read, and nothing in it is
 * trusted. A field that the file leaves out has the value that the schema says.
 * @throws Unreadable where the file ends before what it names
 */
export class Table {
  private constructor(private readonly bytes: Uint8Array, private readonly at: number, private readonly budget: Budget) {
    budget.take(1)
    const start = at - this.view(at, 4).getInt32(0, true)
    const length = this.view(start, 4).getUint16(0, true)
    this.fields = this.view(start, length)
  }

  private readonly fields: DataView

  /** The table that a file begins with. */
  static root(bytes: Uint8Array): Table {
    if (bytes.length < 8) throw broken()
    return new Table(bytes, new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true), new Budget())
  }

  private view(at: number, length: number): DataView {
    if (at < 0 || length < 0 || at + length > this.bytes.length) throw broken()
    return new DataView(this.bytes.buffer, this.bytes.byteOffset + at, length)
  }

  /** Where a field lies; undefined where the file leaves it out. */
  private place(field: number): number | undefined {
    const slot = 4 + 2 * field
    const offset = slot + 2 <= this.fields.byteLength ? this.fields.getUint16(slot, true) : 0
    return offset === 0 ? undefined : this.at + offset
  }

  /** Where what a field points to lies. */
  private target(field: number): number | undefined {
    const place = this.place(field)
    return place === undefined ? undefined : place + this.view(place, 4).getUint32(0, true)
  }

  private number(field: number, bytes: number, otherwise: number, read: (view: DataView) => number): number {
    const place = this.place(field)
    return place === undefined ? otherwise : read(this.view(place, bytes))
  }

  byte(field: number, otherwise = 0): number { return this.number(field, 1, otherwise, (view) => view.getInt8(0)) }
  flag(field: number): boolean { return this.byte(field) !== 0 }
  int(field: number, otherwise = 0): number { return this.number(field, 4, otherwise, (view) => view.getInt32(0, true)) }
  float(field: number, otherwise = 0): number { return this.number(field, 4, otherwise, (view) => view.getFloat32(0, true)) }
  long(field: number): number { return this.number(field, 8, 0, (view) => Number(view.getBigUint64(0, true))) }

  /** The elements of a vector, `bytes` each; undefined where the file leaves it out. */
  private vector(field: number, bytes: number): { at: number, count: number } | undefined {
    const at = this.target(field)
    if (at === undefined) return undefined
    const count = this.view(at, 4).getUint32(0, true)
    this.view(at + 4, count * bytes)
    return { at: at + 4, count }
  }

  private list(field: number, bytes: number, read: (view: DataView) => number): number[] {
    const found = this.vector(field, bytes)
    if (!found) return []
    this.budget.take(found.count)
    return Array.from({ length: found.count }, (_, index) => read(this.view(found.at + index * bytes, bytes)))
  }

  ints(field: number): number[] { return this.list(field, 4, (view) => view.getInt32(0, true)) }
  floats(field: number): number[] { return this.list(field, 4, (view) => view.getFloat32(0, true)) }
  longs(field: number): number[] { return this.list(field, 8, (view) => Number(view.getBigInt64(0, true))) }

  /** The file's own bytes, not a copy. */
  data(field: number): Uint8Array | undefined {
    const found = this.vector(field, 1)
    return found && this.bytes.subarray(found.at, found.at + found.count)
  }

  text(field: number): string {
    const found = this.vector(field, 1)
    if (!found) return ''
    if (found.count > longestText) throw new Unreadable({ en: `it holds a name of more than ${longestText} bytes`, zh: `其中某个名称超过 ${longestText} 字节` })
    this.budget.take(1 + found.count / 100)
    return new TextDecoder().decode(this.bytes.subarray(found.at, found.at + found.count))
  }

  table(field: number): Table | undefined {
    const at = this.target(field)
    return at === undefined ? undefined : new Table(this.bytes, at, this.budget)
  }

  tables(field: number): Table[] {
    const found = this.vector(field, 4)
    if (!found) return []
    this.budget.take(found.count)
    return Array.from({ length: found.count }, (_, index) => {
      const at = found.at + index * 4
      return new Table(this.bytes, at + this.view(at, 4).getUint32(0, true), this.budget)
    })
  }
}
