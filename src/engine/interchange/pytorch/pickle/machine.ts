import { callGlobal, globalOf, persistent } from './globals'
import { RunsCode, Unreadable } from './problems'
import { PickleSource, plain } from './source'
import { Global, Inert, Mark, PickleDictionary, PickleList, PickleTuple, type PickleValue, type StorageReference } from './values'

/** Values that a pickle of weights may make; a state dictionary makes about forty a tensor. */
const mostOperations = 5_000_000

interface Pickle {
  value: PickleValue
  /** The position after its `STOP`. */
  end: number
  /** Every storage that it names, by key. */
  storages: ReadonlyMap<string, StorageReference>
  /** Names of classes and functions that Graft does not know; what they would have made is carried along as data. */
  unknown: ReadonlySet<string>
}

/**
 * Reads one pickle (protocols 0 to 5) as data. Of Python's machine it has what dictionaries of tensors need, and no way to
 * call or make anything else: `REDUCE` calls what a list of known names gives. Whatever is made by another name is an object that
 * holds data and does nothing; names that act on the machine and the extension registry are refused.
 * Opcodes: Python's Lib/pickletools.py.
 *
 * @throws RunsCode, TooShort, Unreadable
 */
export function readPickle(bytes: Uint8Array, from = 0): Pickle {
  return new Machine(new PickleSource(bytes, from)).run()
}

class Machine {
  private stack: PickleValue[] = []
  private readonly memo = new Map<number, PickleValue>()
  private readonly storages = new Map<string, StorageReference>()
  private readonly unknown = new Set<string>()

  constructor(private readonly source: PickleSource) {}

  run(): Pickle {
    for (let operation = 0; operation < mostOperations; operation++) {
      const code = this.source.byte()
      if (code === 0x2e) return { value: this.pop(), end: this.source.position, storages: this.storages, unknown: this.unknown }
      this.step(code)
    }
    throw new Unreadable({ en: 'its pickle is too long', zh: '其 pickle 过长' })
  }

  private push(value: PickleValue): void {
    this.stack.push(value)
  }

  private pop(): PickleValue {
    const value = this.stack.pop()
    if (value === undefined || value instanceof Mark) throw this.malformed()
    return value
  }

  private top(): PickleValue {
    const value = this.stack.at(-1)
    if (value === undefined || value instanceof Mark) throw this.malformed()
    return value
  }

  private popToMark(): PickleValue[] {
    const at = this.stack.findLastIndex((value) => value instanceof Mark)
    if (at < 0) throw this.malformed()
    const values = this.stack.splice(at)
    return values.slice(1)
  }

  private malformed(): Unreadable {
    return new Unreadable({ en: `its pickle is malformed at byte ${this.source.position}`, zh: `其 pickle 在第 ${this.source.position} 字节处格式有误` })
  }

  private recall(key: number): void {
    const value = this.memo.get(key)
    if (value === undefined) throw this.malformed()
    this.push(value)
  }

