import { Unreadable } from '../../../safetensors/header'
import type { Bytes, Cursor } from './bytes'

/** Types of header messages that are read. */
export const messageTypes = {
  dataspace: 0x01, linkInfo: 0x02, datatype: 0x03, link: 0x06, externalFiles: 0x07, layout: 0x08, filters: 0x0b, attribute: 0x0c,
  continuation: 0x10, symbolTable: 0x11, attributeInfo: 0x15
} as const

/** Parts of one header; the library writes a handful. */
const mostBlocks = 1_000

/** A message of an object's header. */
export interface Message {
  type: number
  /** Its content lies elsewhere in the file. */
  shared: boolean
  /** A reader of its own for each use. */
  content(): Cursor
}

/**
 * The messages of an object's header, in its old form and in the one since HDF5 1.8.
 * Source: HDF5 File Format Specification 3.0, IV.A.1.
 * @throws Unreadable
 */
export function readHeader(bytes: Bytes, address: number): Message[] {
  bytes.step()
  const first = bytes.at(address).byte()
  return first === 1 ? oldHeader(bytes, address) : newHeader(bytes, address)
}

function oldHeader(bytes: Bytes, address: number): Message[] {
  const head = bytes.at(address).skip(2)
  const count = head.short()
  const size = head.skip(4).int()
  const messages: Message[] = []
  const blocks = [{ from: address + 16, length: size }]
  for (const { from, length } of blocks) {
    bytes.step()
    const cursor = bytes.at(from, length)
    while (cursor.left >= 8 && messages.length < count) {
      bytes.step()
      const [type, length, flags] = [cursor.short(), cursor.short(), cursor.byte()]
      add(bytes, messages, blocks, { type, flags }, cursor.skip(3).part(length))
    }
  }
  return messages
}

function newHeader(bytes: Bytes, address: number): Message[] {
  const head = bytes.structure(address, 'OHDR')
  if (head.byte() !== 2) throw new Unreadable({ en: 'it holds objects of an unknown version', zh: '其中的对象版本未知' })
  const flags = head.byte()
  head.skip((flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0))
  const length = head.whole(2 ** (flags & 3) > 4 ? 6 : 2 ** (flags & 3))
  if ((flags & 3) === 3) head.skip(2)
  const messages: Message[] = []
  const blocks = [{ from: head.position, length, first: true }]
  for (const { from, length, first } of blocks) {
    bytes.step()
    // Later blocks have a signature in front, and a checksum behind.
    const cursor = first ? bytes.at(from, length) : bytes.at(from, length).skip(4).part(length - 8)
    while (cursor.left >= 4) {
      bytes.step()
      const [type, size, messageFlags] = [cursor.byte(), cursor.short(), cursor.byte()]
      if (flags & 4) cursor.skip(2)
      add(bytes, messages, blocks, { type, flags: messageFlags }, cursor.part(size))
    }
  }
  return messages
}

function add(
  bytes: Bytes, messages: Message[], blocks: { from: number, length: number, first?: boolean }[],
  { type, flags }: { type: number, flags: number }, content: Cursor
): void {
  const { position, left } = content
  if (type === messageTypes.continuation) {
    const from = content.address()
    // Each place once: a header that goes on where it has been would have no end.
    if (from !== undefined && blocks.some((block) => block.from === from)) throw new Unreadable({ en: 'a header in it goes on in a circle', zh: '其中的一个头部循环引用' })
    if (blocks.length >= mostBlocks) throw new Unreadable({ en: 'a header in it has too many parts', zh: '其中的一个头部部分过多' })
    if (from !== undefined) blocks.push({ from, length: content.long(), first: false })
  }
  messages.push({ type, shared: (flags & 2) !== 0, content: () => bytes.at(position, left) })
}
