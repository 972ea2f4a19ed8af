import * as fs from 'node:fs/promises'
import { writePartsDurably } from '../../../library/disk'
import { defineModelFormat } from '../shared/model-format'
import { isHdf5 } from './hdf5/file'
import { damaged, decodeKeras, told } from './file'
import { unpackChunks } from './hdf5/chunks'
import { encodeKerasH5 } from './h5'
import { factsOf } from '../shared/model-facts'

/** Keras in HDF5: whole models of `model.save('….h5')`, weights of `save_weights` in its older and its newer form. */
export const keras = defineModelFormat({
  id: 'keras',
  title: { en: 'Keras HDF5', zh: 'Keras HDF5' },
  extensions: ['.h5', '.hdf5'],
  detect: ({ folder, head }) => !folder && isHdf5(head),
  async read(path, limits) {
    const { size } = await fs.stat(path)
    if (size > limits.bytes + (64 << 20)) throw damaged(path, { en: `it takes ${size} bytes`, zh: `文件有 ${size} 字节` })
    const bytes = await fs.readFile(path)
    try {
      return decodeKeras(bytes, path, limits, undefined, await unpackChunks(bytes, limits.bytes))
    } catch (error) {
      throw told(path, error)
    }
  },
  writer: {
    write: async (model, summary, path) => writePartsDurably(path, [await encodeKerasH5(model, { graft: JSON.stringify(factsOf(model, summary)) })]),
    load: (name, normalise) => [{
      language: 'python',
      from: 'keras, tensorflow',
      code: [
        'import keras',
        `model = keras.models.load_model('${name}')`,
        `logits = model.predict((images / 255 - ${normalise.mean}) / ${normalise.deviation})`
      ].join('\n')
    }]
  }
})
