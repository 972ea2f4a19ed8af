import { describe, expect, it } from 'vitest'
import type { KnownPace } from '../../contract/advice'
import type { Machine } from '../../contract/doctor'
import { boolean, integer } from '../../contract/parameters'
import { specSchema, type BackendSummary, type Device, type Spec } from '../../contract/runs'
import { architecture, dataset, fineTuning, method, model, text } from './testing'
import { completeSpec, type SettingsShelf } from './complete'

const suited = { ...fineTuning, trainingDefaults: { learningRate: 0.005 } }
const draft = { source: { model: 'run:one' as const }, target: { dataset: 'digits' }, method: { id: 'fine-tuning' } }

describe('a spec with its defaults left out', () => {
  it('takes the general defaults, then the method\'s, then what is given', () => {
    const spec = completeSpec({ ...draft, method: { id: 'fine-tuning', params: { factor: 0.5 } }, training: { epochs: 3 } }, suited)
    expect(specSchema.parse(spec)).toEqual(spec)
    expect(spec).toMatchObject({
      target: { labels: 'all' }, method: { params: { factor: 0.5, frozen: [] } }, training: { epochs: 3, learningRate: 0.005, batchSize: 64 }, device: 'auto'
    })
    expect(completeSpec({ ...draft, training: { learningRate: 0.1 } }, suited).training.learningRate).toBe(0.1)
  })

  it('has plain numbers chosen for what was left out or is auto, each with why', () => {
    const shelf = { datasets: [dataset()], models: [model], architectures: [architecture] }
    const spec = completeSpec({ ...draft, training: { epochs: 3, learningRate: 'auto' } }, fineTuning, shelf)
    expect(specSchema.parse(spec)).toEqual(spec)
    expect(spec.training).toMatchObject({ epochs: 3, learningRate: 0.0005, optimizer: 'adam', batchSize: 16 })
    expect(spec.chosen?.['learningRate']?.en).toContain('The source knows something already')
    expect(spec.chosen).not.toHaveProperty('epochs')
    expect(completeSpec({ ...draft, target: { dataset: 'nowhere' } }, fineTuning, shelf)).not.toHaveProperty('chosen')
  })

  it('has parameters of its method chosen too, unless they are given', () => {
    const first = method('dan', {
      needs: { ...fineTuning.needs, sourceModel: false, sourceData: true, targetLabels: 'none' },
      parameters: { sourceEpochs: integer({ label: text(''), help: text(''), minimum: 0, maximum: 100, default: 0 }) }
    })
    const shelf = { datasets: [dataset()], models: [model], architectures: [architecture] }
    const fresh = { ...draft, source: { model: 'arch:seed-cnn' as const, dataset: 'digits' }, method: { id: 'dan' } }
    const spec = completeSpec(fresh, first, shelf)
    expect(spec.method.params).toEqual({ sourceEpochs: 10 })
    expect(spec.chosen).toHaveProperty('sourceEpochs')
    expect(completeSpec({ ...fresh, method: { id: 'dan', params: { sourceEpochs: 'auto' } } }, first, shelf)).toEqual(spec)
    expect(completeSpec({ ...fresh, method: { id: 'dan', params: { sourceEpochs: 2 } } }, first, shelf).chosen).not.toHaveProperty('sourceEpochs')
    // The model on the shelf answers in the target's classes.
    expect(completeSpec({ ...fresh, source: { ...fresh.source, model: 'run:one' } }, first, shelf).method.params).toEqual({ sourceEpochs: 0 })
  })

  it('keeps the rows of the head for classes of the same name, only where there are such and nobody says otherwise', () => {
    const keeping = { ...fineTuning, parameters: { keepRows: boolean({ label: text(''), help: text(''), default: false }) } }
    const shelf = (classes: readonly string[]) => ({ datasets: [dataset()], models: [{ ...model, classes: [...classes] }], architectures: [architecture] })
    const { classes } = dataset()
    const some = completeSpec(draft, keeping, shelf(['other', ...classes.slice(0, 2)]))
    expect(some.method.params).toEqual({ keepRows: true })
    expect(some.chosen?.['keepRows']?.en).toContain(`knows 2 of the ${classes.length} classes by name`)
    // In another order the head is new too; in the same order it stays whole.
    expect(completeSpec(draft, keeping, shelf([...classes].reverse())).method.params).toEqual({ keepRows: true })
    expect(completeSpec(draft, keeping, shelf(classes)).method.params).toEqual({ keepRows: false })
    expect(completeSpec(draft, keeping, shelf(['other'])).method.params).toEqual({ keepRows: false })
    const off = completeSpec({ ...draft, method: { id: 'fine-tuning', params: { keepRows: false } } }, keeping, shelf(['other', ...classes.slice(0, 2)]))
    expect([off.method.params, off.chosen?.['keepRows']]).toEqual([{ keepRows: false }, undefined])
  })

  it('takes a smaller batch where the chosen one does not fit into memory, and none where a person set it', () => {
    const asked: number[] = []
    const shelf: SettingsShelf = {
      datasets: [dataset()], models: [model], architectures: [architecture],
      fitting: ({ training: { batchSize } }) => {
        asked.push(batchSize)
        return { batchSize: 4, needed: 40e9, total: 16e9 }
      }
    }
    const chosen = completeSpec(draft, fineTuning, shelf)
    expect(asked).toEqual([completeSpec(draft, fineTuning, { ...shelf, fitting: () => undefined }).training.batchSize])
    expect([chosen.training.batchSize, chosen.chosen?.['batchSize']?.en]).toEqual([4, expect.stringContaining('would not fit')])
    const set = completeSpec({ ...draft, training: { batchSize: 32 } }, fineTuning, shelf)
    expect([set.training.batchSize, set.chosen?.['batchSize']]).toEqual([32, undefined])
  })

  describe('by the machine that is to compute', () => {
    const large = { ...model, architecture: 'large', parameters: 4_000_000 }
    const many = dataset({ splits: { train: { count: 60_000, perClass: [30_000, 30_000], sha256: { images: 'a', labels: 'b' } } } })
    const processor: BackendSummary = { kind: 'cpu', library: 'TensorFlow 2.16.1', device: 'A processor', threads: 2 }
    const machine: Machine = {
      chosen: processor, functions: { available: true },
      backends: [
        { kind: 'gpu', available: false, chosen: false }, { kind: 'cpu', available: true, chosen: true, library: processor.library },
        { kind: 'wasm', available: true, chosen: false, library: 'TensorFlow.js WebAssembly 4.22.0' }
      ]
    }
    const pace = (backend: BackendSummary, device: Device = 'auto'): KnownPace => ({
      network: 'arch:large', input: [32, 32, 3], device, backend, at: '2026-11-30T00:00:00.000Z',
      pace: { looking: 60, training: 20, baseBytes: 1, bytesPerImage: 1, steps: 7 }
    })
    const training = (more: Partial<SettingsShelf>, device: Device = 'auto') => {
      const shelf = { datasets: [many], models: [large], architectures: [], ...more }
      const { training: { epochSteps, functions } } = completeSpec({ ...draft, device }, fineTuning, shelf)
      return { epochSteps, functions }
    }

    it('goes by a pace that was found on the same backend, and by no other', () => {
      expect(training({ machine, paces: [pace(processor)] }).epochSteps).toBe(112)
      const others: BackendSummary[] = [{ ...processor, kind: 'wasm' }, { ...processor, threads: 8 }, { ...processor, library: 'TensorFlow 2.20.0' }]
      for (const other of others) expect(training({ machine, paces: [pace(other)] }).epochSteps).toBe(0)
      // Without a look at the machine nobody knows whether it still is so.
      expect(training({ paces: [pace(processor)] }).epochSteps).toBe(0)
      const wasm: BackendSummary = { kind: 'wasm', library: 'TensorFlow.js WebAssembly 4.22.0', device: 'A processor', threads: 1 }
      expect(training({ machine, paces: [pace(wasm, 'wasm')] }, 'wasm').epochSteps).toBe(112)
    })

    it('takes steps as functions where they can be had, or where nobody knows', () => {
      expect(training({ machine }).functions).toBe(true)
      expect(training({}).functions).toBe(true)
      expect(training({ machine: { ...machine, functions: { available: false } } }).functions).toBe(false)
      expect(training({ machine }, 'wasm').functions).toBe(false)
      // Beside a graphics card nobody asked the processor's binding.
      const card: Machine = { ...machine, chosen: { ...processor, kind: 'gpu' }, functions: { available: false } }
      expect([training({ machine: card }).functions, training({ machine: card }, 'cpu').functions]).toEqual([false, true])
    })

    it('holds no training for short on a card, and one on the processor for long, whatever computed earlier runs', () => {
      const heavy = { ...architecture, id: 'large', multiplyAdds: 400e6 }
      expect(training({ machine, architectures: [heavy], gpu: true }).epochSteps).toBe(117)
      const card: Machine = { ...machine, chosen: { ...processor, kind: 'gpu' } }
      expect(training({ machine: card, architectures: [heavy] }).epochSteps).toBe(0)
      expect(training({ machine: card, architectures: [heavy] }, 'cpu').epochSteps).toBe(117)
    })
  })

  it('is granted labels unless the method needs none, or it says itself', () => {
    const unlabelled = method('dann', { needs: { ...fineTuning.needs, targetLabels: 'none' } })
    expect(completeSpec(draft, unlabelled).target.labels).toBe('none')
    expect(completeSpec({ ...draft, target: { dataset: 'digits', labels: { perClass: 2 } } }, unlabelled).target.labels).toEqual({ perClass: 2 })
  })

  it('chooses the epoch with as many labels as it learns from, unless it says otherwise', () => {
    const choosing = (target: Partial<Spec['target']>) => completeSpec({ ...draft, target: { dataset: 'digits', ...target } }, suited).target.validationLabels
    expect(choosing({ labels: { perClass: 5 } })).toEqual({ perClass: 5 })
    expect(choosing({ labels: { perClass: 5 }, validationLabels: 'all' })).toBe('all')
    expect(choosing({ labels: 'all' })).toBeUndefined()
    expect(choosing({ labels: 'none' })).toBeUndefined()
  })
})
