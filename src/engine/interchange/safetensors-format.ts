import { defineModelFormat, type FileTensor } from './shared/model-format'
import { factsOf, readFacts } from './shared/model-facts'
import { readSafetensors, writeSafetensors } from '../safetensors/safetensors'

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
      hints: own ? { ...(file.metadata.architecture !== undefined && { architecture: file.metadata.architecture }), ...readFacts(file.metadata.graft) } : {}
    }
  },
  writer: {
    write: (model, summary, path) => writeSafetensors(
      path, new Map([...model.weights].map(([name, { shape, data }]) => [name, { dtype: 'F32' as const, shape, data }])),
      { format: 'graft', architecture: model.definition.architecture, graft: JSON.stringify(factsOf(model, summary)) }
    ),
    load: (name) => ({
      language: 'python',
      code: [
        `weights = safetensors.numpy.load_file('${name}')`,
        '# Kernels are [height, width, in, out], dense layers [in, out]; the file\'s metadata names the architecture.'
      ].join('\n')
    })
  }
})
