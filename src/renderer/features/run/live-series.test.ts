import { describe, expect, it } from 'vitest'
import { shortest } from '#test/shortest'
import type { Metric } from '../../../contract/runs'
import { fakeMetrics } from '../../testing/fake-runs'
import { LiveSeries } from './live-series'

const step = (at: number, total: number, stage = 0): Metric =>
  ({ kind: 'step', stage, epoch: 1, step: at, seconds: at, learningRate: 0.01, losses: { total, transfer: total / 2 } })
const epoch = (at: number, steps: number, accuracy: number, stage = 0): Metric => ({
  kind: 'epoch', stage, epoch: at, step: steps, seconds: steps, train: { loss: 1, accuracy }, validation: { loss: 1.1, accuracy: accuracy - 0.1 }
})

describe('a run\'s series', () => {
  it('puts steps and epochs on one axis of epochs', () => {
    const series = new LiveSeries()
    series.add([step(1, 4), step(2, 3), epoch(1, 2, 0.5), step(3, 2), step(4, 1), epoch(2, 4, 0.6)])
    const { losses, validationAccuracy } = series.snapshot()
    expect(losses.map(({ name }) => name)).toEqual(['total', 'transfer'])
    expect([...losses[0]?.x ?? []]).toEqual([0.5, 1, 1.5, 2])
    expect([...losses[1]?.y ?? []]).toEqual([2, 1.5, 1, 0.5])
    expect([...validationAccuracy.x]).toEqual([1, 2])
  })

  it('knows the axis before the first epoch is over', () => {
    const series = new LiveSeries()
    series.expect(0, 10)
    series.add([step(1, 4)])
    expect([...series.snapshot().losses[0]?.x ?? []]).toEqual([0.1])
  })

  it('keeps the steps of a run that stopped within its first epoch within that epoch', () => {
    const series = new LiveSeries()
    series.add([1, 2, 3, 4].map((at) => step(at, 2)))
    expect([...series.snapshot().losses[0]?.x ?? []]).toEqual([0.25, 0.5, 0.75, 1])
  })

  it('sets the stages of a method one after another', () => {
    const series = new LiveSeries()
    series.add([step(1, 4), step(2, 3), epoch(1, 2, 0.5), step(1, 2, 1), step(2, 1, 1), epoch(1, 2, 0.6, 1)])
    expect([...series.snapshot().losses[0]?.x ?? []]).toEqual([0.5, 1, 1.5, 2])
  })

  it('takes a line in once, however often it comes', () => {
    const series = new LiveSeries()
    const whole = fakeMetrics(2, 5)
    series.add(whole)
    series.add(whole.slice(4))
    const { losses, validationLoss, log } = series.snapshot()
    expect(losses[0]?.y).toHaveLength(10)
    expect(validationLoss.y).toHaveLength(2)
    expect(log.filter(({ text }) => text.en.startsWith('Training on'))).toHaveLength(1)
  })

  it('takes back what a resume makes void', () => {
    const series = new LiveSeries()
    series.add([step(1, 4), epoch(1, 1, 0.5), step(2, 9), step(3, 9), { kind: 'resumed', stage: 0, epoch: 1, step: 1, seconds: 1 }, step(2, 3)])
    expect([...series.snapshot().losses[0]?.y ?? []]).toEqual([4, 3])
    expect(series.snapshot().log.at(-1)?.text.en).toBe('Went on from step 1.')
  })

  it('gives new lines each time, so that a chart sees the change', () => {
    const series = new LiveSeries()
    series.add([step(1, 4)])
    const before = series.snapshot()
    series.add([step(2, 3)])
    expect([...before.losses[0]?.y ?? []]).toEqual([4])
  })

  it('moves what it drew by a guess once the axis is known', () => {
    const series = new LiveSeries()
    series.add([step(1, 4)])
    series.snapshot()
    series.add([step(2, 3), epoch(1, 2, 0.5)])
    expect([...series.snapshot().losses[0]?.x ?? []]).toEqual([0.5, 1])
  })

  it('is drawn quickly with 100,000 steps', async () => {
    const steps = Array.from({ length: 100_000 }, (_, index) => step(index + 1, 1))
    const waiting = Array.from({ length: 10 }, () => {
      const series = new LiveSeries()
      series.add(steps)
      return series
    })
    expect(await shortest(waiting.length, () => waiting.pop()!.snapshot())).toBeLessThan(200)
  })
})
