import { describe, expect, it } from 'vitest'
import type { GridValue, StudyReport } from '../../../contract/studies'
import { budgetLines } from './budget-curve'

const arm = (labels: GridValue, mean: number, method = 'fine-tuning'): StudyReport['arms'][number] => ({
  method, settings: { 'target.labels': labels }, notes: [], score: { runs: ['r'], done: 1, mean },
  twins: [{ role: 'scratch', twin: { runs: ['t'], done: 1, mean: mean - 0.1 }, pairs: 1 }]
})

describe('accuracy against labels', () => {
  it('is one line of the candidates and one of each control, from few labels to all', () => {
    const lines = budgetLines([arm('all', 0.9), arm({ perClass: 20 }, 0.8), arm({ perClass: 5 }, 0.7)], () => 111)
    expect(lines.map(({ role, points }) => [role, points.map(({ perClass, score }) => [perClass, score.mean])])).toEqual([
      [undefined, [[5, 0.7], [20, 0.8], [111, 0.9]]],
      ['scratch', [[5, 0.7 - 0.1], [20, 0.8 - 0.1], [111, 0.9 - 0.1]]]
    ])
  })

  it('is nothing where each method was tried with one amount, or where all of them cannot be counted', () => {
    expect(budgetLines([arm({ perClass: 5 }, 0.7), arm({ perClass: 20 }, 0.8, 'lora')], () => 111)).toEqual([])
    expect(budgetLines([arm({ perClass: 5 }, 0.7), arm('all', 0.8)], () => undefined)).toEqual([])
  })
})
