import { describe, expect, it } from 'vitest'
import type { Dataset } from '../../contract/datasets'
import type { MethodNeeds, MethodSummary } from '../../contract/methods'
import type { ModelRef } from '../../contract/models'
import { checkSpec } from '../specs/check'
import { architecture, dataset, facts, method, model, spec } from '../specs/testing'
import { whyNot, type Shelf } from './fit'

const digits = dataset()
const others = dataset({ id: 'others', name: 'Others' })
const letters = dataset({ id: 'letters', name: 'Letters', classes: ['a', 'b'] })
const photos = dataset({ id: 'photos', name: 'Photos', classes: [], splits: { train: { count: 9, sha256: { images: 'a' } } } })
const shelf: Shelf = { datasets: [digits, others, letters, photos], models: [model], architectures: [architecture] }
const needing = (needs: Partial<MethodNeeds>): MethodSummary =>
  method('m', { needs: { sourceModel: false, sourceData: false, targetLabels: 'none', classes: 'any', ...needs } })
const reason = (needs: Partial<MethodNeeds>, source: ModelRef | null = 'run:one', target: Dataset | null = digits, from: Shelf = shelf) =>
  whyNot(needing(needs), { source, target }, from)?.reason.en

describe('whether a method fits', () => {
  it('says what is missing of the source model', () => {
    expect(reason({ sourceModel: true }, 'arch:seed-cnn')).toMatch(/trained/)
    expect(reason({ sourceModel: true })).toBeUndefined()
    const plain = { ...shelf, models: [{ ...model, batchNormalisation: false }] }
    expect(reason({ batchNormalisation: true }, 'run:one', digits, plain)).toBe('Needs batch normalisation; One has none.')
    expect(reason({ batchNormalisation: true }, 'arch:seed-cnn', digits, { ...shelf, architectures: [{ ...architecture, batchNormalisation: false }] })).toMatch(/Seed CNN has none/)
    const headless = { ...shelf, models: [{ ...model, classes: [] }] }
    expect(reason({ classes: 'same' }, 'run:one', digits, headless)).toMatch(/without a head/)
    expect(reason({ sourceHead: true }, 'run:one', letters, headless)).toMatch(/without a head/)
    expect(reason({ sourceHead: true }, 'run:one', letters)).toBeUndefined()
    expect(reason({ square: true }, 'arch:seed-cnn', { ...digits, shape: [28, 40, 1] })).toMatch(/28×40/)
    expect(reason({ square: true }, 'arch:seed-cnn', { ...digits, shape: [28, 28, 1] })).toBeUndefined()
  })

  it('says what is missing of the target\'s labels', () => {
    expect(reason({ targetLabels: 'some' }, 'run:one', photos)).toBe('Needs labels; Photos has none.')
    expect(reason({ targetLabels: 'some', validation: true })).toMatch(/validation images; Digits has none/)
    expect(reason({ targetLabels: 'some' })).toBeUndefined()
  })

  it('holds classes against it only where no source could have the right ones', () => {
    expect(reason({ classes: 'same' }, 'run:one', letters)).toBe('Needs the same classes in source and target.')
    // The others have the digits' classes, whatever the model knows: a method with source data has a head for them.
    expect(reason({ classes: 'same', sourceData: true }, 'arch:seed-cnn')).toBeUndefined()
    expect(reason({ classes: 'same', sourceData: true }, 'run:one', letters)).toMatch(/same classes/)
    expect(reason({ classes: 'overlapping' }, 'run:one', letters)).toMatch(/share/)
    expect(reason({ classes: 'same', sourceData: true }, 'run:one', photos)).toBeUndefined()
  })

  it('takes the target as its source only where there is nothing else', () => {
    expect(reason({ classes: 'same', sourceData: true }, 'run:one', letters, { ...shelf, datasets: [letters, photos] })).toBeUndefined()
    expect(reason({ sourceData: true }, 'run:one', photos, { ...shelf, datasets: [photos] })).toBe('Needs labelled source images.')
  })

  it('looks for a domain to leave out, and for enough that stay', () => {
    const rooms = (names: string[]) => dataset({
      id: 'rooms', name: 'Rooms', domains: names,
      splits: { train: { count: 40, perClass: [15, 25], perDomain: names.map(() => 10), sha256: { images: 'a', labels: 'b' } } }
    })
    const across = (target: Dataset) => reason({ sourceData: true, domains: 2 }, 'arch:seed-cnn', target, { ...shelf, datasets: [target, digits] })
    expect(across(rooms(['art', 'photo', 'sketch']))).toBeUndefined()
    expect(across(rooms(['art', 'photo']))).toBe('Needs source data of 2 domains or more.')
    expect(reason({ sourceData: true, domains: 2 }, 'arch:seed-cnn', digits, { ...shelf, datasets: [rooms(['art', 'photo']), digits] })).toBeUndefined()
  })

  it('counts the other models that could join', () => {
    const two = { ...shelf, models: [model, { ...model, ref: 'run:two' as const }] }
    const combining = (minimum: number, from: Shelf, alike = false) => reason({ teachers: { minimum, maximum: 8, alike } }, 'run:one', digits, from)
    expect(combining(1, two)).toBeUndefined()
    expect(combining(1, shelf)).toBe('Needs another saved model beside the source.')
    expect(combining(2, two)).toMatch(/2 or more saved models beside/)
    const unlike = { ...shelf, models: [model, { ...model, ref: 'run:two' as const, architecture: 'lenet' }] }
    expect(combining(1, unlike)).toBeUndefined()
    expect(combining(1, unlike, true)).toMatch(/go with the source/)
  })

  it('holds nothing against it that is not chosen yet', () => {
    const everything = { sourceModel: true, sourceData: true, targetLabels: 'all', classes: 'same', validation: true, square: true } as const
    expect(reason(everything, null, null)).toBeUndefined()
  })

  it('refuses a start for what it says, by the same mechanism', () => {
    const wanted = method('m', { needs: { sourceModel: false, sourceData: false, targetLabels: 'some', classes: 'same' } })
    const found = whyNot(wanted, { source: 'run:one', target: letters }, shelf)!
    const [refused] = checkSpec(
      spec({ source: { model: 'run:one' }, target: { dataset: 'letters', labels: 'all' }, method: { id: 'm', params: {} } }),
      facts({ methods: [wanted], target: { value: letters }, sourceModel: { value: model } })
    )
    expect(refused).toMatchObject(found.error)
  })
})
