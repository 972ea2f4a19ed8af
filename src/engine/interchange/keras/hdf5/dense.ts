import { Unreadable } from '../../../safetensors/header'
import type { Bytes, Cursor } from './bytes'

const unknown = () => new Unreadable({ en: 'it keeps its names in a form that Graft does not read', zh: '其名称的存储形式无法读取' })
/** Bytes that numbers up to this one take. */
const bytesUpTo = (most: number): number => Math.floor(Math.log2(Math.max(1, most)) / 8) + 1

/**
 * Links or attributes of an object that has many of them: a fractal heap holds them, a B-tree of version 2 lists them by name.
 * Source: HDF5 File Format Specification 3.0, III.A.2 and III.G.
 * @param idAt where in a record its heap identifier begins
 * @throws Unreadable
 */
export function denseMessages(bytes: Bytes, heap: number, index: number, idAt: number): Cursor[] {
  const objectOf = openHeap(bytes, heap)
  return records(bytes, index).map((record) => objectOf(record.skip(idAt)))
}

/** A B-tree's records, in its order. */
function records(bytes: Bytes, address: number): Cursor[] {
  const head = bytes.structure(address, 'BTHD').skip(2)
  const nodeSize = head.int()
  const [size, depth] = [head.short(), head.short()]
  const root = head.skip(2).address()
  const count = head.short()
  if (size === 0 || depth > 8) throw unknown()
  const leaf = Math.floor((nodeSize - 10) / size)
  const countBytes = bytesUpTo(leaf)
  // By depth: bytes of the count of all records below a child.
  const totalBytes = [0]
  for (let level = 1, below = leaf; level <= depth; level++) {
    const pointer = 8 + countBytes + totalBytes[level - 1]!
    const most = Math.floor((nodeSize - 10 - pointer) / (size + pointer))
    below = (most + 1) * below + most
    if (!Number.isSafeInteger(below)) throw unknown()
    totalBytes.push(bytesUpTo(below))
  }
  const found: Cursor[] = []
  const visit = (node: number, entries: number, level: number): void => {
    const cursor = bytes.structure(node, level === 0 ? 'BTLF' : 'BTIN').skip(2)
    for (let entry = 0; entry < entries; entry++) {
      bytes.step()
      found.push(cursor.part(size))
    }
    for (let child = 0; level > 0 && child <= entries; child++) {
      const to = cursor.address()
      const below = cursor.whole(countBytes)
      cursor.skip(totalBytes[level - 1]!)
      if (to === undefined) throw unknown()
      visit(to, below, level - 1)
    }
  }
  if (root !== undefined) visit(root, count, depth)
  return found
}

/** Reads heap identifiers. */
function openHeap(bytes: Bytes, address: number): (id: Cursor) => Cursor {
  const head = bytes.structure(address, 'FRHP').skip(3)
  if (head.short() !== 0) throw unknown()
  const mostManaged = head.skip(1).int()
  head.skip(12 * 8)
  const width = head.short()
  const [start, mostDirect] = [head.long(), head.long()]
  const bits = head.short()
  const root = head.skip(2).address()
  const rows = head.short()
  if (width === 0 || start === 0 || bits > 48 || rows > 64 || root === undefined) throw unknown()
  const offsetBytes = Math.ceil(bits / 8)
  const lengthBytes = Math.min(Math.ceil(Math.log2(mostDirect) / 8), bytesUpTo(mostManaged))
  const directRows = Math.log2(mostDirect / start) + 2
  const rowSize = (row: number): number => row === 0 ? start : start * 2 ** (row - 1)

  /** Where in the file a place of the heap lies, from a block that begins at `base` of the heap. */
  const locate = (offset: number, block: number, base: number, blockRows: number): number => {
    bytes.step()
    if (blockRows === 0) return block + offset - base
    const entries = bytes.structure(block, 'FHIB').skip(1 + 8 + offsetBytes)
    for (let row = 0, begin = base; row < blockRows; row++) {
      for (let column = 0; column < width; column++, begin += rowSize(row)) {
        bytes.step()
        const child = entries.address()
        if (offset < begin || offset >= begin + rowSize(row)) continue
        if (child === undefined) throw unknown()
        return locate(offset, child, begin, row < directRows ? 0 : Math.log2(rowSize(row) / (start * width)) + 1)
      }
    }
    throw unknown()
  }
  return (id) => {
    const kind = id.byte()
    if ((kind & 0x30) === 0x20) return id.part((kind & 0x0f) + 1)
    if ((kind & 0x30) !== 0) throw unknown()
    const [offset, length] = [id.whole(offsetBytes), id.whole(lengthBytes)]
    return bytes.at(locate(offset, root, 0, rows), length)
  }
}
