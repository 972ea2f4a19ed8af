import { expect, it } from 'vitest'
import type { KnownPace } from '../../contract/advice'
import type { Machine } from '../../contract/doctor'
import { choice } from '../../contract/parameters'
import { dataset, fineTuning, method, model, spec, text } from '../specs/testing'
import { keepsFeatures } from './cost'
import { durationOf } from './duration'

const machine: Machine = {
  chosen: { kind: 'cpu', library: 'TensorFlow 2.16.1', device: 'A processor', threads: 2 }, backends: [], functions: { available: true }
}
const pace: KnownPace = {
  network: 'arch:seed-cnn', input: [32, 32, 3], device: 'auto', backend: machine.chosen, at: '2026-11-30T00:00:00.000Z',
  pace: { looking: 100, training: 20, baseBytes: 1, bytesPerImage: 1, steps: 3 }, bfloat16: { speed: 2, apart: 0.01, steps: 10 }
}
const shelf = { methods: [method('scratch'), fineTuning], datasets: [dataset()], models: [model], runs: [] }
const training = { ...spec().training, epochs: 2, batchSize: 40 }

it('goes by the pace that a trial found where no earlier run tells', () => {
  expect(durationOf([spec({ training })], shelf)).toEqual({ seconds: 0, unknown: 1 })
  // 40 images twice at 20 per second, and 4 s to begin; in bfloat16 twice as fast.
  expect(durationOf([spec({ training })], { ...shelf, machine, paces: [pace] })).toEqual({ seconds: 8, unknown: 0 })
  expect(durationOf([spec({ training: { ...training, precision: 'bfloat16' } })], { ...shelf, machine, paces: [pace] })).toEqual({ seconds: 6, unknown: 0 })
  // What has learned something is as fast as its architecture.
  const transfer = spec({ training, source: { model: 'run:one' }, method: { id: 'fine-tuning', params: {} } })
  expect(durationOf([transfer], { ...shelf, machine, paces: [pace] })).toEqual({ seconds: 8, unknown: 0 })
})

it('takes no pace of another network, input, device or backend', () => {
  const others: Partial<KnownPace>[] = [
    { network: 'arch:lenet' }, { input: [28, 28, 1] }, { device: 'wasm' }, { backend: { ...machine.chosen, threads: 8 } }
  ]
  for (const other of others) {
    expect(durationOf([spec({ training })], { ...shelf, machine, paces: [{ ...pace, ...other }] })).toEqual({ seconds: 0, unknown: 1 })
  }
})

it('takes a fixed backbone for one that is seen once, but not under a method that mixes the images themselves', () => {
  const options = ['all', 'none'].map((value) => ({ value, label: text(value) }))
  const parameters = { trainedBlocks: choice({ label: text(''), help: text(''), options, default: 'all' }) }
  const methods = [method('source-only', { parameters }), method('mixup', { parameters, recipe: { onImages: true } })]
  const fixed = (id: string) => spec({ training: { ...training, augmentation: 'none' }, method: { id, params: { trainedBlocks: 'none' } } })
  expect(methods.map((each) => keepsFeatures(fixed(each.id), each))).toEqual([true, false])
  expect(methods.map((each) => keepsFeatures({ ...fixed(each.id), training: { ...training, augmentation: 'flip' } }, each))).toEqual([false, false])
})
