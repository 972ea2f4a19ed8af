import { expect, it } from 'vitest'
import type { ModelSummary } from '../../contract/models'
import { choice } from '../../contract/parameters'
import { architecture, dataset, facts, fineTuning, method, model, spec, text } from '../specs/testing'
import { batchThatFits, checkMemory, memoryFor, memoryOf, memoryText } from './memory'

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
  const [found] = checkMemory(spec(batchOf(32)), all, { here: 2e9 })
  expect(found).toMatchObject({ code: 'memory-short', field: 'training.batchSize', remedy: { en: 'Choose a batch size of at most 4.' } })
  expect(found!.message.en).toBe('This training needs about 8.4 GB of memory, and this machine has 2.0 GB.')
  expect(checkMemory(spec(batchOf(32)), all, { here: 16e9 })).toEqual([])
  expect(checkMemory(spec(batchOf(32)), all, { here: 0.5e9 })[0]!.remedy!.en).toBe('Choose a smaller network, or smaller images.')
})

it('finds the batch that fits where the chosen one does not, on a processor', () => {
  const large = { ...shelf, datasets: [dataset({ shape: [320, 320, 3] })] }
  const processor = { kind: 'cpu' as const, library: 'TensorFlow 2.16.1', device: 'A processor', threads: 2 }
  const machine = { chosen: processor, backends: [], functions: { available: true } }
  expect(batchThatFits(spec(batchOf(32)), large, machine, 2e9)).toEqual({ batchSize: 4, needed: 400e6 + 16e6 + 32 * 250e6, total: 2e9 })
  expect(batchThatFits(spec(batchOf(32)), large, machine, 16e9)).toBeUndefined()
  expect(batchThatFits(spec(batchOf(32)), large, machine, 0.5e9)).toBeUndefined()
  expect(batchThatFits(spec(batchOf(32)), large, { ...machine, chosen: { ...processor, kind: 'gpu' } }, 2e9)).toBeUndefined()
})

it('of a backbone that is not trained is that of looking at images; of one that is trained in part the machine refuses nothing', () => {
  const options = ['all', 'last', 'none'].map((value) => ({ value, label: text(value) }))
  const supervised = method('target-supervised', { parameters: { trainedBlocks: choice({ label: text(''), help: text(''), options, default: 'all' }) } })
  const large = dataset({ shape: [320, 320, 3] })
  const known100 = facts({ methods: [supervised, fineTuning], architectures: [known], target: { value: large } })
  const trained = (trainedBlocks: string, augmentation: 'none' | 'shift' = 'none') => spec({
    method: { id: 'target-supervised', params: { trainedBlocks } }, training: { ...spec().training, batchSize: 32, augmentation }
  })
  const on = { ...shelf, methods: [supervised], datasets: [large] }
  // 250 MB per image: looking takes 850 MB at most.
  expect(memoryOf(trained('all'), on)).toBe(400e6 + 16e6 + 32 * 250e6)
  expect(memoryOf(trained('none'), on)).toBe(400e6 + 850e6)
  // Augmented images are seen anew, a batch at a time.
  expect(memoryOf(trained('none', 'shift'), on)).toBe(memoryOf(trained('all'), on))
  const refused = (value: ReturnType<typeof spec>): string[] => checkMemory(value, known100, { here: 2e9 }).map(({ code }) => code)
  expect(refused(trained('all'))).toEqual(['memory-short'])
  for (const value of [trained('last'), trained('none'), trained('none', 'shift')]) expect(refused(value)).toEqual([])
  const tuned = (frozen: string[]) => spec({ ...batchOf(32), method: { id: 'fine-tuning', params: { frozen } } })
  expect([refused(tuned([])), refused(tuned(['block1']))]).toEqual([['memory-short'], []])
})

it('is held to where it is computed: main memory for a processor, nothing for a graphics card, at a place what a run is given there', () => {
  const here = 2e9
  expect([memoryFor('cpu', { here }), memoryFor('auto', { here }), memoryFor('gpu', { here })]).toEqual([here, here, undefined])
  expect([memoryFor('auto', { here, place: {} }), memoryFor('cpu', { here, place: { memoryBytes: 256e9 } })]).toEqual([undefined, 256e9])
  expect(memoryFor('auto', { here, place: { memoryBytes: 256e9, gpus: 1 } })).toBeUndefined()
  const all = facts({ architectures: [known], target: { value: dataset({ shape: [320, 320, 3] }) } })
  const large = spec(batchOf(32))
  expect(checkMemory({ ...large, device: 'gpu' }, all, { here })).toEqual([])
  for (const place of [{}, { memoryBytes: 256e9 }]) expect(checkMemory(large, all, { here, place })).toEqual([])
  expect(checkMemory(large, all, { here: 256e9, place: { memoryBytes: 2e9 } })[0]!.message.en)
    .toBe('This training needs about 8.4 GB of memory, and each run is given 2.0 GB there.')
})

it('is a sentence before the start', () => {
  expect(memoryText(1.2e9).en).toBe('Needs about 1.2 GB of memory.')
  expect(memoryText(1.2e9, 16e9).en).toBe('Needs about 1.2 GB of 16.0 GB of memory.')
})
