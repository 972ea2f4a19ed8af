import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import type { Remark } from '../../contract/models'
import { floats, partsOf, readParts } from './safetensors-parts'
import { defineModelFormat } from './shared/model-format'
import { factsOf, readFacts } from './shared/model-facts'
import { readSafetensors, writeSafetensors } from '../safetensors/safetensors'

const readTogether = (count: number): Remark => ({ about: 'read', text: {
  en: `Its ${count} files of weights are read together.`, zh: `其 ${count} 个权重文件一并读取。`
} })

/** Which file of a folder is such a model, or lists its parts. */
const weightsIn = (names: readonly string[]): string | undefined =>
  names.find((name) => name === 'model.safetensors') ?? names.find((name) => name.endsWith('.safetensors.index.json'))
  ?? (names.filter((name) => name.endsWith('.safetensors')).length === 1 ? names.find((name) => name.endsWith('.safetensors')) : undefined)

/** https://github.com/huggingface/safetensors: a JSON header and raw numbers; nothing in it can run. */
export const safetensors = defineModelFormat({
  id: 'safetensors',
  title: { en: 'safetensors', zh: 'safetensors' },
  extensions: ['.safetensors'],
  detect: ({ path, folder, names }) => folder ? !names.includes('model.json') && weightsIn(names) !== undefined
    : /\.safetensors(\.index\.json)?$/i.test(path),
  async read(given, limits) {
    const path = (await fs.stat(given)).isDirectory() ? join(given, weightsIn(await fs.readdir(given)) ?? 'model.safetensors') : given
    const parts = await partsOf(path)
    if (parts) return { tensors: await readParts(parts, limits), layout: 'pytorch', hints: {}, remarks: [readTogether(parts.length)] }
    const file = await readSafetensors(path, { limits })
    const tensors = new Map([...file.tensors].map(([name, tensor]) => [name, floats(tensor)]))
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
    load: (name) => [{
      language: 'python',
      from: 'safetensors, numpy',
      code: [
        'import safetensors.numpy',
        `weights = safetensors.numpy.load_file('${name}')`,
        '# Kernels are [height, width, in, out], dense layers [in, out]; the file\'s metadata names the architecture.'
      ].join('\n')
    }]
  }
})
