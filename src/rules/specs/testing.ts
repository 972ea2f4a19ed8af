import type { Dataset } from '../../contract/datasets'
import type { MethodSummary } from '../../contract/methods'
import type { ArchitectureSummary, ModelSummary } from '../../contract/models'
import { blocks, defaultsOf, number } from '../../contract/parameters'
import type { Spec } from '../../contract/runs'
import { trainingParameters } from '../../contract/training'
import { checkSpec } from './check'
import type { SpecFacts } from '../facts'

/** Records and specs for the tests of the checks. */
export const text = (en: string) => ({ en, zh: en })
export const dataset = (change: Partial<Dataset> = {}): Dataset => ({
  schemaVersion: 1, id: 'digits', name: 'Digits', shape: [32, 32, 3], classes: ['0', '1'],
  splits: { train: { count: 40, perClass: [15, 25], sha256: { images: 'a', labels: 'b' } } },
  provenance: { format: 'sample', origin: 'digits', importedAt: '2026-01-01T00:00:00.000Z' },
  skipped: { count: 0, files: [] }, statistics: { mean: [0], standardDeviation: [1] }, bytes: 1, ...change
})
export const method = (id: string, change: Partial<MethodSummary> = {}): MethodSummary => ({
  id, title: text(id), summary: text(id), sentence: text(id), reference: '', family: 'baseline', blocks: 'new',
  needs: { sourceModel: false, sourceData: false, targetLabels: 'all', classes: 'any' }, parameters: {}, ...change
})
export const architecture: ArchitectureSummary = {
  id: 'seed-cnn', title: text('Seed CNN'), summary: text(''), reference: '', defaultInput: [32, 32, 3],
  blocks: [{ name: 'block1', title: 'Block 1', parameters: 896 }], parameters: 896
}
export const model: ModelSummary = {
  ref: 'run:one', name: 'One', architecture: 'seed-cnn', input: [32, 32, 3],
  normalisation: { mean: [0.5], standardDeviation: [0.5] }, classes: ['0', '1'],
  blocks: architecture.blocks, parameters: 896, createdAt: '2026-01-01T00:00:00.000Z'
}
export const fineTuning = method('fine-tuning', {
  blocks: 'copied',
  needs: { sourceModel: true, sourceData: false, targetLabels: 'some', classes: 'any' },
  parameters: {
    factor: number({ label: text('Factor'), help: text(''), minimum: 0, maximum: 1, default: 1 }),
    frozen: blocks({ label: text('Frozen'), help: text(''), default: [] })
  }
})
export const spec = (change: Partial<Spec> = {}): Spec => ({
  source: { model: 'arch:seed-cnn' },
  target: { dataset: 'digits', labels: 'all' },
  method: { id: 'scratch', params: {} },
  training: defaultsOf(trainingParameters) as Spec['training'],
  device: 'auto',
  ...change
})
export const facts = (change: Partial<SpecFacts> = {}): SpecFacts => ({
  methods: [method('scratch'), fineTuning], architectures: [architecture], target: { value: dataset() }, ...change
})
export const codes = (value: Spec, known = facts()) => checkSpec(value, known).map(({ code, field }) => `${code} ${field}`)
