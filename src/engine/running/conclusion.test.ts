import { describe, expect, it } from 'vitest'
import type { Metric } from '../../contract/runs'
import { spec } from '../../rules/specs/testing'
import { capNote, keptEpoch } from './conclusion'

const step = (number: number, discrepancy: number, stage = 0): Metric =>
  ({ kind: 'step', stage, epoch: 1, step: number, seconds: 0, learningRate: 0.1, losses: { total: 1, discrepancy } })
const epoch = (number: number, accuracy?: number): Metric =>
  ({ kind: 'epoch', stage: 0, epoch: number, step: number * 10, seconds: 0, train: { loss: 1, ...(accuracy !== undefined && { accuracy }) } })

describe('what a run ends with', () => {
  it('tells in how many steps a term stood at its cap', () => {
    const cap = { term: 'discrepancy', at: 1 }
    expect(capNote([step(1, 1), step(2, 0.9999999), step(3, 0.5), step(1, 1, 1)], 0, cap)?.en).toContain('in 2 of 3 steps')
    expect(capNote([step(1, 0.4)], 0, cap)).toBeUndefined()
    // In the method's own words, in either language.
    const told = capNote([step(1, 1)], 0, cap, { discrepancy: { en: 'Discrepancy', zh: '分布差异' } })
    expect(told?.en).toContain('“Discrepancy” was held at its cap of 1')
    expect(told?.zh).toBe('损失项“分布差异”在 1 步中有 1 步停在上限 1：此时加大权重不起作用。')
    expect(told?.zh).not.toMatch(/[a-z]/i)
  })

  it('looks at the epoch that was kept, the last where none was chosen: ten steps of 64 images', () => {
    const series = [epoch(1, 0.3), epoch(2, 0.9), epoch(3, 0.1)]
    expect(keptEpoch(series, spec(), undefined)).toEqual({ train: { accuracy: 0.1, images: 640 } })
    const kept = (number: number) => ({ epoch: number, score: 'validation accuracy', value: 0.9 })
    expect(keptEpoch(series, spec(), kept(2))).toEqual({ train: { accuracy: 0.9, images: 640 } })
    // The start was kept: no epoch tells of it.
    expect(keptEpoch(series, spec(), kept(0))).toEqual({})
    const stages = [{ ...epoch(1, 0.2), stage: 0 }, { ...epoch(1, 0.8), stage: 1 }] as Metric[]
    expect(keptEpoch(stages, spec(), kept(1))).toEqual({ train: { accuracy: 0.8, images: 640 } })
    expect(keptEpoch([epoch(1)], spec(), undefined)).toEqual({})
    expect(keptEpoch([], spec(), undefined)).toEqual({})
  })
})
