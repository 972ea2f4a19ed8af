import { describe, expect, it } from 'vitest'
import type { Metric } from '../contract/runs'
import { curveOf, noMarks, readTags, withoutTags, withTags } from './marks'

const epoch = (number: number, { validation, train = 0.5, stage = 0 }: { validation?: number, train?: number, stage?: number } = {}): Metric => ({
  kind: 'epoch', stage, epoch: number, step: number, seconds: 0, train: { loss: 1, accuracy: train },
  ...(validation !== undefined && { validation: { loss: 1, accuracy: validation } })
})

describe('tags', () => {
  it('are given once, taken off again, and at most twenty', () => {
    expect(withTags({ ...noMarks, tags: ['a'] }, ['b', 'a', 'b'])).toEqual(['a', 'b'])
    expect(withoutTags({ ...noMarks, tags: ['a', 'b'] }, ['a', 'c'])).toEqual(['b'])
    expect(withTags(noMarks, Array.from({ length: 30 }, (_, index) => `${index}`))).toHaveLength(20)
  })
  it('are read from one line, with the commas of either language', () => {
    expect(readTags(' paper, 基线，a、b ;paper')).toEqual(['paper', '基线', 'a', 'b'])
    expect(readTags(' , ')).toEqual([])
  })
})

describe('the curve beside a run\'s name', () => {
  it('is the validation accuracy of the last stage, with the epoch that is kept', () => {
    const series = [epoch(1, { validation: 0.1 }), epoch(1, { validation: 0.2, stage: 1 }), epoch(2, { validation: 0.4, stage: 1 })]
    expect(curveOf(series, { epoch: 1, score: 'validation accuracy', value: 0.2 })).toEqual({ of: 'validation', values: [0.2, 0.4], kept: 0 })
  })
  it('is the training accuracy where validation is not told, and nothing where neither is', () => {
    expect(curveOf([epoch(1, { train: 0.3 }), epoch(2, { train: 0.6 })], undefined)).toEqual({ of: 'train', values: [0.3, 0.6] })
    expect(curveOf([{ kind: 'epoch', stage: 0, epoch: 1, step: 1, seconds: 0, train: { loss: 1 } }], undefined)).toBeUndefined()
    expect(curveOf([], undefined)).toBeUndefined()
  })
  it('is thinned where it is long, and keeps its end and what is kept', () => {
    // Of 200 epochs every fourth, from the last back: 4, 8, …, 200 are 50; and epoch 7.
    const series = Array.from({ length: 200 }, (_, index) => epoch(index + 1, { validation: (index + 1) / 200 }))
    const curve = curveOf(series, { epoch: 7, score: 'validation accuracy', value: 0.035 })!
    expect(curve.values).toHaveLength(51)
    expect(curve.values.slice(0, 3)).toEqual([4 / 200, 7 / 200, 8 / 200])
    expect([curve.kept, curve.values.at(-1)]).toEqual([1, 1])
  })
})
