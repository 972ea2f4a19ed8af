import { describe, expect, it } from 'vitest'
import { learningRateAt, type ScheduleSettings } from './schedules'

const settings = (change: Partial<ScheduleSettings>): ScheduleSettings =>
  ({ learningRate: 0.1, schedule: 'constant', stepEpochs: 2, stepFactor: 0.1, warmupEpochs: 0, ...change })

describe('learningRateAt', () => {
  it('stays where it is when constant', () => {
    expect([0, 7, 99].map((step) => learningRateAt(settings({}), step, 10, 100))).toEqual([0.1, 0.1, 0.1])
  })

  it('goes down a stair after so many epochs', () => {
    // 10 steps per epoch, decay steps of 2 epochs: 0…19 → 0.1, 20…39 → 0.01, 40… → 0.001
    const at = (step: number) => learningRateAt(settings({ schedule: 'step' }), step, 10, 100)
    expect(at(19)).toBe(0.1)
    expect(at(20)).toBeCloseTo(0.01, 12)
    expect(at(39)).toBeCloseTo(0.01, 12)
    expect(at(40)).toBeCloseTo(0.001, 12)
  })

  it('falls along half a cosine to nothing', () => {
    // of 100 steps: 0 → 0.1, 25 → 0.1·(1 + cos 45°)/2 = 0.0853553, 50 → 0.05, 75 → 0.0146447, 100 (never taken) → 0
    const at = (step: number) => learningRateAt(settings({ schedule: 'cosine' }), step, 10, 100)
    expect(at(0)).toBe(0.1)
    expect(at(25)).toBeCloseTo(0.0853553, 6)
    expect(at(50)).toBeCloseTo(0.05, 12)
    expect(at(75)).toBeCloseTo(0.0146447, 6)
    expect(at(99)).toBeGreaterThan(0)
    expect(at(100)).toBeCloseTo(0, 12)
  })

  it('rises evenly in the warm-up, from more than nothing to the full rate', () => {
    // half an epoch of 10 steps: 5 steps, 1/5, 2/5, … 5/5
    const rates = [0, 1, 2, 3, 4, 5].map((step) => learningRateAt(settings({ warmupEpochs: 0.5 }), step, 10, 100))
    const expected = [0.02, 0.04, 0.06, 0.08, 0.1, 0.1]
    rates.forEach((rate, index) => expect(rate).toBeCloseTo(expected[index]!, 12))
  })

  it('begins the cosine after the warm-up', () => {
    // warm-up 20 steps, cosine over the 80 left: its middle is step 60
    const at = (step: number) => learningRateAt(settings({ schedule: 'cosine', warmupEpochs: 2 }), step, 10, 100)
    expect(at(19)).toBe(0.1)
    expect(at(20)).toBe(0.1)
    expect(at(60)).toBeCloseTo(0.05, 12)
    expect(at(100)).toBeCloseTo(0, 12)
  })

  it('decays inversely from the full rate to 11 to the power of minus three quarters of it', () => {
    const at = (step: number) => learningRateAt(settings({ schedule: 'inverse' }), step, 10, 100)
    expect(at(0)).toBe(0.1)
    // half-way: 0.1 · 6^−0.75 = 0.1 · 0.260847; at the end 0.1 · 11^−0.75 = 0.1 · 0.165560
    expect(at(50)).toBeCloseTo(0.0260847, 6)
    expect(at(100)).toBeCloseTo(0.0165560, 6)
  })

  it('is finite and never negative when the warm-up is longer than the training', () => {
    for (const schedule of ['constant', 'step', 'cosine', 'inverse'] as const) {
      for (let step = 0; step < 30; step++) {
        const rate = learningRateAt(settings({ schedule, warmupEpochs: 100 }), step, 10, 30)
        expect(rate).toBeGreaterThan(0)
        expect(rate).toBeLessThanOrEqual(0.1)
      }
    }
  })
})
