import { halfToFloat } from '../../../safetensors/numbers'
import { shown, Unreadable } from '../../../safetensors/header'
import type { Bytes, Cursor } from './bytes'

/** Of one element: a number, or text of fixed or varying length. */
type Datatype = { kind: 'float' | 'bfloat' | 'signed' | 'unsigned' | 'text' | 'texts' | 'opaque', size: number } | { kind: 'other', size: number }

const nothing: Datatype = { kind: 'other', size: 0 }

/** Source: HDF5 File Format Specification 3.0, IV.A.2.d. */
export function readDatatype(cursor: Cursor): Datatype {
  const kind = cursor.byte() & 0x0f
  const [bits] = [cursor.byte(), cursor.skip(2)]
  const size = cursor.int()
  if (kind === 3) return { kind: 'text', size }
  if (kind === 9) return (bits & 0x0f) === 1 && size === 16 ? { kind: 'texts', size } : nothing
  if (kind === 5) return { kind: 'opaque', size }
  // Big-endian numbers, and those that do not fill their bytes.
  if ((bits & 1) !== 0) return nothing
  if (kind === 0 && [1, 2, 4, 8].includes(size)) return { kind: bits & 0x08 ? 'signed' : 'unsigned', size }
  if (kind === 1 && [2, 4, 8].includes(size)) {
    const exponent = cursor.skip(5).byte()
    const wanted = size === 2 ? 5 : size === 4 ? 8 : 11
    return exponent === wanted ? { kind: 'float', size } : size === 2 && exponent === 8 ? { kind: 'bfloat', size } : nothing
  }
  return nothing
}

/** Lengths of the axes; undefined for one that holds nothing. Source: as above, IV.A.2.b. */
export function readDataspace(cursor: Cursor): number[] | undefined {
  const version = cursor.byte()
  const rank = cursor.byte()
  cursor.skip(1)
  if (version === 1) cursor.skip(5)
  else if (version !== 2) throw new Unreadable({ en: 'it holds shapes of an unknown version', zh: '其中的形状版本未知' })
  else if (cursor.byte() === 2) return undefined
  return Array.from({ length: rank }, () => cursor.long())
}

export const numbersIn = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1)

/** @param bytes exactly those of the numbers */
export function floatsOf({ kind, size }: Datatype, bytes: Uint8Array, name: string): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const each = (read: (at: number) => number): Float32Array =>
    Float32Array.from({ length: bytes.length / size }, (_, index) => read(index * size))
  if (kind === 'float') {
    if (size === 8) return each((at) => view.getFloat64(at, true))
    if (size === 2) return each((at) => halfToFloat(view.getUint16(at, true)))
    const result = new Float32Array(bytes.length / 4)
    new Uint8Array(result.buffer).set(bytes)
    return result
  }
  if (kind === 'bfloat') {
    const word = new DataView(new ArrayBuffer(4))
    return each((at) => {
      word.setUint32(0, view.getUint16(at, true) << 16)
      return word.getFloat32(0)
    })
  }
  if (kind === 'signed') return each((at) => size === 1 ? view.getInt8(at) : size === 2 ? view.getInt16(at, true) : size === 4 ? view.getInt32(at, true) : Number(view.getBigInt64(at, true)))
  if (kind === 'unsigned') return each((at) => size === 1 ? view.getUint8(at) : size === 2 ? view.getUint16(at, true) : size === 4 ? view.getUint32(at, true) : Number(view.getBigUint64(at, true)))
  throw new Unreadable({ en: `${shown(name)} holds no numbers that Graft reads`, zh: `${shown(name)} 中没有 Graft 能读取的数值` })
}

/**
 * An attribute's name and its text; undefined where it holds something else. Source: as above, IV.A.2.m.
 * @throws Unreadable
 */
export function readAttribute(bytes: Bytes, cursor: Cursor): { name: string, texts?: string[] } {
  const version = cursor.byte()
  if (version < 1 || version > 3) throw new Unreadable({ en: 'it holds attributes of an unknown version', zh: '其中的属性版本未知' })
  const flags = cursor.byte()
  const [nameSize, typeSize, spaceSize] = [cursor.short(), cursor.short(), cursor.short()]
  if (version === 3) cursor.skip(1)
  const padded = (size: number): number => version === 1 ? Math.ceil(size / 8) * 8 : size
  const part = (size: number): Cursor => {
    const inner = cursor.part(size)
    // What fills the last part up may be left out.
    cursor.skip(Math.min(padded(size) - size, cursor.left))
    return inner
  }
  const name = part(nameSize).text(nameSize)
  const [typePart, spacePart] = [part(typeSize), part(spaceSize)]
  // A type or a shape that is kept elsewhere.
  if (version > 1 && (flags & 3) !== 0) return { name }
  const type = readDatatype(typePart)
  const shape = readDataspace(spacePart)
  if ((type.kind !== 'text' && type.kind !== 'texts') || !shape) return { name }
  const count = numbersIn(shape)
  if (type.size === 0 || !(count * type.size <= cursor.left)) throw new Unreadable({ en: `its attribute ${shown(name)} does not fill its shape`, zh: `其属性 ${shown(name)} 与其形状不符` })
  const texts = Array.from({ length: count }, () => {
    bytes.step()
    if (type.kind === 'texts') return heapText(bytes, cursor.part(type.size))
    bytes.spend(type.size)
    return cursor.text(type.size)
  })
  return { name, texts }
}

/** Text of varying length, which lies in a global heap. Source: as above, III.E. */
function heapText(bytes: Bytes, reference: Cursor): string {
  const length = reference.int()
  const address = reference.address()
  const wanted = reference.int()
  if (length === 0 || address === undefined || address === 0) return ''
  const heap = bytes.structure(address, 'GCOL').skip(4)
  const objects = bytes.at(heap.position + 8, heap.long() - 16)
  while (objects.left >= 16) {
    bytes.step()
    const index = objects.short()
    const size = objects.skip(6).long()
    if (index === wanted) {
      bytes.spend(Math.min(length, size))
      return objects.part(size).text(Math.min(length, size))
    }
    if (index === 0) break
    objects.skip(Math.min(Math.ceil(size / 8) * 8, objects.left))
  }
  throw new Unreadable({ en: 'a text is not where it should be', zh: '某段文本不在应有的位置' })
}
