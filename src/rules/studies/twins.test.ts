import { describe, expect, it } from 'vitest'
import type { Dataset } from '../../contract/datasets'
import type { MethodSummary } from '../../contract/methods'
import type { Spec } from '../../contract/runs'
import { trainingSettingsSchema } from '../../contract/training'
import { keyOf, planStudy } from './plan'
import { deriveTwins, type TwinFacts } from './twins'

const text = (en: string) => ({ en, zh: en })
const method = (id: string, family: MethodSummary['family'], needs: Partial<MethodSummary['needs']> = {}): MethodSummary => ({
  id, family, title: text(id), summary: text(''), sentence: text(''), reference: '', blocks: 'copied', parameters: {},
  needs: { sourceModel: false, sourceData: false, targetLabels: 'some', classes: 'any', ...needs }
})
const methods = [
  { ...method('scratch', 'baseline'), blocks: 'new' as const }, method('fine-tuning', 'parameters'),
  method('distillation', 'distillation', { variant: { architecture: 'student', width: 'width' } }),
  method('dann', 'adaptation', { sourceData: true, targetLabels: 'none', classes: 'same' }),
  method('shot', 'adaptation', { targetLabels: 'none', classes: 'same' }),
  method('source-only', 'baseline', { sourceData: true, targetLabels: 'none', classes: 'same' }),
  method('target-supervised', 'baseline', { targetLabels: 'all' })
]
const dataset = (id: string, classes: string[], perClass: number[] | undefined, count = 1000): Dataset => ({
  schemaVersion: 1, id, name: id, shape: [8, 8, 1], classes, splits: { train: { count, ...(perClass && { perClass }), sha256: { images: '' } } },
  provenance: { format: 'idx', origin: id, importedAt: '2026-01-01T00:00:00.000Z' }, skipped: { count: 0, files: [] },
  statistics: { mean: [0], standardDeviation: [1] }, bytes: 0
})
const target = dataset('usps', ['0', '1'], [600, 400])
const source = dataset('mnist', ['1', '0'], [1000, 1000], 2000)
/** Without a least number of steps, so that a control's are the candidate's. */
const facts = (more: Partial<TwinFacts> = {}): TwinFacts => ({ methods, target, leastSteps: 0, ...more })
const spec = (id: string, labels: Spec['target']['labels'], more: Partial<Spec> = {}): Spec => ({
  source: { model: 'run:R1' }, target: { dataset: 'usps', labels }, method: { id, params: {} },
  training: trainingSettingsSchema.parse({ epochs: 7, batchSize: 10, seed: 5 }), device: 'cpu', ...more
})
const roles = (given: Spec, known: TwinFacts) => deriveTwins(given, known).twins.map(({ role }) => role)