  private step(code: number): void {
    const { source } = this
    switch (String.fromCharCode(code)) {
      case '\x80': return void source.byte() // PROTO
      case '\x95': return void source.length64() // FRAME
      case '(': return this.push(new Mark())
      case '0': return void this.pop()
      case '1': return void this.popToMark()
      case '2': return this.push(this.top())
      case 'N': return this.push(null)
      case '\x88': return this.push(true)
      case '\x89': return this.push(false)
      case 'I': return this.push(this.textInteger(source.line()))
      case 'J': return this.push(source.signed32())
      case 'K': return this.push(source.byte())
      case 'M': return this.push(source.unsigned16())
      case 'L': return this.push(this.textInteger(source.line().replace(/L$/, '')))
      case '\x8a': return this.push(source.integer(source.byte()))
      case '\x8b': return this.push(source.integer(source.unsigned32()))
      case 'F': return this.push(this.textNumber(source.line()))
      case 'G': return this.push(source.double())
      case 'S': return this.push(source.line().replace(/^(['"])(.*)\1$/, '$2'))
      case 'V': return this.push(source.line())
      case 'T':
      case 'X': return this.push(source.text(source.unsigned32()))
      case 'U':
      case '\x8c': return this.push(source.text(source.byte()))
      case '\x8d': return this.push(source.text(source.length64()))
      case 'B': return this.push(source.data(source.unsigned32()))
      case 'C': return this.push(source.data(source.byte()))
      case '\x8e': return this.push(source.data(source.length64()))
      case ')': return this.push(new PickleTuple([]))
      case 't': return this.push(new PickleTuple(this.popToMark()))
      case '\x85': return this.tuple(1)
      case '\x86': return this.tuple(2)
      case '\x87': return this.tuple(3)
      case ']': return this.push(new PickleList())
      case 'l': return this.list(this.popToMark())
      case 'a': return this.append([this.pop()])
      case 'e': return this.append(this.popToMark())
      case '}': return this.push(new PickleDictionary())
      case 'd': return this.dictionary(this.popToMark())
      case 's': return this.setItems([this.pop(), this.pop()].reverse())
      case 'u': return this.setItems(this.popToMark())
      case '\x8f': return this.push(new Inert()) // a set
      case '\x90': return void this.popToMark()
      case '\x91': return void (this.popToMark(), this.push(new Inert()))
      case 'p': return void this.memo.set(this.key(source.line()), this.top())
      case 'q': return void this.memo.set(source.byte(), this.top())
      case 'r': return void this.memo.set(source.unsigned32(), this.top())
      case '\x94': return void this.memo.set(this.memo.size, this.top())
      case 'g': return this.recall(this.key(source.line()))
      case 'h': return this.recall(source.byte())
      case 'j': return this.recall(source.unsigned32())
      case 'c': return this.global(source.line(), source.line())
      case '\x93': return this.stackGlobal()
      case 'R':
      case '\x81': return this.call()
      case 'b': return this.build()
      case 'Q': return this.storage()
      case 'i': {
        this.global(source.line(), source.line())
        const callee = this.pop()
        return this.object([callee, ...this.popToMark()])
      }
      case 'o': return this.object(this.popToMark())
      case '\x92': { // with named arguments
        this.pop()
        this.pop()
        return this.object([this.pop()])
      }
      case '\x82':
      case '\x83':
      case '\x84': throw new RunsCode('an extension of its registry')
      default: throw new Unreadable({
        en: `its pickle has the unknown operation ${code} at byte ${source.position - 1}`, zh: `其 pickle 在第 ${source.position - 1} 字节处有未知操作 ${code}`
      })
    }
  }

  private textInteger(text: string): PickleValue {
    if (text === '00' || text === '01') return text === '01'
    if (!/^-?\d{1,150}$/.test(text)) throw this.malformed()
    return plain(BigInt(text))
  }

  private textNumber(text: string): number {
    const value = Number(text)
    if (text.trim() === '' || Number.isNaN(value)) throw this.malformed()
    return value
  }

  private key(text: string): number {
    if (!/^\d{1,9}$/.test(text)) throw this.malformed()
    return Number(text)
  }

  private tuple(length: number): void {
    const items = Array.from({ length }, () => this.pop()).reverse()
    this.push(new PickleTuple(items))
  }

  private list(items: readonly PickleValue[]): void {
    this.push(new PickleList())
    this.append(items)
  }

  private append(items: readonly PickleValue[]): void {
    const list = this.top()
    // An inert object may be filled as well; what it holds is of no use.
    if (list instanceof PickleList) for (const item of items) list.items.push(item)
    else if (!(list instanceof Inert)) throw this.malformed()
  }

  private dictionary(items: readonly PickleValue[]): void {
    this.push(new PickleDictionary())
    this.setItems(items)
  }

  private setItems(items: readonly PickleValue[]): void {
    const dictionary = this.top()
    if (items.length % 2 !== 0) throw this.malformed()
    if (!(dictionary instanceof PickleDictionary || dictionary instanceof Inert)) throw this.malformed()
    for (let at = 0; at < items.length; at += 2) dictionary.entries.set(items[at]!, items[at + 1]!)
  }

  private stackGlobal(): void {
    const [name, module] = [this.pop(), this.pop()]
    if (typeof name !== 'string' || typeof module !== 'string') throw this.malformed()
    this.global(module, name)
  }

  private global(module: string, name: string): void {
    const global = globalOf(module, name)
    if (!global.known && this.unknown.size < 1_000) this.unknown.add(global.name)
    this.push(global)
  }

  /** An object that is made of a class and its arguments: nothing of the kind is known, so it is one without life. */
  private object([callee]: readonly PickleValue[]): void {
    if (!(callee instanceof Global)) throw new RunsCode('an object of something that is no name')
    this.push(new Inert(callee.name))
  }

  /** BUILD: what fills an object. A dictionary's own attributes are not read. */
  private build(): void {
    const state = this.pop()
    const object = this.top()
    if (!(object instanceof Inert)) return
    for (const part of state instanceof PickleTuple ? state.items : [state]) {
      if (part instanceof PickleDictionary) for (const [key, value] of part.entries) object.entries.set(key, value)
    }
  }

  private storage(): void {
    const storage = persistent(this.pop())
    this.storages.set(storage.key, storage)
    this.push(storage)
  }

  private call(): void {
    const args = this.pop()
    this.push(callGlobal(this.pop(), args))
  }
}
