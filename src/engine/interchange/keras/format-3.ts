import type { ReadLimits } from '../../safetensors/limits'
import { defineModelFormat, type ModelFile } from '../shared/model-format'
import { decodeKeras, told } from './file'
import { unpackChunks } from './hdf5/chunks'
import { Unreadable } from '../../safetensors/header'
import { ZipEntries } from '../shared/zip-entries'

const longestConfig = 64 << 20

/** Keras 3's archive: `config.json` names the layers, `model.weights.h5` holds their numbers. Nothing in it is built or run. */
export const keras3 = defineModelFormat({
  id: 'keras-3',
  title: { en: 'Keras 3 archive', zh: 'Keras 3 归档' },
  extensions: ['.keras'],
  // An archive whose first entry is one of its own, or that is named so.
  detect: ({ path, folder, head, entries }) => {
    const text = new TextDecoder('latin1').decode(head)
    // A zip of other things may begin with a file of that name too, as Teachable Machine's does.
    if (entries && !entries.includes('model.weights.h5') && !path.toLowerCase().endsWith('.keras')) return false
    return !folder && text.startsWith('PK\x03\x04') && (path.toLowerCase().endsWith('.keras') || /^(metadata|config)\.json/.test(text.slice(30)))
  },
  read: (path, limits) => readArchive(path, path, limits)
})

/** The same of bytes in memory. */
export const decodeKerasArchive = (bytes: Uint8Array, name: string, limits: ReadLimits): Promise<ModelFile> => readArchive(bytes, name, limits)

async function readArchive(source: string | Uint8Array, path: string, limits: ReadLimits): Promise<ModelFile> {
  try {
    const zip = await ZipEntries.open(source)
    try {
      const text = new TextDecoder().decode(await zip.read('config.json', longestConfig))
      let config: unknown
      try {
        config = JSON.parse(text)
      } catch {
        throw new Unreadable({ en: 'its config.json is not JSON', zh: '其 config.json 不是 JSON' })
      }
      const weights = await zip.read('model.weights.h5', limits.bytes + longestConfig)
      return decodeKeras(weights, path, limits, config, await unpackChunks(weights, limits.bytes))
    } finally {
      zip.close()
    }
  } catch (error) {
    throw told(path, error)
  }
}
