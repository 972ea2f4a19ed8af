import { expect, it } from 'vitest'
import type { ModelSummary } from '../../contract/models'
import { architecture, dataset, facts, fineTuning, method, model, spec } from '../specs/testing'
import { checkMemory, memoryOf, memoryText } from './memory'

// One image's outputs of all layers take 1 MB at 32 × 32.
const known = { ...architecture, parameters: 1_000_000, outputBytes: 1e6 }
const larger: ModelSummary = { ...model, input: [64, 64, 3], parameters: 4_000_000, blocks: [{ name: 'block1', title: 'Block 1', parameters: 4 * 896 }] }
const shelf = { methods: [method('scratch'), fineTuning], architectures: [known], datasets: [dataset()], models: [larger] }
const batchOf = (batchSize: number) => ({ training: { ...spec().training, batchSize } })

it('counts the program, the weights four times, and two and a half times the outputs of a batch', () => {
  // 400 MB + 4 · 4 · 1 MB + 8 · 2.5 · 1 MB.
  expect(memoryOf(spec(batchOf(8)), shelf)).toBe(400e6 + 16e6 + 20e6)
  // Of 40 training images no batch holds more.
  expect(memoryOf(spec(batchOf(64)), shelf)).toBe(400e6 + 16e6 + 40 * 2.5e6)
})

it('of a saved model goes by its own size: four times the area, and twice the width where its blocks have four times the weights', () => {
  expect(memoryOf(spec({ ...batchOf(8), source: { model: 'run:one' }, method: { id: 'fine-tuning', params: {} } }), shelf)).toBe(400e6 + 64e6 + 8 * 2.5e6 * 4 * 2)
})

it('is not told of a network of which nothing is known', () => {
  expect(memoryOf(spec(), { ...shelf, architectures: [architecture] })).toBeUndefined()
})

it('stops a training that the machine cannot hold, with the batch size that it can', () => {
  const all = facts({ architectures: [known], target: { value: dataset({ shape: [320, 320, 3] }) } })
  // 416 MB + a batch of 32 · 2.5 · 100 MB; into 2 GB 6 images would fit, and 4 is the power of two.
  const [found] = checkMemory(spec(batchOf(32)), all, 2e9)
  expect(found).toMatchObject({ code: 'memory-short', field: 'training.batchSize', remedy: { en: 'Choose a batch size of at most 4.' } })
  expect(found!.message.en).toBe('This training needs about 8.4 GB of memory, and this machine has 2.0 GB.')
  expect(checkMemory(spec(batchOf(32)), all, 16e9)).toEqual([])
  expect(checkMemory(spec(batchOf(32)), all, 0.5e9)[0]!.remedy!.en).toBe('Choose a smaller network, or smaller images.')
})

it('is a sentence before the start', () => {
  expect(memoryText(1.2e9, 16e9).en).toBe('Needs about 1.2 GB of 16.0 GB of memory.')
})
