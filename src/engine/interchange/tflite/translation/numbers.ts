import { shown, Unreadable } from '../../../safetensors/header'
import { halfToFloat } from '../../../safetensors/numbers'
import type { ReadTensor } from '../reading/read'
import { types } from '../reading/types'

export interface Constant { shape: readonly number[], data: Float32Array }

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1)

const readers: Readonly<Record<number, { bytes: number, read: (view: DataView, at: number) => number }>> = {
  [types.float]: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  [types.half]: { bytes: 2, read: (view, at) => halfToFloat(view.getUint16(at, true)) },
  [types.int32]: { bytes: 4, read: (view, at) => view.getInt32(at, true) },
  [types.uint8]: { bytes: 1, read: (view, at) => view.getUint8(at) },
  [types.int64]: { bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
  [types.bool]: { bytes: 1, read: (view, at) => view.getUint8(at) },
  [types.int16]: { bytes: 2, read: (view, at) => view.getInt16(at, true) },
  [types.int8]: { bytes: 1, read: (view, at) => view.getInt8(at) }
}

/** A constant's real numbers: whole ones that stand for such are multiplied out. @throws Unreadable naming the tensor */
export function numbersOf({ name, shape, type, data, quantisation }: ReadTensor & { data: Uint8Array }): Constant {
  const reader = readers[type]
  if (!reader) throw new Unreadable({ en: `tensor ${shown(name)} is of type ${type}, which Graft does not read`, zh: `张量 ${shown(name)} 的类型 ${type} 无法读取` })
  const count = sizeOf(shape)
  const misfit = new Unreadable({ en: `tensor ${shown(name)} does not fill its shape`, zh: `张量 ${shown(name)} 与其形状不符` })
  if (!shape.every((length) => length >= 0) || !Number.isSafeInteger(count) || data.length !== count * reader.bytes) throw misfit
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const { bytes, read } = reader
  if (!quantisation) return { shape, data: Float32Array.from({ length: count }, (_, index) => read(view, index * bytes)) }
  const { scale, zeroPoint, axis } = quantisation
  const length = scale.length === 1 ? 1 : shape[axis]
  if (length !== scale.length) throw misfit
  const inner = scale.length === 1 ? count : sizeOf(shape.slice(axis + 1))
  return {
    shape, data: Float32Array.from({ length: count }, (_, index) => {
      const at = Math.floor(index / inner) % length
      return scale[at]! * (read(view, index * bytes) - (zeroPoint[at] ?? 0))
    })
  }
}
