import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Metric, RunProgress } from '../../contract/runs'
import { mostSteps, ProgressBatch } from './progress-batch'

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

  it('leaves steps out where there are more than can be shown, evenly, and nothing else', () => {
    const sent: Metric[][] = []
    const batch = new ProgressBatch((_, metrics) => sent.push(metrics), 100)
    const log: Metric = { kind: 'log', seconds: 0, level: 'info', text: { en: 'said', zh: '已说' } }
    batch.add(progress(0), [])
    batch.add(progress(1), [...Array.from({ length: 7_000 }, (_, step) => metric(step + 1)), log, metric(7_001)])
    batch.add(progress(2), Array.from({ length: 999 }, (_, step) => metric(7_002 + step)))
    batch.flush()
    const [, lines = []] = sent
    const steps = lines.flatMap((line) => line.kind === 'step' ? line.step : [])
    // 8,000 steps for 1,000 places: every eighth.
    expect([steps.length, steps[0], steps[1], steps.at(-1), lines.indexOf(log)]).toEqual([mostSteps, 8, 16, 8_000, 875])
    batch.add(progress(3), Array.from({ length: mostSteps }, (_, step) => metric(8_001 + step)))
    batch.flush()
    expect(sent[2]).toHaveLength(mostSteps)
  })
})
