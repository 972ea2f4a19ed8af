import { describe, expect, it } from 'vitest'
import { balanceOf } from './balance'

const perClass = (accuracies: (number | null)[]) => accuracies.map((accuracy, index) => ({ class: String(index), accuracy, n: 10 }))

describe('balanced figures', () => {
  it('count every class alike, and leave out one without images', () => {
    // 9 of 10 and 1 of 2: accuracy 10 of 12, balanced (0.9 + 0.5) / 2.
    const confusion = [[9, 1, 0], [1, 1, 0], [0, 0, 0]]
    const { balancedAccuracy, macroF1 } = balanceOf({ perClass: perClass([0.9, 0.5, null]), confusion })
    expect(balancedAccuracy).toBeCloseTo(0.7, 10)
    // F1: 18 / (10 + 10) and 2 / (2 + 2); the third is neither there nor predicted.
    expect(macroF1).toBeCloseTo(0.7, 10)
  })

  it('count a class that is only predicted against F1', () => {
    // 1 of 2 right, the other taken for a class that is not there: 2 / 3 and 0.
    expect(balanceOf({ perClass: perClass([0.5, null]), confusion: [[1, 1], [0, 0]] }).macroF1).toBeCloseTo(1 / 3, 10)
  })

  it('come from the record where it has them, and are absent where nothing tells', () => {
    expect(balanceOf({ perClass: perClass([0.5]), balancedAccuracy: 0.4, macroF1: 0.3 })).toEqual({ balancedAccuracy: 0.4, macroF1: 0.3 })
    expect(balanceOf({ perClass: perClass([0.5]) })).toEqual({ balancedAccuracy: 0.5 })
    expect(balanceOf({ perClass: [] })).toEqual({})
  })
})
