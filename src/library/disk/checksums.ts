import { createHash } from 'node:crypto'
import * as fs from 'node:fs/promises'
import * as zlib from 'node:zlib'

/** CRC-32 (ISO 3309) of some bytes: tells damaged bytes from whole ones, for a fraction of what SHA-256 costs. */
export const crc32: (bytes: Uint8Array) => number =
  // Electron's Node in development has none of its own.
  typeof zlib.crc32 === 'function' ? (bytes) => zlib.crc32(bytes) : crc32InJavaScript

let table: Uint32Array | undefined

/** The same, a byte at a time. */
function crc32InJavaScript(bytes: Uint8Array): number {
  table ??= Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
    return value
  })
  let sum = 0xffffffff
  for (let index = 0; index < bytes.length; index++) sum = table[(sum ^ bytes[index]!) & 0xff]! ^ (sum >>> 8)
  return (sum ^ 0xffffffff) >>> 0
}

const chunkBytes = 4 << 20

/** SHA-256 of a whole file in hex, read a few MiB at a time; each part is shown to `onChunk` too. @throws system errors as they are */
export async function sha256OfFile(path: string, onChunk?: (chunk: Uint8Array) => void): Promise<string> {
  const hash = createHash('sha256')
  const handle = await fs.open(path)
  try {
    const buffer = new Uint8Array(chunkBytes)
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length)
      if (bytesRead === 0) return hash.digest('hex')
      const chunk = buffer.subarray(0, bytesRead)
      hash.update(chunk)
      onChunk?.(chunk)
    }
  } finally {
    await handle.close()
  }
}

export const sha256Of = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')

type Fields = Record<string, unknown>

/**
 * The seal over some fields of a JSON object: their values as JSON, so that line breaks and the order of fields do not
 * matter. A field that ends in `?` counts only where the record has it: what earlier versions sealed without it still fits.
 */
function sealOf(record: Fields, fields: readonly string[]): string {
  const values = fields.flatMap((field) => {
    if (!field.endsWith('?')) return [record[field] ?? null]
    const value = record[field.slice(0, -1)]
    return value === undefined ? [] : [value]
  })
  return sha256Of(JSON.stringify(values)).slice(0, 16)
}

/** A record with a seal over those of its fields that answers are made of. Names, states and times may change without it. */
export const sealed = <T extends object>(record: T, fields: readonly string[]): T & { seal: string } =>
  ({ ...record, seal: sealOf(record as Fields, fields) })

/** Whether a record that was read fits its seal; one without (of an earlier version) does. */
export function fitsItsSeal(record: unknown, fields: readonly string[]): boolean {
  if (typeof record !== 'object' || record === null || !('seal' in record)) return true
  return record.seal === sealOf(record as Fields, fields)
}

/** What of a model's `graft.json` answers are made of. */
export const sealedModelFields = ['architecture', 'input', 'normalisation', 'classes', 'classifier', 'definition', 'files', 'calibration?'] as const
