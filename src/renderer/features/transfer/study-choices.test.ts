import { describe, expect, it } from 'vitest'
import { trainingParameters } from '../../../contract/training'
import { fakeSpec } from '../../testing/fake-runs'
import { noStudy, readBudgets, readValues, wantedOf } from './study-choices'

describe('what a study varies', () => {
  it('reads label budgets, each once, and says when a word is none', () => {
    expect(readBudgets('5, 10，10 全部')).toEqual([{ perClass: 5 }, { perClass: 10 }, 'all'])
    expect(readBudgets('')).toEqual([])
    expect(readBudgets('5, 0')).toBeNull()
  })

  it('reads the values of a setting by its kind', () => {
    expect(readValues('0.1 1e-3', trainingParameters.learningRate)).toEqual([0.1, 0.001])
    expect(readValues('2.5', trainingParameters.epochs)).toBeNull()
    expect(readValues('SGD with momentum, adam', trainingParameters.optimizer)).toEqual(['sgd', 'adam'])
    expect(readValues('on, 否', trainingParameters.nesterov)).toEqual([true, false])
  })

  it('becomes what main is asked for; depths only of the method that has them', () => {
    const spec = fakeSpec()
    const choices = { ...noStudy(), labels: '5 10', setting: 'training.epochs', values: '2, 4', depths: 'both' as const }
    expect(wantedOf(spec, choices, null)).toEqual({
      faults: [], wanted: { spec, grid: { 'target.labels': [{ perClass: 5 }, { perClass: 10 }], 'training.epochs': [2, 4] } }
    })
    expect(wantedOf(spec, { ...choices, values: 'two' }, null).faults).toEqual(['values'])
  })
})
