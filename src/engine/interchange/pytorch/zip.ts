import { readPickle } from './pickle/machine'
import { IsProgram, Unreadable } from './pickle/problems'
import { bytesPerNumber, type OpenPickle } from './pickle/tensors'
import type { ZipEntries } from '../shared/zip-entries'

const longestPickle = 64 << 20
/** torch.export's own archive, in its older and its newer form. */
const isOfExport = (name: string): boolean => /(^|\/)(archive_format|serialized_exported_program\.json)$/.test(name)

/**
 * The form of `torch.save` since 1.6: a zip archive with `<name>/data.pkl`, and each storage's numbers as `<name>/data/<key>`.
 * Source: PyTorch's torch/serialization.py, `_save`.
 */
export async function openZipForm(zip: ZipEntries): Promise<OpenPickle> {
  const pickle = zip.names.find((name) => name === 'data.pkl' || name.endsWith('/data.pkl'))
  if (pickle === undefined) {
    if (zip.names.some((name) => name.endsWith('constants.pkl'))) throw new IsProgram('script')
    if (zip.names.some(isOfExport)) throw new IsProgram('export')
    throw new Unreadable({ en: 'its archive has no data.pkl', zh: '压缩包中没有 data.pkl' })
  }
  const folder = pickle.slice(0, -'data.pkl'.length)
  // A program holds its code beside the weights; the pickle of its objects names classes of that code.
  if (zip.names.some((name) => name.startsWith(`${folder}code/`))) throw new IsProgram('script')
  if (zip.sizeOf(`${folder}byteorder`) !== undefined) {
    const order = new TextDecoder().decode(await zip.read(`${folder}byteorder`, 64)).trim()
    if (order !== 'little') throw new Unreadable({ en: 'its numbers are big-endian', zh: '其数值为大端序' })
  }
  const { value, unknown } = readPickle(await zip.read(pickle, longestPickle))
  let kept: { key: string, bytes: Uint8Array } | undefined
  return {
    root: value,
    unknown,
    read: async (storage, from, length) => {
      const { key, numbers } = storage
      const wanted = numbers * bytesPerNumber(storage)
      const name = `${folder}data/${key}`
      if (zip.sizeOf(name) !== undefined && zip.sizeOf(name)! < wanted) {
        throw new Unreadable({ en: `storage ${key.slice(0, 40)} is shorter than its ${numbers} numbers`, zh: `存储 ${key.slice(0, 40)} 不足 ${numbers} 个数` })
      }
      // Tensors of one storage mostly follow one another.
      if (kept?.key !== key) kept = { key, bytes: await zip.read(name, wanted + 4096) }
      return Uint8Array.from(kept.bytes.subarray(from, from + length))
    }
  }
}
