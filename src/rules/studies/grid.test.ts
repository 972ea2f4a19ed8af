import { describe, expect, it } from 'vitest'
import type { MethodSummary } from '../../contract/methods'
import { blocks, number } from '../../contract/parameters'
import { combinations, parseStudy, specsOfStudy } from './grid'

const text = (en: string) => ({ en, zh: en })
const methods: MethodSummary[] = [{
  id: 'feature-transfer', family: 'features', title: text(''), summary: text(''), sentence: text(''), reference: '', blocks: 'copied',
  needs: { sourceModel: true, sourceData: false, targetLabels: 'some', classes: 'any' }, trainingDefaults: { learningRate: 0.005 },
  parameters: {
    copied: blocks({ label: text(''), help: text(''), default: [] }),
    strength: number({ label: text(''), help: text(''), minimum: 0, maximum: 1, default: 0.5 })
  }
}]
const base = {
  source: { model: 'run:R1' }, target: { dataset: 'digits', labels: { perClass: 20 } }, method: { id: 'feature-transfer' }, training: { epochs: 2 }
}

describe('a study\'s grid', () => {
  it('makes every combination, the last path varying fastest', () => {
    expect(combinations({ a: [1, 2], b: ['x', 'y'] })).toEqual([{ a: 1, b: 'x' }, { a: 1, b: 'y' }, { a: 2, b: 'x' }, { a: 2, b: 'y' }])
    expect(combinations({})).toEqual([{}])
  })

  it('becomes complete specs: the base, the grid\'s values, the method\'s defaults', () => {
    const specs = specsOfStudy(parseStudy({
      base, grid: { 'method.params.copied': [['block1'], ['block1', 'block2']], 'training.learningRate': [0.1], 'target.labels': [{ perClass: 5 }] }
    }), methods)
    expect(specs.map(({ method }) => method.params)).toEqual([
      { copied: ['block1'], strength: 0.5 }, { copied: ['block1', 'block2'], strength: 0.5 }
    ])
    expect(specs[0]).toMatchObject({ training: { learningRate: 0.1, epochs: 2, batchSize: 64 }, target: { labels: { perClass: 5 } }, device: 'auto' })
    expect(specsOfStudy(parseStudy({ base }), methods)[0]!.training.learningRate).toBe(0.005)
  })

  it('names what does not fit', () => {
    const field = (work: () => unknown): unknown => {
      try {
        work()
      } catch (error) {
        return (error as { value?: { field?: string } }).value?.field
      }
      return 'nothing was thrown'
    }
    expect(field(() => parseStudy({ base, seeds: 0 }))).toBe('seeds')
    expect(field(() => parseStudy({ base, colour: 1 }))).toBe('colour')
    expect(field(() => parseStudy({ base, grid: { 'training.epochs': [] } }))).toBe('grid.training.epochs')
    const grid = (path: string, value: number) => field(() => specsOfStudy(parseStudy({ base, grid: { [path]: [value] } }), methods))
    expect(grid('training.colour', 1)).toBe('training.colour')
    expect(grid('traning.epochs', 1)).toBe('traning')
    expect(grid('training.epochs', -1)).toBe('training.epochs')
    expect(grid('source.model.deep', 1)).toBe('grid.source.model.deep')
    expect(grid('__proto__.polluted', 1)).toBe('grid.__proto__.polluted')
    const many = Array.from({ length: 501 }, (_, index) => index)
    expect(field(() => specsOfStudy(parseStudy({ base, grid: { 'training.seed': many } }), methods))).toBe('grid')
  })
})
