import { describe, expect, it } from 'vitest'
import type { Dataset } from '../../contract/datasets'
import { chooseSettings, type ChoiceFacts } from './choose-settings'
import { looksLikeCharacters } from './characters'

const digits = Array.from({ length: 10 }, (_, digit) => String(digit))
const split = (perClass: number[]): NonNullable<Dataset['splits']['train']> =>
  ({ count: perClass.reduce((sum, count) => sum + count, 0), perClass, sha256: { images: '', labels: '' } })

const facts = (more: Partial<ChoiceFacts> = {}): ChoiceFacts => ({
  method: { id: 'fine-tuning', needs: { sourceModel: true, sourceData: false, targetLabels: 'some', classes: 'any' } },
  trained: true,
  target: { classes: digits, shape: [28, 28, 1], splits: { train: split(digits.map(() => 100)) } },
  labels: 'all',
  ...more
})

describe('settings that nobody set', () => {
  it('are enough steps, however few the labels', () => {
    // 10 classes × 10 labels = 100 images in batches of 16: 7 steps per epoch, 70 in ten epochs. Asked for 400: 40 per epoch.
    const { training, chosen } = chooseSettings(facts({ labels: { perClass: 10 } }))
    expect(training).toMatchObject({ batchSize: 16, epochs: 10, epochSteps: 40 })
    expect(chosen['epochSteps']?.en).toContain('100 images')
  })

  it('leave an epoch as long as its images where there are many', () => {
    const many = facts({ target: { classes: digits, shape: [28, 28, 1], splits: { train: split(digits.map(() => 5000)) } } })
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

  it('never flip letters or digits', () => {
    expect(chooseSettings(facts()).training.augmentation).toBe('shift')
    const pets = facts({ target: { classes: ['cat', 'dog'], shape: [64, 64, 3], splits: { train: split([50, 50]) } } })
    expect(chooseSettings(pets).training.augmentation).toBe('flip-shift')
  })

  it('leave the recipe of a method\'s authors as it is but for how fast it goes from a trained source', () => {
    const method = {
      ...facts().method, id: 'dann', needs: { sourceModel: false, sourceData: true, targetLabels: 'none', classes: 'same' } as const,
      trainingDefaults: { learningRate: 0.01, schedule: 'inverse' }, recipe: { trainedLearningRate: 0.003, wholeBatches: true }
    }
    const sourceData = { classes: digits, splits: { train: split(digits.map(() => 700)) } }
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
