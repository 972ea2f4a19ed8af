import { describe, expect, it } from 'vitest'
import { installSamples } from '../../library/datasets/samples'
import { keepPace } from '../../library/runs'
import { onProcessor, samples, spec, useProgram } from './testing'

const place = useProgram()

describe('a trial of a network’s pace', () => {
  const wanted = { source: 'arch:seed-cnn', target: 'digits', device: 'auto' } as const

  it('is a job like others: cancelled it gives nothing', async () => {
    await installSamples(place.library, samples)
    const { handlers, jobs, launched, ends } = place.program()
    const { jobId } = await handlers.advice.measurePace(wanted)
    const answer = handlers.advice.measuredPace({ jobId })
    await expect.poll(() => launched).toHaveLength(1)
    expect(jobs.list()).toMatchObject([{ kind: 'measure-pace', state: 'running' }])
    await handlers.jobs.cancel({ id: jobId })
    expect(jobs.list()).toMatchObject([{ kind: 'measure-pace', state: 'cancelling' }])
    ends[0]?.({ kind: 'cancelled' })
    expect(await answer).toBeNull()
  })

  it('gives way to a training that a person starts, and one that is asked for then waits for it', async () => {
    await installSamples(place.library, samples)
    const { handlers, jobs, launched, ends } = place.program()
    const first = await handlers.advice.measurePace(wanted)
    const answer = handlers.advice.measuredPace(first)
    await expect.poll(() => launched).toHaveLength(1)
    await handlers.runs.start({ spec })
    ends[0]?.({ kind: 'cancelled' })
    expect(await answer).toBeNull()
    await handlers.advice.measurePace(wanted)
    await expect.poll(() => jobs.list().map(({ kind, state }) => [kind, state])).toEqual([
      ['measure-pace', 'cancelled'], ['train', 'running'], ['measure-pace', 'queued']
    ])
  })

  it('tells how long a start takes where no earlier run does', async () => {
    await installSamples(place.library, samples)
    const { handlers } = place.program()
    expect(await handlers.runs.plan({ spec })).toMatchObject({ seconds: 0, unknown: 1 })
    const { shape } = await place.library.datasets.get('digits')
    await keepPace(place.library, {
      network: 'arch:seed-cnn', input: shape, device: 'auto', backend: onProcessor.chosen, at: new Date().toISOString(),
      pace: { looking: 300, training: 100, baseBytes: 1, bytesPerImage: 1, steps: 3 }
    })
    const shorter = { ...spec, training: { ...spec.training, epochs: 2 } }
    const { seconds, unknown } = await handlers.runs.plan({ spec: shorter })
    // 1167 images in 19 steps of 64, 2 epochs, at 100 per second, then 2 · 130 + 500 looked at three times as fast, and 4 s to begin.
    expect(seconds).toBeCloseTo(4 + 2 * 19 * 64 / 100 + (2 * 130 + 500) / 300, 6)
    expect(unknown).toBe(0)
  })
})
