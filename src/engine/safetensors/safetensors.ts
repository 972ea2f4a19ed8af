import * as fs from 'node:fs/promises'
import { GraftError } from '../../contract/errors'
import type { Text } from '../../contract/text'
import { writePartsDurably } from '../../library/disk'
import { Bounds } from './bounds'
import type { ReadLimits } from './limits'
import {
  encodeHeader, headerLengthBytes, parseHeader, parseHeaderLength, shown, Unreadable, type HeaderEntry, type TensorToWrite
} from './header'
import { dataTypes, readNumbers } from './numbers'
import { bytesOf } from './bytes'

/** One tensor; every other number type of a file is brought to one of these two when it is read. */
type SafeTensor =
  | { dtype: 'F32', shape: number[], data: Float32Array }
  | { dtype: 'I32', shape: number[], data: Int32Array }

interface ReadOptions {
  /** Refuse NaN and infinity, naming the tensor. */
  finite?: boolean
  /** Bounds for files of somebody else's. */
  limits?: ReadLimits
}
interface Safetensors {
  tensors: Map<string, SafeTensor>
  metadata: Record<string, string>
}

/**
 * Writes a safetensors file (https://github.com/huggingface/safetensors, format): durable (temporary name, flush, rename), and
 * tensor by tensor, so that memory holds no second copy.
 *
 * @throws GraftError `disk-full`, `not-permitted` … naming the file; RangeError where a tensor's data does not fit its shape
 */
export async function writeSafetensors(
  path: string, tensors: ReadonlyMap<string, TensorToWrite>, metadata: Readonly<Record<string, string>> = {}
): Promise<void> {
  await writePartsDurably(path, [encodeHeader(tensors, metadata), ...[...tensors.values()].map(({ data }) => bytesOf(data))])
}

/**
 * Reads a safetensors file. Nothing in the file is trusted: the header's length, names, shapes and offsets are checked
 * against the file's size before any of it is used.
 *
 * @throws GraftError `safetensors-damaged` that names the file and says what is wrong; system errors as they are.
 */
export async function readSafetensors(path: string, options: ReadOptions = {}): Promise<Safetensors> {
  const handle = await fs.open(path, 'r')
  try {
    const { size } = await handle.stat()
    const read = async (from: number, length: number): Promise<Uint8Array<ArrayBuffer>> => {
      const bytes = new Uint8Array(length)
      for (let done = 0; done < length;) {
        const { bytesRead } = await handle.read(bytes, done, Math.min(length - done, 0x40000000), from + done)
        if (bytesRead === 0) throw new Unreadable({ en: 'it ends too early', zh: '文件提前结束' })
        done += bytesRead
      }
      return bytes
    }
    const headerLength = parseHeaderLength(size < headerLengthBytes ? new Uint8Array(0) : await read(0, headerLengthBytes), size)
    const start = headerLengthBytes + headerLength
    const header = parseHeader(await read(headerLengthBytes, headerLength), size - start)
    const bounds = options.limits && new Bounds(path, options.limits)
    const tensors = new Map<string, SafeTensor>()
    for (const [name, entry] of header.entries) {
      bounds?.take((entry.to - entry.from) / dataTypes[entry.dtype])
      options.limits?.onProgress?.(entry.from, size - start)
      tensors.set(name, toTensor(name, entry, await read(start + entry.from, entry.to - entry.from), options))
    }
    return { tensors, metadata: header.metadata }
  } catch (error) {
    throw error instanceof Unreadable ? damaged(path, error.reason) : error
  } finally {
    await handle.close()
  }
}

/** A safetensors file in memory. */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, TensorToWrite>, metadata: Readonly<Record<string, string>> = {}
): Uint8Array {
  return Buffer.concat([encodeHeader(tensors, metadata), ...[...tensors.values()].map(({ data }) => bytesOf(data))])
}

/** The tensors of a file in memory. @throws GraftError `safetensors-damaged` with `name` in its sentence. */
export function decodeSafetensors(file: Uint8Array, name: string, options: ReadOptions = {}): Safetensors {
  try {
    const start = headerLengthBytes + parseHeaderLength(file.subarray(0, headerLengthBytes), file.length)
    const header = parseHeader(file.subarray(headerLengthBytes, start), file.length - start)
    const tensors = new Map<string, SafeTensor>()
    for (const [tensor, entry] of header.entries) {
      tensors.set(tensor, toTensor(tensor, entry, Uint8Array.from(file.subarray(start + entry.from, start + entry.to)), options))
    }
    return { tensors, metadata: header.metadata }
  } catch (error) {
    throw error instanceof Unreadable ? damaged(name, error.reason) : error
  }
}

/** @param bytes a buffer of its own, aligned */
function toTensor(
  name: string, { dtype, shape }: HeaderEntry, bytes: Uint8Array<ArrayBuffer>, options: ReadOptions
): SafeTensor {
  const data = readNumbers(dtype, bytes)
  if (data === undefined) {
    throw new Unreadable({ en: `tensor ${shown(name)} holds whole numbers beyond 32 bits`, zh: `张量 ${shown(name)} 含有超出 32 位的整数` })
  }
  if (data instanceof Int32Array) return { dtype: 'I32', shape, data }
  if (options.finite && !data.every((value) => Number.isFinite(value))) {
    throw new Unreadable({ en: `tensor ${shown(name)} holds numbers that are not finite`, zh: `张量 ${shown(name)} 含有非有限数值` })
  }
  return { dtype: 'F32', shape, data }
}

function damaged(name: string, reason: Text): GraftError {
  return new GraftError('safetensors-damaged', {
    en: `${name} is not a whole safetensors file: ${reason.en}.`,
    zh: `${name} 不是完整的 safetensors 文件：${reason.zh}。`
  }, { remedy: { en: 'Fetch or save the file again.', zh: '请重新获取或保存该文件。' } })
}
