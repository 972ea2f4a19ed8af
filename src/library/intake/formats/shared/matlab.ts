import { createReadStream } from 'node:fs'
import * as fs from 'node:fs/promises'
import { basename } from 'node:path'
import { createInflate } from 'node:zlib'
import { type GraftError, systemCode } from '../../../../contract/errors'
import { throwIfCancelled } from '../../../cancel'
import { namingFile } from '../../../disk/files'
import { damaged, largestGzipRatio, truncated } from '../../reading/bytes'

/** One array of numbers in a MATLAB file: where it lies, not its content. */
export interface MatlabArray {
  name: string
  dimensions: number[]
  /** Of its elements. */
  type: NumberType
  /** Bytes of all elements. */
  bytes: number
  /** Where its element begins in the file, how long that is, and whether it is compressed. */
  element: { from: number, bytes: number, compressed: boolean }
  /** Where its elements begin, counted in the (unpacked) element. */
  dataFrom: number
}

type NumberType = keyof typeof numberTypes
/** Bytes of one number, by the codes of the format. */
const numberTypes = { 1: 1, 2: 1, 3: 2, 4: 2, 5: 4, 6: 4, 7: 4, 9: 8 } as const
const matrixType = 14
const compressedType = 15
const headerBytes = 128
/** Enough for the header of an array: flags, sizes and name. */
const arrayHeaderBytes = 4096
const mostElements = 1000
/** Numbers are filled up to a multiple of eight bytes. */
const mostPadding = 7

/** Whether bytes begin as a MATLAB 5 file in little-endian order does. */
export function isMatlab(start: Uint8Array): boolean {
  return start.length >= headerBytes && start[124] === 0 && start[125] === 1 && start[126] === 0x49 && start[127] === 0x4d
}

/**
 * The arrays of numbers in a MATLAB 5 file ("MAT-File Format", The MathWorks): headers only, whatever the file's size.
 * Everything else in it (text, structures, objects) is passed over.
 *
 * Our own code: the one library, mat-for-js, is under the GPL, and makes a number of JavaScript of every byte, 750 MB for
 * 10,000 of SVHN's 73,257 images (docs/formats.md).
 * @throws `archive-truncated`, `archive-damaged`
 */
export async function listMatlabArrays(path: string): Promise<MatlabArray[]> {
  const name = basename(path)
  let handle: fs.FileHandle | undefined
  try {
    handle = await fs.open(path)
    const { size } = await handle.stat()
    if (!isMatlab(await readAt(handle, 0, headerBytes))) throw damaged(name, 'not a MATLAB 5 file')
    const arrays: MatlabArray[] = []
    let from = headerBytes
    for (let count = 0; from < size; count++) {
      if (count === mostElements) throw damaged(name, `more than ${mostElements} variables`)
      const tag = await readAt(handle, from, 8)
      if (tag.length < 8) throw truncated(name)
      const type = tag.readUInt32LE(0)
      const bytes = tag.readUInt32LE(4)
      if (from + 8 + bytes > size) throw truncated(name)
      const element = { from: from + 8, bytes, compressed: type === compressedType }
      if (type === compressedType || type === matrixType) {
        const start = type === matrixType
          ? await readAt(handle, element.from, Math.min(bytes, arrayHeaderBytes)) : await inflateStart(path, element, name)
        const array = parseArray(type === matrixType ? start : afterTag(start, name), element, name)
        if (array) arrays.push({ ...array, dataFrom: array.dataFrom + (type === compressedType ? 8 : 0) })
      }
      from += 8 + bytes
    }
    return arrays
  } catch (error) {
    throw namingFile(error, path)
  } finally {
    await handle?.close()
  }
}

async function readAt(handle: fs.FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position)
  return buffer.subarray(0, bytesRead)
}

/** A compressed element holds one matrix, with a tag of its own. */
function afterTag(unpacked: Buffer, name: string): Buffer {
  if (unpacked.length < 8 || unpacked.readUInt32LE(0) !== matrixType) throw damaged(name, 'a compressed part that holds no array')
  return unpacked.subarray(8)
}

/**
 * The header of an array, from its first bytes; undefined for arrays of another kind than numbers.
 * @throws `archive-damaged` where sizes and bytes do not fit together
 */
