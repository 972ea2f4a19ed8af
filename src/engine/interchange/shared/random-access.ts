import * as fs from 'node:fs/promises'
import { Unreadable } from '../../safetensors/header'

/** Bytes that can be read from anywhere; each answer is a buffer of its own. */
export interface RandomAccess {
  size: number
  /** @throws Unreadable where the bytes end before */
  read(from: number, length: number): Promise<Uint8Array<ArrayBuffer>>
}

const tooShort = () => new Unreadable({ en: 'it ends too early', zh: '文件提前结束' })

export function bytesAccess(bytes: Uint8Array): RandomAccess {
  return {
    size: bytes.length,
    read: async (from, length) => {
      if (from + length > bytes.length) throw tooShort()
      return Uint8Array.from(bytes.subarray(from, from + length))
    }
  }
}

/** Opens a file for `use`, and closes it after. */
export async function withFile<Result>(path: string, use: (file: RandomAccess) => Promise<Result>): Promise<Result> {
  const handle = await fs.open(path, 'r')
  try {
    const { size } = await handle.stat()
    return await use({
      size,
      read: async (from, length) => {
        if (from + length > size) throw tooShort()
        const bytes = new Uint8Array(length)
        for (let done = 0; done < length;) {
          // A single read of 2 GiB or more fails on some systems.
          const { bytesRead } = await handle.read(bytes, done, Math.min(length - done, 0x40000000), from + done)
          if (bytesRead === 0) throw tooShort()
          done += bytesRead
        }
        return bytes
      }
    })
  } finally {
    await handle.close()
  }
}
