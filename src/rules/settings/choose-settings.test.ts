import { describe, expect, it } from 'vitest'
import type { Dataset } from '../../contract/datasets'
import { choice, integer, number } from '../../contract/parameters'
import { dataset, fineTuning } from '../specs/testing'
import { chooseSettings } from './choose-settings'
import type { ChoiceFacts } from './facts'
import { looksLikeCharacters } from './characters'

const digits = Array.from({ length: 10 }, (_, digit) => String(digit))
const split = (perClass: number[]): NonNullable<Dataset['splits']['train']> =>
  ({ count: perClass.reduce((sum, count) => sum + count, 0), perClass, sha256: { images: '', labels: '' } })
const ofDigits = (perClass: number): Dataset => dataset({ classes: digits, splits: { train: split(digits.map(() => perClass)) } })

const facts = (more: Partial<ChoiceFacts> = {}): ChoiceFacts =>
  ({ method: fineTuning, trained: true, target: ofDigits(100), labels: 'all', ...more })

const words = { label: { en: '', zh: '' }, help: { en: '', zh: '' } }
const count = (usual: number) => integer({ ...words, minimum: 0, maximum: 100, default: usual })
const rate = number({ ...words, minimum: 0, maximum: 1, default: 0.001 })
const blocksOf = choice({ ...words, options: ['all', 'last', 'none'].map((value) => ({ value, label: words.label })), default: 'all' })

