import { shown, Unreadable } from '../../../safetensors/header'
import { Bytes } from './bytes'
import { denseMessages } from './dense'
import { messageTypes, readHeader, type Message } from './object-header'
import { linkOf, symbolTableLinks } from './links'
import { floatsOf, numbersIn, readAttribute, readDataspace, readDatatype } from './values'

/** Bytes of numbers that lie in chunks, by the path of their dataset: HDF5's own library unpacks them before (`chunks.ts`). */
export type Unpacked = ReadonlyMap<string, Uint8Array>

/** Numbers that lie in chunks, and that nobody has unpacked. */
export class InChunks extends Unreadable {
  /** @param bytes of all of them, once unpacked */
  constructor(readonly path: string, readonly bytes: number) {
    super({ en: `the numbers of ${shown(path)} lie in chunks that could not be unpacked`, zh: `${shown(path)} 的数值分块存储，未能解包` })
  }
}

/** Numbers in an HDF5 file: how many there are is known before they are read. */
interface Dataset { shape: readonly number[], read(): Float32Array }

const signature = '\x89HDF\r\n\x1a\n'
export const isHdf5 = (head: Uint8Array): boolean => new TextDecoder('latin1').decode(head.subarray(0, 8)).slice(1) === signature.slice(1) && head[0] === 0x89

/**
 * An HDF5 file: groups, attributes of text, numbers that lie in one piece, which is what Keras writes. Soft and external links and
 * numbers in other files are refused; every address is checked, and only so many structures are read. The library itself (as
 * WebAssembly) writes Graft's files and unpacks chunks, but a damaged file can keep it busy for ever: here it does so in a thread.
 *
 * Source: HDF5 File Format Specification 3.0, versions 0 to 3 of the superblock.
 */
export class Hdf5File {
  private readonly bytes: Bytes
  readonly root: Hdf5Object

  /** @throws Unreadable */
  constructor(content: Uint8Array, unpacked: Unpacked = new Map()) {
    if (!isHdf5(content)) throw new Unreadable({ en: 'it does not begin as an HDF5 file', zh: '文件开头不是 HDF5' })
    this.bytes = new Bytes(content)
    this.root = new Hdf5Object(this.bytes, this.rootAddress(), '/', unpacked)
  }

  private rootAddress(): number {
    const head = this.bytes.at(8)
    const version = head.byte()
    if (version > 3) throw new Unreadable({ en: `it is of version ${version}`, zh: `文件版本为 ${version}` })
    if (version < 2) head.skip(4)
    if (head.byte() !== 8 || head.byte() !== 8) throw new Unreadable({ en: 'its addresses are not of 8 bytes', zh: '其地址不是 8 字节' })
    if (version < 2) head.skip(version === 0 ? 9 : 13)
    else head.skip(1)
    if (head.address() !== 0) throw new Unreadable({ en: 'something stands before its content', zh: '其内容之前还有其他数据' })
    const root = version < 2 ? head.skip(3 * 8 + 8).address() : head.skip(2 * 8).address()
    if (root === undefined) throw new Unreadable({ en: 'it has no root', zh: '文件没有根' })
    return root
  }
}

/** Groups within groups that one path may lead through. */
const deepest = 64

/** A group, or a dataset, by its path. */
export class Hdf5Object {
  private readonly messages: Message[]
  private found: ReadonlyMap<string, number> | undefined

  constructor(private readonly bytes: Bytes, address: number, readonly path: string, private readonly unpacked: Unpacked) {
    this.messages = readHeader(bytes, address)
  }

  private first(type: number): Message | undefined {
    const message = this.messages.find((candidate) => candidate.type === type)
    if (message?.shared) throw new Unreadable({ en: `${shown(this.path)} shares its description with others`, zh: `${shown(this.path)} 与其他对象共用描述` })
    return message
  }

  /** Text that stands with it, by name: one, or a list. @throws Unreadable */
  attributes(): Map<string, string[]> {
    const contents = this.messages.filter(({ type, shared }) => type === messageTypes.attribute && !shared).map(({ content }) => content())
    const info = this.first(messageTypes.attributeInfo)?.content()
    if (info) {
      const ordered = info.skip(1).byte() & 1
      const [heap, index] = [info.skip(ordered ? 2 : 0).address(), info.address()]
      if (heap !== undefined && index !== undefined) for (const content of denseMessages(this.bytes, heap, index, 0)) contents.push(content)
    }
    return new Map(contents.map((content) => readAttribute(this.bytes, content)).flatMap(({ name, texts }) => texts ? [[name, texts] as const] : []))
  }

