import * as fs from 'node:fs/promises'
import { join, sep } from 'node:path'
import { exists } from '../../../library/disk'
import { shown, Unreadable } from '../../safetensors/header'
import { halfToFloat } from '../../safetensors/numbers'
import { withFile } from '../shared/random-access'
import type { ManifestWeight, WeightGroup } from './manifest'

/** The bytes of a group's files, one after the other. @throws Unreadable where they are missing, lead out of the folder or do not add up */
export async function readGroup(folder: string, { paths, bytes }: WeightGroup): Promise<Uint8Array<ArrayBuffer>> {
  const result = new Uint8Array(bytes)
  const inside = await fs.realpath(folder)
  let at = 0
  for (const name of paths) {
    const path = join(folder, ...name.split('/'))
    if (!await exists(path)) throw new Unreadable({ en: `its file ${shown(name)} is missing`, zh: `缺少其文件 ${shown(name)}` })
    // A link may lead out where no name does.
    if (!(await fs.realpath(path)).startsWith(inside + sep)) {
      throw new Unreadable({ en: `its file ${shown(name)} lies outside its folder`, zh: `其文件 ${shown(name)} 位于文件夹之外` })
    }
    await withFile(path, async (file) => {
      if (at + file.size > bytes) throw new Unreadable({ en: `${shown(name)} is longer than its weights`, zh: `${shown(name)} 比其权重更长` })
      result.set(await file.read(0, file.size), at)
      at += file.size
    })
  }
  if (at !== bytes) throw new Unreadable({ en: `the files of ${shown(paths[0] ?? '')} hold ${at} bytes where its weights take ${bytes}`, zh: `${shown(paths[0] ?? '')} 等文件共 ${at} 字节，而权重需要 ${bytes} 字节` })
  return result
}

/**
 * A weight's numbers in 32 bits.
 * @param bytes a buffer of its own
 */
export function numbersOf({ stored, scale, minimum }: ManifestWeight, bytes: Uint8Array<ArrayBuffer>): Float32Array {
  switch (stored) {
    case 'float32': return new Float32Array(bytes.buffer)
    case 'int32': return Float32Array.from(new Int32Array(bytes.buffer))
    case 'float16': return Float32Array.from(new Uint16Array(bytes.buffer), halfToFloat)
    case 'uint16': return Float32Array.from(new Uint16Array(bytes.buffer), (value) => value * scale + minimum)
    case 'bool':
    case 'uint8': return Float32Array.from(bytes, (value) => value * scale + minimum)
  }
}
