import { describe, expect, it } from 'vitest'
import { boolean, integer } from '../../contract/parameters'
import { specSchema, type Spec } from '../../contract/runs'
import { architecture, dataset, fineTuning, method, model, text } from './testing'
import { completeSpec } from './complete'

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
