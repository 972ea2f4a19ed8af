import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWorkbench, type Workbench } from '../fixtures/two-domains'

let bench: Workbench

beforeAll(async () => { bench = await openWorkbench() })
afterAll(() => bench.remove())

describe('a run that ended before its first checkpoint', () => {
  it('begins again when it is resumed, and so does its series', async () => {
    const spec = bench.spec({ method: 'scratch', training: { epochs: 2 } })
    const whole = await bench.run(spec)
    const { runs } = bench.library
    const series = async (id: string) => (await runs.readMetrics(id)).flatMap((metric) => (
      metric.kind === 'step' ? [`${metric.step}: ${metric.losses.total}`] : []
    ))

    const controller = new AbortController()
    const struck = await bench.run(spec, { signal: controller.signal, onProgress: ({ step }) => { if (step === 3) controller.abort() } })
    await rm(runs.paths(struck.id).checkpoint, { recursive: true })
    await runs.update(struck.id, ({ checkpoint: _, ...run }) => ({ ...run, state: 'interrupted' }))

    const resumed = await bench.engine.train(struck.id)
    expect(resumed.state).toBe('done')
    expect(await series(struck.id)).toEqual(await series(whole.id))
    expect(resumed.metrics).toEqual(whole.metrics)
  })
})