export function parseArray(start: Buffer, element: MatlabArray['element'], fileName: string): MatlabArray | undefined {
  const wrong = (details: string): GraftError => damaged(fileName, details)
  let at = 0
  /** The next sub-element: where its data is, and where the next begins. */
  const next = (): { type: number, from: number, bytes: number, end: number } => {
    if (at + 8 > start.length) throw wrong('an array whose header is cut off')
    const first = start.readUInt32LE(at)
    const small = first >>> 16
    const found = small > 0
      ? { type: first & 0xffff, from: at + 4, bytes: small, end: at + 8 }
      : { type: first, from: at + 8, bytes: start.readUInt32LE(at + 4), end: 0 }
    if (small > 4) throw wrong('a small element that is too large')
    if (small === 0) found.end = found.from + Math.ceil(found.bytes / 8) * 8
    at = found.end
    return found
  }
  const flags = next()
  if (flags.type !== 6 || flags.bytes !== 8 || flags.end > start.length) throw wrong('an array without flags')
  const kind = start.readUInt32LE(flags.from) & 0xff
  const isComplex = (start.readUInt32LE(flags.from) & 0x800) !== 0
  const sizes = next()
  if (sizes.type !== 5 || sizes.bytes < 8 || sizes.bytes > 128 || sizes.bytes % 4 > 0 || sizes.end > start.length) throw wrong('an array without sizes')
  const dimensions = Array.from({ length: sizes.bytes / 4 }, (_, index) => start.readInt32LE(sizes.from + 4 * index))
  const label = next()
  if (label.type !== 1 || label.bytes > 63 || label.from + label.bytes > start.length) throw wrong('an array without a name')
  const name = start.subarray(label.from, label.from + label.bytes).toString('latin1')
  // Classes 6 to 15 are numbers from double to 64-bit integers.
  if (kind < 6 || kind > 15 || isComplex) return undefined
  const data = next()
  if (!(data.type in numberTypes)) return undefined
  const type = data.type as NumberType
  const count = dimensions.reduce((product, size) => product * size, 1)
  if (dimensions.some((size) => size < 0) || data.bytes !== count * numberTypes[type]) throw wrong(`the sizes of "${name}" do not fit its bytes`)
  const available = element.compressed ? element.bytes * largestGzipRatio + arrayHeaderBytes : element.bytes
  if (data.from + data.bytes > available) throw wrong(`"${name}" claims more than the file can hold`)
  return { name, dimensions, type, bytes: data.bytes, element, dataFrom: data.from }
}

/**
 * The numbers of an array as they lie in the file, in chunks; exactly `array.bytes` of them. The element is read to its
 * end, because zlib's checksum stands there.
 * @throws `archive-truncated`, `archive-damaged`
 */
export async function* readMatlabBytes(path: string, array: MatlabArray, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const name = basename(path)
  let before = array.dataFrom
  let left = array.bytes
  let beyond = 0
  for await (const chunk of elementBytes(path, array.element, name, signal)) {
    const part = chunk.subarray(Math.min(before, chunk.length))
    before -= chunk.length - part.length
    if (part.length === 0) continue
    const taken = part.subarray(0, Math.min(left, part.length))
    left -= taken.length
    beyond += part.length - taken.length
    if (beyond > mostPadding) throw damaged(name, `"${array.name}" goes on after its numbers`)
    if (taken.length > 0) yield taken
  }
  if (left > 0) throw truncated(name)
}

/** All numbers of a small array. @param most elements that are believed */
export async function readMatlabNumbers(path: string, array: MatlabArray, most: number, signal?: AbortSignal): Promise<Float64Array> {
  const size = numberTypes[array.type]
  if (array.bytes / size > most) throw damaged(basename(path), `"${array.name}" has more than ${most} numbers`)
  const bytes = Buffer.alloc(array.bytes)
  let done = 0
  for await (const chunk of readMatlabBytes(path, array, signal)) {
    bytes.set(chunk, done)
    done += chunk.length
  }
  const read: Record<NumberType, (at: number) => number> = {
    1: (at) => bytes.readInt8(at), 2: (at) => bytes.readUInt8(at), 3: (at) => bytes.readInt16LE(at), 4: (at) => bytes.readUInt16LE(at),
    5: (at) => bytes.readInt32LE(at), 6: (at) => bytes.readUInt32LE(at), 7: (at) => bytes.readFloatLE(at), 9: (at) => bytes.readDoubleLE(at)
  }
  return Float64Array.from({ length: bytes.length / size }, (_, index) => read[array.type](index * size))
}

async function inflateStart(path: string, element: MatlabArray['element'], name: string): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const chunk of elementBytes(path, { ...element, compressed: true }, name, undefined)) {
    parts.push(chunk)
    length += chunk.length
    if (length >= arrayHeaderBytes) break
  }
  return Buffer.concat(parts).subarray(0, arrayHeaderBytes)
}

async function* elementBytes(
  path: string, { from, bytes, compressed }: MatlabArray['element'], name: string, signal: AbortSignal | undefined
): AsyncGenerator<Uint8Array> {
  if (bytes === 0) return
  const file = createReadStream(path, { start: from, end: from + bytes - 1, highWaterMark: 1 << 18 })
  const stream = compressed ? createInflate({ chunkSize: 1 << 18 }) : file
  if (stream !== file) {
    file.on('error', (error) => stream.destroy(error))
    file.pipe(stream as ReturnType<typeof createInflate>)
  }
  try {
    for await (const chunk of stream) {
      throwIfCancelled(signal)
      yield chunk as Uint8Array
    }
  } catch (error) {
    const code = systemCode(error)
    throw code === 'Z_BUF_ERROR' ? truncated(name) : code?.startsWith('Z_') ? damaged(name, error) : namingFile(error, path)
  } finally {
    file.destroy()
    stream.destroy()
  }
}
