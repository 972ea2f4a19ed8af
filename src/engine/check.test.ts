import { describe, expect, it } from 'vitest'
import type { Dataset } from '../contract/datasets'
import type { ModelRef, ModelSummary } from '../contract/models'
import { defaultsOf, type ParameterValue } from '../contract/parameters'
import type { Spec } from '../contract/runs'
import { trainingParameters } from '../contract/training'
import { withNetworkFacts } from '../library/models/network-facts'
import { checkSpecIn } from '../library/runs/check'
import { architectureOf, definitionOf } from './architectures'
import { catalogue } from './catalogue'
import { methodOf } from './methods'
import { summaryOfDefinition } from './models/open'
import type { NetworkDefinition } from './network/definition'

/** What the methods of the catalogue refuse before anything starts, with the real architectures as sources. */
const classes = ['0', '1']
const lenet = definitionOf(architectureOf('lenet'), [28, 28, 1], classes)
const bottleneck: NetworkDefinition = {
  ...lenet,
  blocks: [...lenet.blocks, {
    name: 'bottleneck', title: 'Bottleneck',
    layers: [
      { kind: 'dense', name: 'dense', units: 8, bias: true },
      { kind: 'batch-normalisation', name: 'normalisation', epsilon: 1e-5, momentum: 0.1 }
    ]
  }]
}
const definitions: Record<string, NetworkDefinition> = {
  'run:lenet': lenet, 'run:bottleneck': bottleneck, 'run:seed': definitionOf(architectureOf('seed-cnn'), [32, 32, 3], classes),
  'run:tiny': definitionOf(architectureOf('seed-cnn'), [8, 8, 1], classes), 'run:resnet': definitionOf(architectureOf('resnet-20'), [32, 32, 3], classes)
}
const modelOf = (ref: ModelRef): ModelSummary => withNetworkFacts(summaryOfDefinition(definitions[ref]!, ref, ref), definitions[ref])
const split = { count: 40, perClass: [20, 20], sha256: { images: 'a', labels: 'b' } }
const digits: Dataset = {
  schemaVersion: 1, id: 'digits', name: 'Digits', shape: [28, 28, 1], classes, splits: { train: split, validation: split },
  provenance: { format: 'sample', origin: 'digits', importedAt: '2026-01-01T00:00:00.000Z' },
  skipped: { count: 0, files: [] }, statistics: { mean: [0], standardDeviation: [1] }, bytes: 1
}
const library = {
  datasets: { get: (id: string) => Promise.resolve({ ...digits, id, ...(id === 'tiny' && { shape: [8, 8, 1] as const }) } as Dataset) },
  models: { get: (ref: ModelRef) => Promise.resolve(modelOf(ref)) },
  runs: { get: (id: string) => Promise.reject(new Error(`No run ${id}`)) }
}
async function check(
  id: string, source: ModelRef, params: Record<string, ParameterValue> = {}, { target = 'digits' } = {}
): Promise<string[]> {
  const method = methodOf(id)
  const spec: Spec = {
    source: { model: source, ...(method.needs.sourceData && { dataset: 'others' }) },
    target: { dataset: target, labels: method.needs.targetLabels === 'none' ? 'none' : 'all' },
    method: { id, params: { ...defaultsOf(method.parameters), ...params } },
    training: defaultsOf(trainingParameters) as Spec['training'], device: 'auto'
  }
  const found = await checkSpecIn(spec, library, catalogue())
  return found.map(({ code, field, remedy }) => `${code} ${field}: ${remedy?.en ?? ''}`)
}

