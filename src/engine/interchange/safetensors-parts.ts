import * as fs from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { GraftError } from '../../contract/errors'
import { exists } from '../../library/disk'
import type { ReadLimits } from '../safetensors/limits'
import { readSafetensors } from '../safetensors/safetensors'
import type { FileTensor } from './shared/model-format'

const indexSchema = z.looseObject({ weight_map: z.record(z.string(), z.string()) })
const longestIndex = 64 << 20

type Stored = Awaited<ReturnType<typeof readSafetensors>>['tensors'] extends ReadonlyMap<string, infer Tensor> ? Tensor : never
export const floats = ({ shape, data }: Stored): FileTensor => ({ shape, data: data instanceof Float32Array ? data : Float32Array.from(data) })

/**
 * The files of a model that lies in several: by its index (`model.safetensors.index.json`), or by one of them
 * (`model-00001-of-00002.safetensors`); undefined for a model in one file.
 * @throws GraftError `safetensors-parts` where the index is none, or a part is missing
 */
export async function partsOf(path: string): Promise<string[] | undefined> {
  const folder = dirname(path)
  const [, start, total] = /^(.*-)\d{5}-of-(\d{5})\.safetensors$/.exec(basename(path)) ?? []
  if (start !== undefined) {
    const count = Number(total)
    if (count === 1) return undefined
    return present(path, Array.from({ length: Math.min(count, 1_000) }, (_, index) => join(folder, `${start}${String(index + 1).padStart(5, '0')}-of-${total!}.safetensors`)))
  }
  if (!path.toLowerCase().endsWith('.index.json')) return undefined
  const names = await namesIn(path)
  return present(path, names.map((name) => join(folder, name)))
}

async function namesIn(path: string): Promise<string[]> {
  const wrong = problem(path, { en: 'it is no index of weight files', zh: '它不是权重文件的索引' })
  if ((await fs.stat(path)).size > longestIndex) throw wrong
  let content: unknown
  try {
    content = JSON.parse(await fs.readFile(path, 'utf8'))
  } catch {
    throw wrong
  }
  const names = [...new Set(Object.values(indexSchema.safeParse(content).data?.weight_map ?? {}))].sort()
  // Parts lie beside their index.
  if (names.length === 0 || names.some((name) => /[\\/:\0]/.test(name) || name.startsWith('.'))) throw wrong
  return names
}

async function present(path: string, parts: readonly string[]): Promise<string[]> {
  for (const part of parts) {
    if (!await exists(part)) throw problem(path, { en: `its part ${basename(part)} is not beside it`, zh: `缺少其分片 ${basename(part)}` })
  }
  return [...parts]
}

/** The tensors of all parts, in the order of their names, as one file would have them. */
export async function readParts(parts: readonly string[], limits: ReadLimits): Promise<Map<string, FileTensor>> {
  const found = new Map<string, FileTensor>()
  let left = limits.bytes
  for (const [index, part] of parts.entries()) {
    const { tensors } = await readSafetensors(part, { limits: { ...limits, bytes: left, tensors: limits.tensors - found.size } })
    for (const [name, tensor] of tensors) {
      found.set(name, floats(tensor))
      left -= 4 * tensor.data.length
    }
    limits.onProgress?.(index + 1, parts.length)
  }
  return new Map([...found].sort(([first], [second]) => first < second ? -1 : 1))
}

const problem = (path: string, reason: { en: string, zh: string }): GraftError => new GraftError('safetensors-parts', {
  en: `${path} is a model in several files, and cannot be read: ${reason.en}.`, zh: `${path} 是分片保存的模型，无法读取：${reason.zh}。`
}, { field: 'path', remedy: {
  en: 'Put all parts and the index into one folder, and choose the index or the folder.', zh: '请将全部分片与索引放在同一文件夹中，并选择索引或该文件夹。'
} })