describe('the twins of a transfer', () => {
  it('of a fine-tuning with few labels: the same network fresh on the same labels, and one with all labels', () => {
    const { twins, notes } = deriveTwins(spec('fine-tuning', { perClass: 20 }), facts({ sourceClasses: ['cat', 'dog', 'frog'] }))
    expect(twins.map(({ role }) => role)).toEqual(['scratch', 'target-supervised'])
    expect(notes).toEqual([])
    const [scratch, supervised] = twins
    expect(scratch!.spec).toEqual({ ...spec('fine-tuning', { perClass: 20 }), method: { id: 'scratch', params: {} } })
    // 2 classes · 20 labels / batches of 10 = 4 steps per epoch; all 1,000 images would be 100.
    expect(supervised!.spec.target.labels).toBe('all')
    expect(supervised!.spec.training).toEqual({ ...scratch!.spec.training, epochSteps: 4 })
  })

  it('of a spec whose rate was chosen for what the source knows: the one from scratch at a rate for fresh weights', () => {
    const why = { en: 'Gently.', zh: '' }
    const base = spec('fine-tuning', { perClass: 20 })
    const chosen = { ...base, training: { ...base.training, optimizer: 'adam' as const, learningRate: 1e-4 }, chosen: { learningRate: why, optimizer: why } }
    const [scratch, supervised] = deriveTwins(chosen, facts()).twins
    expect(scratch!.spec.training.learningRate).toBe(1e-3)
    expect(supervised!.spec.training.learningRate).toBe(1e-4)
    const { chosen: _, ...fixed } = chosen
    expect(deriveTwins(fixed, facts()).twins[0]!.spec.training.learningRate).toBe(1e-4)
  })

  it('of a method that takes no steps are trained as they would be by themselves', () => {
    const forest = method('forest', 'classical', { targetLabels: 'some' })
    const known = facts({ methods: [...methods, { ...forest, recipe: { noSteps: true } }] })
    const training = trainingSettingsSchema.parse({ seed: 5 })
    const [scratch] = deriveTwins({ ...spec('forest', { perClass: 20 }), training }, known).twins
    // 40 images in batches of 16 would be 30 steps in ten epochs: it takes 400.
    expect(scratch!.spec).toMatchObject({ training: { seed: 5, optimizer: 'adam', learningRate: 1e-3, batchSize: 16, epochSteps: 40 }, device: 'cpu' })
  })

  it('are shared by specs that differ in nothing but why they are as they are', () => {
    const base = spec('fine-tuning', { perClass: 20 })
    const chosen = { ...base, chosen: { batchSize: { en: 'Few.', zh: '' } } }
    expect(planStudy([{ spec: base, facts: facts() }, { spec: chosen, facts: facts() }], 1)).toHaveLength(3)
  })

  it('counts classes that have fewer images than granted with what they have', () => {
    const { twins } = deriveTwins(spec('fine-tuning', { perClass: 500 }), facts())
    // 500 + 400 = 900 images in batches of 10.
    expect(twins.at(-1)!.spec.training.epochSteps).toBe(90)
  })

  it('has no supervised twin where all labels are granted already, and none of itself', () => {
    expect(roles(spec('fine-tuning', 'all'), facts())).toEqual(['scratch'])
    expect(roles(spec('scratch', 'all'), facts())).toEqual([])
  })

  it('of an adaptation: source only, and all labels; from scratch there is nothing to learn from', () => {
    const given = spec('dann', 'none', { source: { model: 'arch:lenet', dataset: 'mnist' } })
    const { twins, notes } = deriveTwins(given, facts({ sourceData: source }))
    expect(twins.map(({ role }) => role)).toEqual(['source-only', 'target-supervised'])
    expect(twins[0]!.spec).toEqual({ ...given, method: { id: 'source-only', params: {} } })
    // An epoch of DANN is one of the source: 2,000 / 10 = 200 steps. The target alone would make 100.
    expect(twins[1]!.spec.training.epochSteps).toBe(200)
    expect(twins[1]!.spec.source).toEqual({ model: 'arch:lenet' })
    expect(notes.map(({ en }) => en)).toEqual(['No scratch twin: the spec grants no target labels to learn from.'])
  })

  it('learn from the same domains and are tested on the same pictures; where all are, none can learn from their labels', () => {
    const given = spec('dann', 'none', { source: { model: 'arch:lenet', dataset: 'mnist', domains: ['ink'] } })
    const { twins, notes } = deriveTwins({ ...given, target: { ...given.target, testSplit: 'all' } }, facts({ sourceData: source }))
    expect(twins.map(({ role }) => role)).toEqual(['source-only'])
    expect(twins[0]!.spec).toMatchObject({ source: { domains: ['ink'] }, target: { testSplit: 'all' } })
    expect(notes.at(-1)!.en).toBe('No target-supervised twin: it would be tested on the images that it learns from.')
  })

  it('of an alignment in a network with batch normalisation: the same at weight 0', () => {
    const aligning = { ...method('dan', 'adaptation', { sourceData: true, targetLabels: 'none', classes: 'same' }), alignmentWeight: 'weight' }
    const given = (weight: number) =>
      spec('dan', 'none', { source: { model: 'arch:resnet-20', dataset: 'mnist' }, method: { id: 'dan', params: { weight, estimator: 'linear' } } })
    const known = (batchNormalisation: boolean | undefined) => facts({ methods: [...methods, aligning], sourceData: source, batchNormalisation })
    const [twin] = deriveTwins(given(2), known(true)).twins.filter(({ role }) => role === 'no-alignment')
    expect(twin!.spec).toEqual(given(0))
    for (const [weight, has] of [[2, false], [2, undefined], [0, true]] as const) {
      expect(roles(given(weight), known(has))).toEqual(['source-only', 'target-supervised'])
    }
  })

  it('of an adaptation without source data: what the source model was trained on, for as many steps', () => {
    const [sourceOnly] = deriveTwins(spec('shot', 'none'), facts({ sourceData: source, sourceClasses: source.classes })).twins
    expect(sourceOnly!.spec.source).toEqual({ model: 'run:R1', dataset: 'mnist' })
    // SHOT sees 1,000 target images per epoch: 100 steps, not the source's 200.
    expect(sourceOnly!.spec.training.epochSteps).toBe(100)
  })

  it('has the steps of all the candidate\'s stages', () => {
    const pretrained: MethodSummary = {
      ...method('simclr', 'self-supervised', { targetImages: true }),
      parameters: { pretextEpochs: { kind: 'integer', label: text('Epochs'), help: text(''), minimum: 0, maximum: 1000, default: 30 } },
      stages: [{ images: 'target-unlabelled', epochs: 'pretextEpochs' }, { images: 'target' }]
    }
    const few = { perClass: 20 } as const
    const known = facts({ methods: [...methods, pretrained] })
    // 30 epochs of all 1,000 images in batches of 10, then 7 of the 40 labelled ones: 3,000 + 28 steps, in 7 epochs.
    for (const { spec: twin } of deriveTwins(spec('simclr', few), known).twins) expect(twin.training.epochSteps).toBe(Math.ceil(3028 / 7))
    const shorter = spec('simclr', few, { method: { id: 'simclr', params: { pretextEpochs: 0 } } })
    expect(deriveTwins(shorter, known).twins[0]!.spec.training.epochSteps).toBe(0)
  })

  it('has as many steps as it takes to learn, however short the candidate is', () => {
    const twinsOf = (known: Partial<TwinFacts>) => deriveTwins(spec('fine-tuning', { perClass: 20 }), { ...facts(), ...known }).twins
    // 28 steps of the candidate; 7 epochs of 58 are the first to reach 400.
    const { leastSteps: _, ...usual } = facts()
    expect(deriveTwins(spec('fine-tuning', { perClass: 20 }), usual).twins.map((twin) => twin.spec.training.epochSteps)).toEqual([58, 58])
    expect(twinsOf({ leastSteps: 10 })[0]!.spec.training.epochSteps).toBe(0)
  })

  it('says why a twin is missing', () => {
    const why = (given: Spec, known: TwinFacts) => deriveTwins(given, known).notes.map(({ en }) => en).join(' ')
    const imported = { sourceClasses: ['0', '1'] }
    expect(why(spec('fine-tuning', 'all'), facts(imported))).toContain('training images are not known')
    expect(why(spec('shot', 'none'), facts({ ...imported, target: dataset('usps', ['0', '1'], undefined) }))).toContain('target has no labels')
    expect(why(spec('dann', 'none'), facts({ ...imported, methods: methods.slice(0, 4) }))).toContain('No source-only twin: this version has no such method.')
    expect(why(spec('dann', 'none'), facts({ sourceData: dataset('other', ['a', 'b'], [1, 1]) }))).toContain('different classes')
    const student = spec('distillation', 'all', { method: { id: 'distillation', params: { student: 'lenet' } } })
    expect(why(student, facts())).toContain('the student is another network')
  })
})

