import type { Bounds } from '../../../safetensors/bounds'
import type { FileTensor } from '../../shared/model-format'
import { dataTypes, readNumbers } from '../../../safetensors/numbers'
import { isStorageType, storageTypes } from './globals'
import { Unreadable } from './problems'
import type { PickleValue, StorageReference, TensorReference } from './values'

/** Bytes of a storage by the byte's place in it; a buffer of its own. */
type ReadStorage = (storage: StorageReference, from: number, length: number) => Promise<Uint8Array<ArrayBuffer>>

/** A file's object, how its numbers are read, and the names in it that Graft does not know. */
export interface OpenPickle { root: PickleValue, read: ReadStorage, unknown: ReadonlySet<string> }

export function bytesPerNumber({ type }: StorageReference): number {
  if (!isStorageType(type)) throw new Unreadable({ en: `it holds numbers of type ${type}`, zh: `其数值类型 ${type} 无法读取` })
  return dataTypes[storageTypes[type]]
}

/** The numbers of a tensor in the order of its shape. */
export async function readTensor(
  { storage, offset, shape, strides }: TensorReference, bounds: Bounds, read: ReadStorage
): Promise<FileTensor> {
  const numbers = shape.reduce((product, length) => product * length, 1)
  // A stride of zero repeats numbers: what is read and what it becomes both count.
  const span = numbers === 0 ? 0 : 1 + shape.reduce((sum, length, axis) => sum + (length - 1) * strides[axis]!, 0)
  bounds.take(Math.max(numbers, span))
  const size = bytesPerNumber(storage)
  const bytes = await read(storage, offset * size, span * size)
  const found = readNumbers(storageTypes[storage.type as keyof typeof storageTypes], bytes)
  // Counters that need more than 32 bits are no weights.
  const data = found instanceof Float32Array ? found : Float32Array.from(found ?? new Float32Array(span))
  return { shape, data: isContiguous(shape, strides) ? data : gather(data, shape, strides, numbers) }
}

function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false
    expected *= shape[axis]!
  }
  return true
}

function gather(data: Float32Array, shape: readonly number[], strides: readonly number[], numbers: number): Float32Array {
  const result = new Float32Array(numbers)
  const place = shape.map(() => 0)
  let at = 0
  for (let index = 0; index < numbers; index++) {
    result[index] = data[at]!
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += strides[axis]!
      if (++place[axis]! < shape[axis]!) break
      at -= strides[axis]! * shape[axis]!
      place[axis] = 0
    }
  }
  return result
}
