import type { Catalogue } from '../../contract/engine'
import type { MethodSummary } from '../../contract/methods'
import { number } from '../../contract/parameters'
import type { Score } from '../../contract/runs'

// For tests of the command line: methods that exist nowhere else, so that real ones can change.

export const both = (text: string): { en: string, zh: string } => ({ en: text, zh: `中${text}` })

const method = (id: string, more: Partial<MethodSummary> = {}): MethodSummary => ({
  id, title: both(id), summary: both(`What ${id} does.`), sentence: both('{source} → {target}'), reference: 'A paper', family: 'baseline',
  needs: { sourceModel: false, sourceData: false, targetLabels: 'some', classes: 'any' }, parameters: {}, blocks: 'new', ...more
})

export const fakeCatalogue: Catalogue = {
  methods: [
    method('scratch'),
    method('tuned', {
      trainingDefaults: { learningRate: 0.001 },
      parameters: {
        decay: number({ label: both('Decay'), help: both('Slows blocks.'), minimum: 0.1, maximum: 1, default: 0.5 }),
        momentum: number({ label: both('Momentum'), help: both('Of the method.'), minimum: 0, maximum: 5, default: 2 })
      }
    }),
    method('blind', { needs: { sourceModel: true, sourceData: true, targetLabels: 'none', classes: 'same' } })
  ],
  architectures: [{
    id: 'seed-cnn', title: both('Seed CNN'), summary: both('Three blocks.'), reference: '–', defaultInput: [32, 32, 3],
    blocks: [{ name: 'block1', title: 'Convolution', parameters: 896 }], parameters: 896
  }],
  datasetFormats: [{ id: 'idx', title: both('IDX'), summary: both('Files of MNIST.') }],
  modelFormats: [{ id: 'safetensors', title: both('safetensors'), extensions: ['.safetensors'], canImport: true, canExport: false }]
}

export const fakeScore: Score = { accuracy: 0.875, loss: 0.4, n: 8, perClass: [{ class: 'a', accuracy: 0.875, n: 8 }] }
