import { defineModelFormat, type FileTensor } from './_model-format'
import { readSafetensors } from './safetensors'

/** https://github.com/huggingface/safetensors: a JSON header and raw numbers; nothing in it can run. */
export const safetensors = defineModelFormat({
  id: 'safetensors',
  title: { en: 'safetensors', zh: 'safetensors' },
  extensions: ['.safetensors'],
  detect: ({ path, folder }) => !folder && path.toLowerCase().endsWith('.safetensors'),
  async read(path, limits) {
    const file = await readSafetensors(path, { limits })
    const tensors = new Map<string, FileTensor>()
    for (const [name, { shape, data }] of file.tensors) {
      tensors.set(name, { shape, data: data instanceof Float32Array ? data : Float32Array.from(data) })
    }
    // Graft's own files say so; everybody else's come from PyTorch.
    const own = file.metadata.format === 'graft'
    return {
      tensors,
      layout: own ? 'tensorflow' : 'pytorch',
      hints: { ...(own && file.metadata.architecture !== undefined && { architecture: file.metadata.architecture }) }
    }
  }
})
