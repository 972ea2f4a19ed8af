import { shown, Unreadable } from '../../../safetensors/header'
import type { Bytes, Cursor } from './bytes'

const refused = (name: string) => new Unreadable({ en: `its ${shown(name)} is a link, which Graft does not follow`, zh: `其中的 ${shown(name)} 是链接，Graft 不会跟随` })
const missing = () => new Unreadable({ en: 'a group leads nowhere', zh: '某个组没有内容' })

/**
 * A link message: its name and where it leads. Source: HDF5 File Format Specification 3.0, IV.A.2.g.
 * @throws Unreadable where it is a soft or an external link
 */
export function linkOf(bytes: Bytes, cursor: Cursor): [name: string, address: number] {
  const flags = cursor.skip(1).byte()
  const kind = flags & 0x08 ? cursor.byte() : 0
  if (flags & 0x04) cursor.skip(8)
  if (flags & 0x10) cursor.skip(1)
  const lengthBytes = 2 ** (flags & 3)
  const length = cursor.whole(Math.min(lengthBytes, 6))
  bytes.spend(length)
  const name = cursor.skip(Math.max(0, lengthBytes - 6)).text(length)
  if (kind !== 0) throw refused(name)
  const address = cursor.address()
  if (address === undefined) throw missing()
  return [name, address]
}

/**
 * The links of a group in the old form: a B-tree whose leaves list names in a local heap.
 * Source: as above, III.A.1, III.C and III.D.
 * @throws Unreadable
 */
export function symbolTableLinks(bytes: Bytes, message: Cursor): Map<string, number> {
  const [tree, heapAddress] = [message.address(), message.address()]
  if (tree === undefined || heapAddress === undefined) throw missing()
  const heap = bytes.structure(heapAddress, 'HEAP').skip(4)
  const heapSize = heap.long()
  const data = heap.skip(8).address()
  if (data === undefined) throw missing()
  const links = new Map<string, number>()
  const nodes = [{ address: tree, level: -1 }]
  for (const { address, level } of nodes) {
    if (level === 0) {
      leafLinks(bytes, address, data, heapSize, links)
      continue
    }
    const node = bytes.structure(address, 'TREE')
    if (node.byte() !== 0) throw missing()
    const below = node.byte()
    // Each level leads to the next one down.
    if (level > 0 && below !== level - 1) throw missing()
    const count = node.short()
    node.skip(16)
    for (let entry = 0; entry < count; entry++) {
      const child = node.skip(8).address()
      if (child === undefined) throw missing()
      nodes.push({ address: child, level: below })
    }
  }
  return links
}

function leafLinks(bytes: Bytes, address: number, data: number, heapSize: number, links: Map<string, number>): void {
  const leaf = bytes.structure(address, 'SNOD').skip(2)
  const count = leaf.short()
  for (let entry = 0; entry < count; entry++) {
    bytes.step()
    const offset = leaf.long()
    const header = leaf.address()
    const cached = leaf.int()
    leaf.skip(20)
    if (offset >= heapSize) throw missing()
    const name = bytes.at(data + offset).text(Math.min(heapSize - offset, bytes.size - data - offset))
    bytes.spend(name.length)
    if (cached === 2 || header === undefined) throw refused(name)
    links.set(name, header)
  }
}
