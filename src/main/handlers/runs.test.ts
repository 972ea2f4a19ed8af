import { describe, expect, it } from 'vitest'
import { installSamples } from '../../library/datasets/samples'
import { samples, spec, useProgram } from './testing'

const place = useProgram()

describe('runs', () => {
  it('starts a run that can start: it is on disk with its names, and in the queue', async () => {
    await installSamples(place.library, samples)
    const { handlers, jobs } = place.program()
    const run = await handlers.runs.start({ spec, name: 'mine' })
    expect(run).toMatchObject({ name: 'mine', state: 'queued', names: { source: 'Seed CNN', method: 'From scratch' } })
    expect(await handlers.runs.get({ id: run.id })).toEqual(run)
    expect(jobs.ofRun(run.id)).toBeDefined()
  })

  it('starts a transfer with several seeds as one study, all of it queued', async () => {
    await installSamples(place.library, samples)
    const { handlers, jobs } = place.program()
    const first = await handlers.runs.start({ spec, name: 'mine', twins: true, seeds: 2 })
    expect(first).toMatchObject({ name: 'mine, seed 1', state: 'queued', study: { role: 'candidate' } })
    const { runs } = await place.library.runs.list()
    expect(runs.map((run) => [run.study?.id, run.spec.training.seed])).toEqual([[first.study!.id, 2], [first.study!.id, 1]])
    expect(jobs.living().map(({ title }) => title)).toEqual(['mine, seed 1', 'mine, seed 2'])
    expect(await handlers.runs.study({ id: first.study!.id })).toMatchObject({ runs: 2, done: 0 })
    // In the language that the window speaks.
    await handlers.settings.set({ language: 'zh' })
    expect(await handlers.runs.start({ spec, seeds: 2 })).toMatchObject({ name: expect.stringMatching(/^从零训练，种子 1 · /) as string })
  })

  it('starts nothing that cannot, and names the field', async () => {
    const { handlers, jobs } = place.program()
    await expect(handlers.runs.start({ spec })).rejects.toMatchObject({ value: { code: 'dataset-not-found', field: 'target.dataset' } })
    expect((await place.library.runs.list()).runs).toEqual([])
    expect(jobs.list()).toEqual([])
  })

  it('removes a run and brings it back, but not one that works', async () => {
    await installSamples(place.library, samples)
    const { handlers, ends, jobs, heard } = place.program()
    const { id } = await handlers.runs.start({ spec })
    await expect(handlers.runs.remove({ ids: [id] })).rejects.toMatchObject({ code: 'run-busy' })
    await expect.poll(() => ends).toHaveLength(1)
    ends[0]?.({ kind: 'cancelled' })
    await expect.poll(() => jobs.ofRun(id)).toBeUndefined()
    const { undoToken } = await handlers.runs.remove({ ids: [id] })
    expect((await handlers.runs.list()).runs).toEqual([])
    heard.length = 0
    await handlers.runs.restore({ undoToken })
    expect((await handlers.runs.list()).runs.map((run) => run.id)).toEqual([id])
    expect(heard).toContain('runs.changed')
  })
})
