import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RunProgress } from '../../contract/runs'
import { Progress } from './progress'

const at = (step: number): RunProgress => ({
  runId: '01ARZ3NDEKTSV4RRFFQ69G5FAV', state: 'running', phase: 'training', stage: 0, stages: 1, epoch: Math.floor(step / 10), epochs: 10,
  step, steps: 100, stepInEpoch: step % 10, stepsPerEpoch: 10, seconds: step, imagesPerSecond: 1420, secondsLeft: 100 - step
})

describe('progress where there is no terminal', () => {
  let text = ''
  beforeEach(() => {
    text = ''
    vi.useFakeTimers({ now: 0 })
  })
  afterEach(() => vi.useRealTimers())

  const progress = (): Progress => new Progress({ isTTY: false, columns: 80, write: (said) => { text += said } }, 'en')

  it('is a line now and then, not one per step', () => {
    const shown = progress()
    for (let step = 0; step < 100; step++) {
      if (step > 0) vi.advanceTimersByTime(100)
      shown.run(at(step))
    }
    const lines = text.trim().split('\n')
    expect(lines).toHaveLength(2)
    expect(lines[0]).toBe('training · epoch 2/10 · 1 min 25 s left · 1,420 images/s')
    expect(text).not.toMatch(/[\r\u001b]/)
  })

  it('says nothing of work that is quickly done', () => {
    const shown = progress()
    vi.advanceTimersByTime(1000)
    shown.run(at(1))
    shown.import({ phase: 'looking', done: 0, skipped: 0 })
    expect(text).toBe('')
  })

  it('shows the figures of the last epoch', () => {
    const shown = progress()
    shown.metrics([{ kind: 'epoch', stage: 0, epoch: 1, step: 10, seconds: 1, train: { loss: 0.4321 }, validation: { loss: 1, accuracy: 0.875 } }])
    vi.advanceTimersByTime(2000)
    shown.run(at(11))
    expect(text).toContain('left · loss 0.4321 · validation 87.5 %')
  })

  it('passes on what the run logs', () => {
    progress().metrics([{ kind: 'log', seconds: 1, level: 'warning', text: { en: 'The head is new.', zh: '分类头是新的。' } }])
    expect(text).toBe('The head is new.\n')
  })
})
