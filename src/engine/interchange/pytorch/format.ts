import type { Remark } from '../../../contract/models'
import { Bounds } from '../../safetensors/bounds'
import type { ReadLimits } from '../../safetensors/limits'
import { defineModelFormat, type FileTensor, type ModelFile } from '../shared/model-format'
import { bytesAccess, withFile, type RandomAccess } from '../shared/random-access'
import { damagedPickle, IsProgram, isProgram, RunsCode, runsCode, Unreadable } from './pickle/problems'
import { classNamesOf, stateDictionaryOf } from './pickle/state-dictionary'
import { readTensor, type OpenPickle } from './pickle/tensors'
import { isAveraged, type Twins } from '../shared/twins'
import { openLegacy } from './legacy'
import { openZipForm } from './zip'
import { ZipEntries } from '../shared/zip-entries'

const begins = (head: Uint8Array, text: string): boolean => new TextDecoder('latin1').decode(head.subarray(0, text.length)) === text

/**
 * PyTorch's state dictionaries, in the zip form (since 1.6) and the older one. Its pickles are read by a parser that knows
 * tensors, dictionaries and storages, and can run nothing.
 */
export const pytorch = defineModelFormat({
  id: 'pytorch',
  title: { en: 'PyTorch state dictionary', zh: 'PyTorch 状态字典' },
  extensions: ['.pt', '.pth', '.th', '.bin', '.ckpt'],
  detect: ({ path, folder, head }) => !folder && /\.(pt|pt2|pth|th|bin|ckpt|tar|pkl|model)$/i.test(path)
    && (begins(head, 'PK\x03\x04') || head[0] === 0x80),
  read: (path, limits) => named(path, () => withFile(path, async (file) => readFrom(path, file, path, limits)))
})

/** The same of bytes in memory. */
export const decodePytorch = (bytes: Uint8Array, name: string, limits: ReadLimits): Promise<ModelFile> =>
  named(name, () => readFrom(name, bytesAccess(bytes), bytes, limits))

async function readFrom(path: string, file: RandomAccess, source: string | Uint8Array, limits: ReadLimits): Promise<ModelFile> {
  const head = await file.read(0, Math.min(4, file.size))
  if (!begins(head, 'PK\x03\x04')) {
    return tensorsOf(path, await openLegacy(file), limits)
  }
  const zip = await ZipEntries.open(source)
  try {
    return await tensorsOf(path, await openZipForm(zip), limits)
  } finally {
    zip.close()
  }
}

async function tensorsOf(path: string, { root, read, unknown }: OpenPickle, limits: ReadLimits): Promise<ModelFile> {
  const { tensors: references, twins } = stateDictionaryOf(root)
  const bounds = new Bounds(path, limits)
  const tensors = new Map<string, FileTensor>()
  for (const [name, reference] of references) {
    tensors.set(name, await readTensor(reference, bounds, read))
    limits.onProgress?.(tensors.size, references.size)
  }
  const classes = classNamesOf(root)
  const remarks = [...(unknown.size > 0 ? [passedOver([...unknown])] : []), ...(twins ? [oneOf(twins)] : [])]
  return { tensors, layout: 'pytorch', hints: { ...(classes && { classes }) }, ...(remarks.length > 0 && { remarks }) }
}

/** Which of several sets of weights is read, and how to have another. */
const oneOf = ({ read, left }: Twins): Remark => {
  const others = left.slice(0, 5).join(', ')
  return { about: 'assumed', text: {
    en: `The checkpoint holds several sets of weights; ${read} is read${isAveraged(read) ? ', the mean over training' : ''}, and ${others} left out. To have another, save it by itself: torch.save(checkpoint[…], path).`,
    zh: `检查点中有多组权重；读取的是 ${read}${isAveraged(read) ? '（训练过程中的平均）' : ''}，不读取 ${others}。如需另一组，请单独保存：torch.save(checkpoint[…], path)。`
  } }
}

const passedOver = (names: readonly string[]): Remark => {
  const shown = `${names.slice(0, 5).join(', ')}${names.length > 5 ? ' …' : ''}`
  return { about: 'left-out', text: {
    en: `Objects of a training program beside the weights are passed over and never run: ${shown}.`, zh: `权重之外的训练程序对象均略过，绝不运行：${shown}。`
  } }
}

async function named<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof RunsCode) throw runsCode(path, error.what)
    if (error instanceof IsProgram) throw isProgram(path, error.kind)
    throw error instanceof Unreadable ? damagedPickle(path, error.reason) : error
  }
}