describe('the plan of a study', () => {
  it('gives every seed a candidate and its twins, all with that seed', () => {
    const planned = planStudy([{ spec: spec('fine-tuning', { perClass: 20 }), facts: facts() }], 3)
    expect(planned.map(({ role, spec: { training } }) => `${role} ${training.seed}`)).toEqual([5, 6, 7].flatMap((seed) =>
      [`candidate ${seed}`, `scratch ${seed}`, `target-supervised ${seed}`]))
  })

  it('runs a twin once for arms that share it', () => {
    const arms = [['block1'], ['block1', 'block2']].map((copied) => ({
      spec: spec('fine-tuning', 'all', { method: { id: 'fine-tuning', params: { copied } } }), facts: facts()
    }))
    const planned = planStudy(arms, 1)
    expect(planned.map(({ role }) => role)).toEqual(['candidate', 'scratch', 'candidate'])
    expect(planned[2]!.twins).toEqual(planned[0]!.twins)
  })

  it('knows equal specs whatever the order of their fields', () => {
    expect(keyOf({ a: 1, b: { c: [1, 'x'], d: undefined } })).toBe(keyOf({ b: { c: [1, 'x'] }, a: 1 }))
    expect(keyOf({ a: [1, 2] })).not.toBe(keyOf({ a: [2, 1] }))
  })
})

describe('the twins of a transfer to a domain that was left out', () => {
  const rooms: Dataset = {
    ...dataset('rooms', ['0', '1'], [500, 500]), domains: ['art', 'photo', 'sketch'],
    splits: { train: { count: 1000, perClass: [500, 500], perDomain: [500, 300, 200], sha256: { images: '' } } }
  }
  const known = [...methods, method('irm', 'generalisation', { sourceData: true, targetLabels: 'none', classes: 'same', domains: 2 })]

  it('leave it out too, and are as long', () => {
    const given = spec('irm', 'none', {
      source: { model: 'arch:lenet', dataset: 'rooms' }, target: { dataset: 'rooms', labels: 'none', domain: 'sketch' }
    })
    const { twins } = deriveTwins(given, { methods: known, target: rooms, sourceData: rooms, leastSteps: 0 })
    expect(twins.map(({ role, spec: { source, target } }) => [role, source.dataset, target])).toEqual([
      ['source-only', 'rooms', { dataset: 'rooms', labels: 'none', domain: 'sketch' }],
      ['target-supervised', undefined, { dataset: 'rooms', labels: 'all', domain: 'sketch' }]
    ])
    // Five images of each of two domains per step: the larger one, of 500, is shown in 100 steps; 800 images in batches of
    // 10 would be 80, the target's 200 would be 20.
    expect(twins.map((twin) => twin.spec.training.epochSteps)).toEqual([100, 100])
  })
})
