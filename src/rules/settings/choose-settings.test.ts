import { describe, expect, it } from 'vitest'
import type { Dataset } from '../../contract/datasets'
import { dataset, fineTuning } from '../specs/testing'
import { chooseSettings, type ChoiceFacts } from './choose-settings'
import { looksLikeCharacters } from './characters'

const digits = Array.from({ length: 10 }, (_, digit) => String(digit))
const split = (perClass: number[]): NonNullable<Dataset['splits']['train']> =>
  ({ count: perClass.reduce((sum, count) => sum + count, 0), perClass, sha256: { images: '', labels: '' } })
const ofDigits = (perClass: number): Dataset => dataset({ classes: digits, splits: { train: split(digits.map(() => perClass)) } })

const facts = (more: Partial<ChoiceFacts> = {}): ChoiceFacts =>
  ({ method: fineTuning, trained: true, target: ofDigits(100), labels: 'all', ...more })

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

  it('leave biases out of a weight decay that there is', () => {
    expect(chooseSettings(facts(), { weightDecay: 0.01 }).training.decayBiases).toBe(false)
    expect(chooseSettings(facts(), { weightDecay: 0.01, decayBiases: true }).training.decayBiases).toBe(true)
    expect(chooseSettings(facts()).chosen).not.toHaveProperty('decayBiases')
  })

  it('are those of fresh weights for a student, whatever its teacher knows', () => {
    expect(chooseSettings(facts({ method: { ...fineTuning, blocks: 'new' } })).training.learningRate).toBe(1e-3)
  })

  it('say nothing for a method that takes no gradient steps', () => {
    expect(chooseSettings(facts({ method: { ...fineTuning, recipe: { noSteps: true } } })).chosen).toEqual({})
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
