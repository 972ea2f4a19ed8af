import * as fs from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { GraftError } from '../../../contract/errors'
import type { ReadLimits } from '../../safetensors/limits'
import type { OnnxModel, OnnxTensor } from './messages'
import { shown, Unreadable } from '../../safetensors/header'

/** Bytes of the files that lie beside a model and hold its numbers, by name. */
export type FilesBeside = ReadonlyMap<string, Uint8Array>

/** Whether a tensor's numbers lie in a file of their own, as torch.onnx.export leaves them unless it is told otherwise. */
export const isElsewhere = ({ location, external }: OnnxTensor): boolean => location === 1 || external.length > 0

const said = ({ external }: OnnxTensor, wanted: string): string | undefined => external.find(({ key }) => key === wanted)?.value

/**
 * Reads what the initialisers name, from the model's own folder alone: a plain name, a plain file, all together no larger than a
 * model may be. A name that leads elsewhere is not followed; `numbersBeside` refuses its tensor.
 * @throws GraftError `weights-missing`, `model-too-large`
 */
export async function readBeside({ graph }: OnnxModel, path: string, limits: ReadLimits): Promise<FilesBeside> {
  const names = new Set(graph.initializers.filter(isElsewhere).flatMap((tensor) => said(tensor, 'location') ?? []))
  const files = new Map<string, Uint8Array>()
  let left = limits.bytes
  for (const name of names) {
    if (!isPlain(name)) continue
    const file = join(dirname(path), name)
    const facts = await fs.lstat(file).catch(() => undefined)
    if (!facts?.isFile()) throw missing(path, name)
    left -= facts.size
    if (left < 0) throw tooLarge(path, limits.bytes)
    files.set(name, await fs.readFile(file, { signal: limits.signal }))
  }
  return files
}

const isPlain = (name: string): boolean => name !== '' && name !== '.' && name !== '..' && basename(name) === name && !/[\\/:\0]/.test(name)

/** A tensor's bytes in the file beside. @throws Unreadable naming the tensor, where it says no such place */
export function numbersBeside(tensor: OnnxTensor, beside: FilesBeside): Uint8Array {
  const name = said(tensor, 'location') ?? ''
  const file = beside.get(name)
  if (!file) {
    throw new Unreadable({
      en: `the numbers of ${shown(tensor.name)} lie in another file (${shown(name)}), and Graft reads only files beside the model`,
      zh: `${shown(tensor.name)} 的数值在另一个文件（${shown(name)}）中，而 Graft 只读取与模型同一文件夹中的文件`
    })
  }
  const offset = Number(said(tensor, 'offset') ?? 0)
  const length = Number(said(tensor, 'length') ?? file.length - offset)
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0 || offset + length > file.length) {
    throw new Unreadable({
      en: `the numbers of ${shown(tensor.name)} lie beyond the end of ${shown(name)}`, zh: `${shown(tensor.name)} 的数值超出了 ${shown(name)} 的末尾`
    })
  }
  return file.subarray(offset, offset + length)
}

const missing = (path: string, name: string): GraftError => new GraftError('weights-missing', {
  en: `The weights of ${path} lie in ${shown(name)}, which is not beside it.`, zh: `${path} 的权重在 ${shown(name)} 中，但同一文件夹中没有该文件。`
}, {
  remedy: {
    en: 'Put both into one folder, or save it again with its weights in it (torch.onnx.export with external_data=False).',
    zh: '请将两者放在同一文件夹，或重新保存并将权重包含在内（torch.onnx.export 使用 external_data=False）。'
  }
})
const tooLarge = (path: string, bytes: number): GraftError => new GraftError('model-too-large', {
  en: `The weights of ${path} take more than ${bytes} bytes.`, zh: `${path} 的权重超过 ${bytes} 字节。`
})
