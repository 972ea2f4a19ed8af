import type { RandomAccess } from '../shared/random-access'
import { readPickle } from './pickle/machine'
import { TooShort, Unreadable } from './pickle/problems'
import { bytesPerNumber, type OpenPickle } from './pickle/tensors'
import { PickleDictionary, PickleList, type PickleValue, type StorageReference } from './pickle/values'

/** What every file of `torch.save` before 1.6 begins with. */
const magic = 0x1950a86a20f9469cfc6cn
const protocol = 1001
/** Most that the pickles in front of the numbers may take. */
const longestPickles = 64 << 20

/**
 * The older form of `torch.save`: four pickles (magic number, protocol, system, object), a fifth with the storages' keys, then
 * each storage as a 64-bit count and its numbers, in the order of the keys.
 * Source: PyTorch's torch/serialization.py, `_legacy_save`.
 */
export async function openLegacy(file: RandomAccess): Promise<OpenPickle> {
  const { root, unknown, storages, keys, end } = await readPickles(file)
  const places = await storagePlaces(file, keys, end, storages)
  return { root, unknown, read: async ({ key }, from, length) => file.read(places.get(key)! + from, length) }
}

interface Pickles { root: PickleValue, unknown: ReadonlySet<string>, storages: ReadonlyMap<string, StorageReference>, keys: string[], end: number }

async function readPickles(file: RandomAccess): Promise<Pickles> {
  for (let length = 1 << 20; ; length *= 4) {
    const bytes = await file.read(0, Math.min(length, file.size, longestPickles))
    try {
      return parse(bytes)
    } catch (error) {
      if (!(error instanceof TooShort) || bytes.length === file.size) throw error
      if (length >= longestPickles) throw new Unreadable({ en: 'its pickle is too long', zh: '其 pickle 过长' })
    }
  }
}

function parse(bytes: Uint8Array): Pickles {
  const first = readPickle(bytes)
  if (first.value !== magic) throw new Unreadable({ en: 'it does not begin as such a file', zh: '文件开头不符' })
  const second = readPickle(bytes, first.end)
  if (second.value !== protocol) throw new Unreadable({ en: 'it is of another version of the form', zh: '文件格式版本不同' })
  const system = readPickle(bytes, second.end)
  if (!(system.value instanceof PickleDictionary)) throw new Unreadable({ en: 'it does not say its system', zh: '文件未说明其系统' })
  if (system.value.entries.get('little_endian') === false) {
    throw new Unreadable({ en: 'its numbers are big-endian', zh: '其数值为大端序' })
  }
  const object = readPickle(bytes, system.end)
  const keys = readPickle(bytes, object.end)
  if (!(keys.value instanceof PickleList)) throw new Unreadable({ en: 'it does not list its storages', zh: '文件未列出其存储' })
  const names = keys.value.items.map((key) => {
    if (typeof key === 'string') return key
    throw new Unreadable({ en: 'it does not list its storages', zh: '文件未列出其存储' })
  })
  return { root: object.value, unknown: object.unknown, storages: object.storages, keys: names, end: keys.end }
}

/** Where each storage's numbers begin. @throws Unreadable where the file is shorter or a count differs */
async function storagePlaces(
  file: RandomAccess, keys: readonly string[], end: number, needed: ReadonlyMap<string, StorageReference>
): Promise<Map<string, number>> {
  const places = new Map<string, number>()
  let position = end
  for (const key of keys) {
    const storage = needed.get(key)
    if (position + 8 > file.size) throw new TooShort()
    const bytes = await file.read(position, 8)
    const count = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigInt64(0, true)
    // Only a referenced storage says how wide its numbers are, so what lies behind an unknown one cannot be found.
    if (!storage) throw new Unreadable({ en: `its storage ${key.slice(0, 40)} is used by no tensor`, zh: `其存储 ${key.slice(0, 40)} 未被任何张量使用` })
    if (count !== BigInt(storage.numbers)) {
      throw new Unreadable({ en: `storage ${key.slice(0, 40)} holds ${count} numbers, not ${storage.numbers}`, zh: `存储 ${key.slice(0, 40)} 含有 ${count} 个数，而非 ${storage.numbers} 个` })
    }
    position += 8
    places.set(key, position)
    position += storage.numbers * bytesPerNumber(storage)
    if (position > file.size) throw new TooShort()
  }
  const lost = [...needed.keys()].find((key) => !places.has(key))
  if (lost !== undefined) throw new Unreadable({ en: `storage ${lost.slice(0, 40)} is not there`, zh: `存储 ${lost.slice(0, 40)} 不存在` })
  return places
}