  /** Names of what is in it; none in a dataset. @throws Unreadable */
  names(): string[] {
    return [...this.links().keys()]
  }

  /** What lies under a path below. @throws Unreadable where it is missing or a link that Graft does not follow */
  get(path: string): Hdf5Object {
    const object = this.find(path)
    if (!object) throw new Unreadable({ en: `it has no ${shown(`${this.path}/${path}`.replace(/^\/+/, ''))}`, zh: `其中没有 ${shown(`${this.path}/${path}`.replace(/^\/+/, ''))}` })
    return object
  }

  find(path: string): Hdf5Object | undefined {
    const parts = path.split('/').filter((part) => part !== '')
    if (parts.length > deepest) throw new Unreadable({ en: 'its groups are too deep', zh: '其组的嵌套过深' })
    return parts.reduce<Hdf5Object | undefined>((object, name) => {
      const address = object?.links().get(name)
      return address === undefined ? undefined : new Hdf5Object(this.bytes, address, object!.path === '/' ? name : `${object!.path}/${name}`, this.unpacked)
    }, this)
  }

  private links(): ReadonlyMap<string, number> {
    if (this.found) return this.found
    const links = new Map<string, number>()
    const table = this.first(messageTypes.symbolTable)?.content()
    if (table) for (const [name, address] of symbolTableLinks(this.bytes, table)) links.set(name, address)
    for (const { type, content } of this.messages) if (type === messageTypes.link) links.set(...linkOf(this.bytes, content()))
    const info = this.first(messageTypes.linkInfo)?.content()
    if (info) {
      const ordered = info.skip(1).byte() & 1
      const [heap, index] = [info.skip(ordered ? 8 : 0).address(), info.address()]
      // A record is the name's hash and the identifier.
      if (heap !== undefined && index !== undefined) for (const content of denseMessages(this.bytes, heap, index, 4)) links.set(...linkOf(this.bytes, content))
    }
    this.found = links
    return links
  }

  /** Its numbers; undefined where it is a group. @throws Unreadable where they lie in other files or outside the file; InChunks */
  dataset(): Dataset | undefined {
    const layout = this.first(messageTypes.layout)?.content()
    const [typeMessage, spaceMessage] = [this.first(messageTypes.datatype)?.content(), this.first(messageTypes.dataspace)?.content()]
    if (!layout || !typeMessage || !spaceMessage) return undefined
    const name = shown(this.path)
    if (this.first(messageTypes.externalFiles)) throw new Unreadable({ en: `the numbers of ${name} lie in another file`, zh: `${name} 的数值在另一个文件中` })
    const stored = readDatatype(typeMessage)
    // HDF5's types have no bfloat16 by name: Keras 3 writes two bytes without a meaning, and says beside them what they are.
    const isBfloat = stored.kind === 'opaque' && stored.size === 2 && this.attributes().get('dtype')?.[0] === 'bfloat16'
    const type = isBfloat ? { kind: 'bfloat' as const, size: 2 } : stored
    const shape = readDataspace(spaceMessage)
    if (!shape) throw new Unreadable({ en: `${name} holds nothing`, zh: `${name} 是空的` })
    const bytes = numbersIn(shape) * type.size
    if (!Number.isSafeInteger(bytes)) throw new Unreadable({ en: `${name} has an impossible shape`, zh: `${name} 的形状不可能存在` })
    const version = layout.byte()
    const kind = version < 3 ? layout.skip(1).byte() : layout.byte()
    if (kind === 2) {
      const found = this.unpacked.get(this.path)
      if (found?.length !== bytes) throw new InChunks(this.path, bytes)
      return { shape, read: () => floatsOf(type, found, this.path) }
    }
    if (kind === 0 && version >= 3) {
      const inside = layout.part(layout.short())
      return { shape, read: () => floatsOf(type, this.bytes.at(inside.position, Math.min(bytes, inside.left)).take(bytes), this.path) }
    }
    if (kind !== 1) throw new Unreadable({ en: `the numbers of ${name} lie in an unknown way`, zh: `${name} 的数值存储方式未知` })
    const address = version < 3 ? layout.skip(5).address() : layout.address()
    if (bytes > 0 && (address === undefined || address + bytes > this.bytes.size)) {
      throw new Unreadable({ en: `${name} claims ${bytes} bytes, which the file does not hold`, zh: `${name} 声称有 ${bytes} 字节，但文件中没有这么多` })
    }
    return { shape, read: () => floatsOf(type, bytes === 0 ? new Uint8Array(0) : this.bytes.at(address!, bytes).take(bytes), this.path) }
  }
}
