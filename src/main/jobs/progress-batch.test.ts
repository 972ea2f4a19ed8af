import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Metric, RunProgress } from '../../contract/runs'
import { ProgressBatch } from './progress-batch'

const progress = (step: number): RunProgress => ({
  runId: 'one', state: 'running', phase: 'training', stage: 0, stages: 1, epoch: 0, epochs: 1,
  step, steps: 9, stepInEpoch: step, stepsPerEpoch: 9, seconds: 0
})
const metric = (step: number): Metric =>
  ({ kind: 'step', stage: 0, epoch: 0, step, seconds: 0, learningRate: 0.1, losses: { total: 1 } })

describe('ProgressBatch', () => {
  beforeEach(() => { vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }) })
  afterEach(() => { vi.useRealTimers() })

  it('sends at most once an interval, the newest progress and every line in order', () => {
    const sent: [number, number[]][] = []
    const batch = new ProgressBatch(({ step }, metrics) => {
      sent.push([step, metrics.map((line) => 'step' in line ? line.step : -1)])
    }, 100)
    for (let step = 0; step < 50; step += 1) {
      batch.add(progress(step), [metric(step)])
      vi.advanceTimersByTime(10)
    }
    batch.flush()
    expect(sent.length).toBeLessThanOrEqual(7)
    expect(sent.flatMap(([, steps]) => steps)).toEqual(Array.from({ length: 50 }, (_, step) => step))
    expect(sent.at(-1)?.[0]).toBe(49)
  })

  it('keeps lines until there is a progress to go with them, and loses none at the end', () => {
    const sent: number[] = []
    const batch = new ProgressBatch((_, metrics) => sent.push(metrics.length), 100)
    batch.add(undefined, [metric(1)])
    batch.add(progress(2), [metric(2)])
    batch.flush()
    batch.flush()
    expect(sent).toEqual([2])
  })
})