describe('settings that nobody set', () => {
  it('are enough steps, however few the labels', () => {
    // 10 classes × 10 labels = 100 images in batches of 16: 7 steps per epoch, 70 in ten epochs. Asked for 400: 40 per epoch.
    const { training, chosen } = chooseSettings(facts({ labels: { perClass: 10 } }))
    expect(training).toMatchObject({ batchSize: 16, epochs: 10, epochSteps: 40 })
    expect(chosen['epochSteps']?.en).toContain('100 images')
  })

  it('leave an epoch as long as its images where there are many', () => {
    const many = facts({ target: ofDigits(5000) })
    expect(chooseSettings(many).training).toMatchObject({ batchSize: 64, epochSteps: 0 })
  })

  it('are gentle with a source that knows something', () => {
    expect(chooseSettings(facts()).training.learningRate).toBeLessThan(chooseSettings(facts({ trained: false })).training.learningRate)
    expect(chooseSettings(facts({ parameters: 4_000_000 })).training.learningRate).toBeLessThan(chooseSettings(facts()).training.learningRate)
  })

  it('keep what a person fixed, and say nothing of it', () => {
    const { training, chosen } = chooseSettings(facts({ labels: { perClass: 10 } }), { learningRate: 0.02, epochs: 3, augmentation: 'none' })
    expect(training).toMatchObject({ learningRate: 0.02, epochs: 3, epochSteps: 0, augmentation: 'none', optimizer: 'sgd' })
    for (const name of ['learningRate', 'epochs', 'epochSteps', 'augmentation', 'optimizer']) expect(chosen).not.toHaveProperty(name)
  })

  it('go with what a person fixed: the optimiser with the rate, the rate with the optimiser', () => {
    expect(chooseSettings(facts(), { learningRate: 0.0005 }).training.optimizer).toBe('adam')
    expect(chooseSettings(facts(), { optimizer: 'sgd' }).training.learningRate).toBe(0.005)
    expect(chooseSettings(facts(), { momentum: 0.5 }).training.optimizer).toBe('sgd')
  })

  it('count the images of the one domain that is the target', () => {
    const rooms = dataset({ domains: ['art', 'photo'], splits: { train: { ...split([450, 450]), perDomain: [800, 100] } } })
    // 100 images in batches of 16: 7 steps, 70 in ten epochs.
    expect(chooseSettings(facts({ target: rooms, domain: 'photo' })).training).toMatchObject({ batchSize: 16, epochSteps: 40 })
    expect(chooseSettings(facts({ target: rooms, domain: 'art' })).training.batchSize).toBe(32)
  })

  it('draw rare classes more often where one class has more than three times the labelled images of another', () => {
    const uneven = (perClass: number[]): Dataset => dataset({ classes: ['cat', 'dog'], splits: { train: split(perClass) } })
    expect(chooseSettings(facts({ target: uneven([90, 30]) })).training.classBalance).toBe('none')
    const { training, chosen } = chooseSettings(facts({ target: uneven([91, 30]) }))
    expect(training.classBalance).toBe('sampler')
    expect(chosen['classBalance']?.en).toContain('91 labelled images and the smallest 30')
    // Ten labels per class are even, whatever lies beside them; nobody's labels are used without a grant.
    expect(chooseSettings(facts({ target: uneven([91, 30]), labels: { perClass: 10 } })).training.classBalance).toBe('none')
    expect(chooseSettings(facts({ target: uneven([91, 30]), labels: 'none' })).training.classBalance).toBe('none')
    expect(chooseSettings(facts({ target: uneven([91, 30]) }), { classBalance: 'none' }).training.classBalance).toBe('none')
  })

  it('take as many images of each domain that is learned from as DomainBed does', () => {
    const needs = { sourceModel: false, sourceData: true, targetLabels: 'none', classes: 'same', domains: 2 } as const
    const size = (shape: Dataset['shape']): number => {
      const rooms = dataset({
        id: 'rooms', shape, domains: ['art', 'photo', 'sketch'], splits: { train: { ...split([450, 450]), perDomain: [300, 300, 300] } }
      })
      return chooseSettings(facts({ method: { ...fineTuning, needs }, target: rooms, domain: 'sketch', sourceData: rooms, labels: 'none' })).training.batchSize
    }
    // Two domains are left: 32 of each, 64 of small images.
    expect(size([224, 224, 3])).toBe(64)
    expect(size([28, 28, 1])).toBe(128)
  })

  it('take no more of each domain than is usual where a step moves a large trained network', () => {
    const needs = { sourceModel: true, sourceData: true, targetLabels: 'none', targetImages: true, classes: 'same' } as const
    const method = { ...fineTuning, needs, recipe: { wholeBatches: true } }
    const given = facts({ method, sourceData: ofDigits(100), labels: 'none', parameters: 4_000_000 })
    expect(chooseSettings(given).training.batchSize).toBe(32)
    expect(chooseSettings(given).chosen['batchSize']?.en).toContain('32 images of each domain')
    expect(chooseSettings(given, { batchSize: 64 }).training.batchSize).toBe(64)
    expect(chooseSettings({ ...given, parameters: 400_000 }).training.batchSize).toBe(64)
    // What compares images within a batch (SimCLR) has the batch of its authors.
    expect(chooseSettings({ ...given, method: { ...method, needs: { ...needs, sourceData: false } } }).training.batchSize).toBe(64)
  })

  it('take large steps, and as many as there are classes to tell apart, where a head alone learns on features of one scale', () => {
    const standardise = { kind: 'boolean', default: true, ...words } as const
    const method = { ...fineTuning, id: 'linear-probe', parameters: { standardise }, recipe: { headOnly: true, leastSteps: 1000 } }
    const { training } = chooseSettings(facts({ method }))
    expect(training).toMatchObject({ optimizer: 'sgd', learningRate: 0.01, epochs: 10, epochSteps: 100 })
    expect(chooseSettings(facts({ method }), {}, { standardise: false }).training).toMatchObject({ optimizer: 'adam', learningRate: 0.001 })
    expect(chooseSettings(facts({ method }), { optimizer: 'adam' }).training.learningRate).toBe(0.001)
    const classes = Array.from({ length: 100 }, (_, place) => `class ${place}`)
    const many = dataset({ classes, splits: { train: split(classes.map(() => 10)) } })
    expect(chooseSettings(facts({ method, target: many })).training.epochSteps).toBe(500)
    expect(chooseSettings(facts({ method: { ...method, recipe: {} }, target: many })).training).toMatchObject({ learningRate: 0.0005, epochSteps: 40 })
  })

  it('leave biases out of a weight decay that there is', () => {
    expect(chooseSettings(facts(), { weightDecay: 0.01 }).training.decayBiases).toBe(false)
    expect(chooseSettings(facts(), { weightDecay: 0.01, decayBiases: true }).training.decayBiases).toBe(true)
    expect(chooseSettings(facts()).chosen).not.toHaveProperty('decayBiases')
  })

  it('are those of fresh weights for a student, whatever its teacher knows', () => {
    expect(chooseSettings(facts({ method: { ...fineTuning, blocks: 'new' } })).training.learningRate).toBe(1e-3)
  })

  it('shift or flip the source too, and change no image where the backbone stays as it is', () => {
    const needs = { sourceModel: false, sourceData: true, targetLabels: 'none', classes: 'same' } as const
    const given = facts({ method: { ...fineTuning, needs, parameters: { trainedBlocks: blocksOf } }, sourceData: ofDigits(700), labels: 'none' })
    expect(chooseSettings(given).training.augmentation).toBe('shift')
    expect(chooseSettings(given, {}, { trainedBlocks: 'none' }).training.augmentation).toBe('none')
    expect(chooseSettings(given, {}, { trainedBlocks: 'none' }).training.learningRate).toBe(1e-3)
  })

  it('let a network that does not know the source learn it before it adapts, and only such a one', () => {
    const method = {
      ...fineTuning, id: 'dan', needs: { sourceModel: false, sourceData: true, targetLabels: 'none', classes: 'same' } as const,
      parameters: { sourceEpochs: count(0), sourceLearningRate: rate }, trainingDefaults: { learningRate: 0.01 }
    }
    // 10 classes × 320 images in batches of 64: 50 steps per epoch. 400 steps are 8 epochs.
    const fresh = facts({ method, sourceData: ofDigits(320), labels: 'none', trained: false })
    const { params, chosen } = chooseSettings(fresh)
    expect(params).toEqual({ sourceEpochs: 8 })
    expect(chosen['sourceEpochs']?.en).toContain('400 steps')
    expect(chooseSettings(fresh, {}, { sourceEpochs: 0 }).params).not.toHaveProperty('sourceEpochs')
    // 938 steps per epoch: one does.
    expect(chooseSettings({ ...fresh, sourceData: ofDigits(6000) }).params['sourceEpochs']).toBe(1)
    expect(chooseSettings({ ...fresh, trained: true, knowsClasses: true }).params).toEqual({})
    // A new head on a large network knows nothing of the source's classes either; what lies below it is to be moved gently.
    const large = chooseSettings({ ...fresh, trained: true, knowsClasses: false, parameters: 4_000_000 })
    expect(large.params).toMatchObject({ sourceEpochs: 2, sourceLearningRate: 1e-4 })
    // ADDA has source epochs of its own, and keeps them where they are more.
    expect(chooseSettings({ ...fresh, sourceData: ofDigits(6000), method: { ...method, parameters: { sourceEpochs: count(3) } } }).params).toEqual({})
  })

  it('are shorter where a processor would take hours, and say for how long and what else there is', () => {
    // 10 × 6,000 images in batches of 64: 938 steps; 3 × 400 million × 64 × 9,380 / 25 thousand million a second: 8 hours.
    const hours = facts({ target: ofDigits(6000), multiplyAdds: 400e6 })
    const { training, chosen } = chooseSettings(hours)
    // An hour of these is 3600 / 28815 of them: 117 per epoch.
    expect(training).toMatchObject({ epochs: 10, epochSteps: 117 })
    expect(chosen['epochSteps']?.en).toContain('9380 steps would take about 8 hours on two processor cores; it takes 1170, about 60 minutes')
    expect(chosen['epochSteps']?.en).toContain('linear probe')
    const fresh = chooseSettings({ ...hours, trained: false, target: { ...hours.target, shape: [224, 224, 3] } })
    expect(fresh.chosen['epochSteps']?.en).toContain('Images imported at 112×112 would take a quarter of the time')
    for (const given of [{ epochs: 10 }, { epochSteps: 1000 }]) expect(chooseSettings(hours, given).chosen).not.toHaveProperty('epochSteps')
    expect(chooseSettings({ ...hours, multiplyAdds: 20e6 }).training.epochSteps).toBe(0)
    expect(chooseSettings({ ...hours, method: { ...fineTuning, recipe: { headOnly: true } } }).training.epochSteps).toBe(0)
  })

  it('go by how fast this machine was seen to be, where somebody tried, and ask for a try where that decides', () => {
    const asked: string[] = []
    const hours = facts({ target: ofDigits(6000), multiplyAdds: 400e6, onUnmeasured: () => { asked.push('pace') } })
    expect(chooseSettings(hours).training.epochSteps).toBe(117)
    expect(asked).toHaveLength(1)
    // 938 steps of 64 in ten epochs are 600,320 images: at 200 per second fifty minutes, at 20 per second 8 hours, of which 72,000 images
    // are one: 112 steps of 64 in each of ten epochs.
    expect(chooseSettings({ ...hours, measured: { training: 200, steps: 20 } }).training.epochSteps).toBe(0)
    const slow = chooseSettings({ ...hours, measured: { training: 20, steps: 7 } })
    expect(slow.training.epochSteps).toBe(112)
    expect(slow.chosen['epochSteps']?.en).toContain('9380 steps would take about 8 hours on this machine, which trained on 20 images per second when 7 steps were tried; it takes 1120, about 60 minutes')
    // A network that nobody knows the work of is tried if it is large; and then its pace counts.
    const unknown = facts({ target: ofDigits(6000), parameters: 4_000_000, onUnmeasured: () => { asked.push('large') } })
    expect(chooseSettings(unknown).training.epochSteps).toBe(0)
    expect(chooseSettings({ ...unknown, measured: { training: 20, steps: 7 } }).training.epochSteps).toBe(112)
    expect(asked).toEqual(['pace', 'large'])
    // Nobody waits for a try where no machine takes long, where somebody said how long, and where each image is seen once.
    for (const quick of [{ multiplyAdds: 1e6 }, { method: { ...fineTuning, recipe: { headOnly: true } } }]) chooseSettings({ ...hours, ...quick })
    chooseSettings(hours, { epochs: 10 })
    expect(asked).toHaveLength(2)
  })

  it('count the epochs on the source that come first in how long a training takes', () => {
    const method = {
      ...fineTuning, id: 'dan', needs: { sourceModel: false, sourceData: true, targetLabels: 'none', targetImages: true, classes: 'same' } as const,
      parameters: { sourceEpochs: count(0) }
    }
    const large = facts({
      method, sourceData: ofDigits(3200), target: ofDigits(3200), labels: 'none', trained: true, knowsClasses: false, parameters: 4_000_000, multiplyAdds: 400e6
    })
    // 500 steps per epoch, 128 images in each of ten epochs, and one epoch of 64 first: 3 × 400 million × 1,344 × 500 / 25 thousand
    // million a second are 9 hours. With 53 steps per epoch two epochs come first, for 100 steps: 3 × 400 million × 1,408 × 53 are 3,582 s.
    const { training, params, chosen } = chooseSettings(large)
    expect(training.epochSteps).toBe(53)
    expect(params['sourceEpochs']).toBe(2)
    expect(chosen['epochSteps']?.en).toContain('5500 steps would take about 9 hours on two processor cores; it takes 636, about 60 minutes')
    // Without them it would be 58.
    expect(chooseSettings({ ...large, knowsClasses: true }).training.epochSteps).toBe(58)
    expect(chooseSettings(large, {}, { sourceEpochs: 10 }).training.epochSteps).toBe(39)
  })

  it('say nothing for a method that takes no gradient steps', () => {
    expect(chooseSettings(facts({ method: { ...fineTuning, recipe: { noSteps: true } } })).chosen).toEqual({})
  })

  it('take the batch that fits into memory, say what a larger one would need, and count their steps by it', () => {
    const fits = { batchSize: 8, needed: 40e9, total: 16e9 }
    const { training, chosen } = chooseSettings(facts({ target: ofDigits(10), fits }))
    expect(training.batchSize).toBe(8)
    expect(chosen['batchSize']!.en).toBe('A larger batch would not fit: the usual one needs about 40.0 GB of memory, and this machine has 16.0 GB.')
    // 100 images in batches of 8 are 13 steps, and ten epochs of them too few.
    expect([training.epochSteps, chosen['epochSteps']!.en]).toEqual([40, expect.stringContaining('would be 130 steps')])
    expect(chooseSettings(facts({ target: ofDigits(10), fits }), { batchSize: 64 }).training.batchSize).toBe(64)
  })

  it('compute steps as functions where there are enough of them to pay for compiling, unless a person says otherwise', () => {
    // 1,000 images in batches of 32 are 32 steps: three epochs of them are 96, four 128.
    const [short, long] = [3, 4].map((epochs) => chooseSettings(facts({ target: ofDigits(100) }), { epochs, batchSize: 32 }))
    // That it was chosen is said: a repetition with more epochs then chooses anew.
    expect([short!.training.functions, short!.chosen['functions']?.en]).toEqual([false, expect.stringContaining('In 96 steps')])
    expect([long!.training.functions, long!.chosen['functions']?.en]).toEqual([true, expect.stringContaining('In 128 steps')])
    // Where they cannot be had nobody says that they save time; where nobody knows they are asked for.
    const without = chooseSettings(facts({ target: ofDigits(5000), functions: false }))
    expect([without.training.functions, without.chosen['functions']]).toEqual([false, undefined])
    expect(chooseSettings(facts({ target: ofDigits(5000), functions: true })).training.functions).toBe(true)
    const given = chooseSettings(facts({ target: ofDigits(5000) }), { functions: false })
    expect([given.training.functions, given.chosen['functions']]).toEqual([false, undefined])
    expect(chooseSettings(facts({ method: { ...fineTuning, recipe: { noSteps: true } } })).training.functions).toBe(false)
  })

  it('compute them as functions where bfloat16 is asked for, however few they are, and never ask for it themselves', () => {
    const short = { epochs: 3, batchSize: 32 }
    const { training, chosen } = chooseSettings(facts({ target: ofDigits(100) }), { ...short, precision: 'bfloat16' })
    expect([training.precision, training.functions, chosen['functions']?.en]).toEqual(['bfloat16', true, 'bfloat16 needs them.'])
    expect(chooseSettings(facts({ target: ofDigits(100) }), { ...short, precision: 'bfloat16', functions: false }).training.functions).toBe(false)
    expect(chooseSettings(facts({ target: ofDigits(5000) })).training.precision).toBe('float32')
  })

  it('never flip letters or digits', () => {
    expect(chooseSettings(facts()).training.augmentation).toBe('shift')
    const pets = facts({ target: dataset({ classes: ['cat', 'dog'], splits: { train: split([50, 50]) } }) })
    expect(chooseSettings(pets).training.augmentation).toBe('flip-shift')
  })

  it('leave the recipe of a method\'s authors as it is but for how fast it goes from a trained source', () => {
    const method = {
      ...facts().method, id: 'dann', needs: { sourceModel: false, sourceData: true, targetLabels: 'none', classes: 'same' } as const,
      trainingDefaults: { learningRate: 0.01, schedule: 'inverse' }, recipe: { trainedLearningRate: 0.003, wholeBatches: true }
    }
    const sourceData = { ...ofDigits(700), id: 'other' }
    expect(chooseSettings(facts({ method, sourceData, labels: 'none' })).training).toMatchObject({ learningRate: 0.003, optimizer: 'sgd', schedule: 'inverse' })
    expect(chooseSettings(facts({ method, sourceData, labels: 'none', trained: false })).training.learningRate).toBe(0.01)
  })
})

describe('classes that look like letters or digits', () => {
  it.each([[['0', '1', '2']], [['A', 'b', 'ß']], [['digit 1', 'digit_2']], [['zero', 'one', 'two']]])('%j do', (classes) => {
    expect(looksLikeCharacters(classes)).toBe(true)
  })

  it.each([[['cat', 'dog']], [['100', '200']], [['x']], [[]]])('%j do not', (classes) => {
    expect(looksLikeCharacters(classes)).toBe(false)
  })
})
