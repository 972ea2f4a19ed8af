import * as fs from 'node:fs/promises'
import { dirname } from 'node:path'
import { namingFile, rename, syncFolder } from '../../library/disk/files'
import { newId } from '../../library/disk/ids'

/**
 * Writes a file part by part so that readers see the old or the new content, never half of it: temporary name, flush, rename,
 * flush of the folder. Memory holds no second copy of the parts.
 *
 * @throws GraftError `disk-full`, `not-permitted` … naming the file
 */
export async function writeParts(path: string, parts: Iterable<Uint8Array>): Promise<void> {
  const temporary = `${path}.${newId()}.tmp`
  try {
    const handle = await fs.open(temporary, 'wx')
    try {
      for (const part of parts) await writeAll(handle, part)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, path)
    await syncFolder(dirname(path))
  } catch (error) {
    await fs.rm(temporary, { force: true }).catch(() => undefined)
    throw namingFile(error, path)
  }
}

/** The bytes that a typed array stands on, in place. */
export const bytesOf = (data: Float32Array | Int32Array): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

async function writeAll(handle: fs.FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    // A single write of 2 GiB or more fails on some systems.
    const { bytesWritten } = await handle.write(bytes, done, Math.min(bytes.length - done, 0x4000000))
    done += bytesWritten
  }
}