describe('the check of a method of the catalogue', () => {
  it.each(['adabn', 'tent', 'batch-norm-only'])('judges the batch normalisation for %s by the network that is there', async (id) => {
    expect(await check(id, 'run:lenet')).toEqual([
      expect.stringContaining('no-batch-normalisation source.model: Choose a model that has it: of resnet-20')
    ])
    expect(await check(id, 'run:bottleneck')).toEqual([])
    expect(await check(id, 'run:resnet')).toEqual([])
  })

  it('refuses ADDA on fresh weights that never see the source, and says how they would', async () => {
    expect(await check('adda', 'arch:lenet')).toEqual([])
    expect(await check('adda', 'run:lenet', { sourceEpochs: 0 })).toEqual([])
    expect(await check('adda', 'arch:lenet', { sourceEpochs: 0 })).toEqual([
      'needs-source-model method.params.sourceEpochs: Set Source epochs (sourceEpochs) to another value (3), or choose a saved run or an imported model as the source.'
    ])
  })

  it('refuses hints that cannot be compared, and names the blocks and the students that can', async () => {
    const distilled = (params: Record<string, ParameterValue>) => check('feature-distillation', 'run:seed', params)
    expect(await distilled({})).toEqual([])
    expect(await distilled({ hints: ['dense1'], student: 'mlp-83', width: 1 })).toEqual([])
    expect(await distilled({ hints: ['stem'], student: 'mlp-83', width: 1 })).toEqual([expect.stringMatching(/^unknown-block /)])
    // The middle one of Seed CNN's five blocks is its last convolution; a perceptron has vectors alone.
    const [middle, ...others] = await distilled({ student: 'mlp-83', width: 1 })
    expect(others).toEqual([])
    expect(middle).toMatch(/^blocks-unlike method.params.hints: Blocks of the teacher that can be compared: dense1, dense2 \(hints\)\./)
    expect(middle).toContain(' Students that block3 can be compared with: ')
    expect(middle).toMatch(/: seed-cnn, .*resnet-20.* \(student\)\.$/)
    expect(middle).not.toContain('mlp')
  })

  it('refuses a width that an architecture does not come in', async () => {
    for (const id of ['distillation', 'semi-supervised-distillation', 'feature-distillation']) {
      expect(await check(id, 'run:seed')).toEqual([])
      expect(await check(id, 'run:lenet', { width: 1 })).toEqual([])
      // Half the width is the default.
      expect(await check(id, 'run:lenet')).toEqual([
        expect.stringMatching(/^option-unknown method.params.width: Set Width of the student \(width\) to 1, or .*: seed-cnn, resnet-20/)
      ])
    }
    expect(await check('structure-transfer', 'run:seed', { student: 'resnet-18', width: 2 })).toEqual([expect.stringContaining('option-unknown')])
  })

  it('offers distillation only of a source that comes in the width it begins with', async () => {
    const waysOut = async (source: ModelRef): Promise<string[]> => {
      const { parameters } = methodOf('irm')
      const found = await checkSpecIn({
        source: { model: source, dataset: 'others' }, target: { dataset: 'digits', labels: 'all' }, method: { id: 'irm', params: defaultsOf(parameters) },
        training: defaultsOf(trainingParameters) as Spec['training'], device: 'auto'
      }, library, catalogue())
      return found.find(({ code }) => code === 'needs-domains')!.methods!.fit
    }
    const smaller = ['distillation', 'semi-supervised-distillation', 'feature-distillation']
    expect(await waysOut('run:seed')).toEqual(expect.arrayContaining(['fine-tuning', ...smaller]))
    const ofOneWidth = await waysOut('run:lenet')
    // The student of a structure transfer is as wide as its teacher at first.
    expect(ofOneWidth).toEqual(expect.arrayContaining(['fine-tuning', 'structure-transfer']))
    for (const id of smaller) expect(ofOneWidth).not.toContain(id)
  })

  it('refuses images that are too small for an architecture, as a source or as a student', async () => {
    const [fresh] = await check('scratch', 'arch:lenet', {}, { target: 'tiny' })
    expect(fresh).toMatch(/^image-too-small source.model: Use larger images, or one of seed-cnn, /)
    expect(await check('scratch', 'arch:lenet')).toEqual([])
    expect(await check('distillation', 'run:tiny', { student: 'lenet', width: 1 })).toEqual([expect.stringMatching(/^image-too-small method.params.student: /)])
    expect(await check('distillation', 'run:tiny', { student: 'mlp-83', width: 1 })).toEqual([])
  })

  it('refuses to freeze a block that is not copied', async () => {
    const moved = (params: Record<string, ParameterValue>) => check('feature-transfer', 'run:seed', params)
    expect(await moved({ frozen: ['block1'] })).toEqual([])
    expect(await moved({ copied: ['block1', 'block2'], frozen: ['block1'] })).toEqual([])
    expect(await moved({ copied: ['block1'], frozen: ['block1', 'block2'] })).toEqual([
      'block-not-among method.params.frozen: Name it there too, or leave it out here; named there: block1.'
    ])
  })

  it('can switch off the alignment of every method that names its weight', () => {
    const weighed = catalogue().methods.filter(({ alignmentWeight }) => alignmentWeight !== undefined)
    expect(weighed.map(({ id }) => id)).toEqual(expect.arrayContaining(['ddc', 'deep-coral', 'dan', 'jan', 'dann', 'cdan']))
    for (const { alignmentWeight, parameters } of weighed) {
      expect(parameters[alignmentWeight!]).toMatchObject({ kind: 'number', minimum: 0 })
    }
  })
})
