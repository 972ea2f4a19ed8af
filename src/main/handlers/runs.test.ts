import { describe, expect, it } from 'vitest'
import { installSamples } from '../../library/datasets/samples'
import { showOpening } from './opening-runs'
import { onProcessor, samples, spec, useProgram } from './testing'

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

  it('tells how many runs a grid would be and starts them as one study, each with what is varied in its name', async () => {
    await installSamples(place.library, samples)
    const { handlers, jobs } = place.program()
    const wanted = { spec, seeds: 2, grid: { 'target.labels': [{ perClass: 5 }, { perClass: 10 }, 'all'] } }
    expect(await handlers.runs.plan(wanted)).toEqual({ runs: 6, twins: 0, seconds: 0, unknown: 6 })
    expect((await place.library.runs.list()).runs).toEqual([])
    await handlers.runs.start(wanted)
    const { runs } = await place.library.runs.list()
    expect(runs.map((run) => run.spec.target.labels)).toEqual(['all', { perClass: 10 }, { perClass: 5 }, 'all', { perClass: 10 }, { perClass: 5 }])
    // As few labels choose the epoch as are learned from.
    expect(runs[1]?.spec.target.validationLabels).toEqual({ perClass: 10 })
    expect(new Set(runs.map(({ name }) => name)).size).toBe(6)
    expect(jobs.living()).toHaveLength(6)
  })

  it('estimates how long a start takes by what earlier runs of the network took', async () => {
    await installSamples(place.library, samples)
    const { handlers } = place.program()
    const { id } = await place.library.runs.create(spec, { names: { source: 'Seed CNN', target: 'digits', method: 'From scratch' } })
    await place.library.runs.update(id, (run) => ({ ...run, state: 'done', seconds: 40, imagesPerSecond: 100 }))
    // The same spec took 40 s. With another seed it takes as long.
    expect(await handlers.runs.plan({ spec, seeds: 2 })).toEqual({ runs: 2, twins: 0, seconds: 80, unknown: 0 })
    // Of another length: 1167 images in 19 steps of 64, 2 epochs, at 100 per second, then 2 · 130 + 500 looked at three times as fast, and 4 s to begin.
    const shorter = { ...spec, training: { ...spec.training, epochs: 2 } }
    expect((await handlers.runs.plan({ spec: shorter })).seconds).toBeCloseTo(4 + 2 * 19 * 64 / 100 + (2 * 130 + 500) / 300, 6)
  })

  it('takes no pace from a method that is not known to train the network', async () => {
    await installSamples(place.library, samples)
    const { handlers } = place.program()
    const probe = { ...spec, method: { id: 'linear-probe', params: {} } }
    const { id } = await place.library.runs.create(probe, { names: { source: 'Seed CNN', target: 'digits', method: 'Linear probe' } })
    await place.library.runs.update(id, (run) => ({ ...run, state: 'done', seconds: 13, imagesPerSecond: 5_000 }))
    // By the pace of a head on kept features, sixteen minutes of training were told to take as many seconds.
    expect(await handlers.runs.plan({ spec })).toMatchObject({ seconds: 0, unknown: 1 })
  })

  it('starts nothing that cannot, and names the field', async () => {
    const { handlers, jobs } = place.program()
    await expect(handlers.runs.start({ spec })).rejects.toMatchObject({ value: { code: 'dataset-not-found', field: 'target.dataset' } })
    expect((await place.library.runs.list()).runs).toEqual([])
    expect(jobs.list()).toEqual([])
  })

  it('holds what is computed here to this machine, and a study that goes elsewhere to what a run is given there', async () => {
    await installSamples(place.library, samples)
    // More for each image than any machine has.
    const { handlers } = place.program({ outputBytes: 1e15 })
    const codes = async (wanted: Parameters<typeof handlers.runs.check>[0]) => (await handlers.runs.check(wanted)).map(({ code }) => code)
    const [one, study] = [{ spec }, { spec, seeds: 2 }]
    expect([await codes(one), await codes(study)]).toEqual([['memory-short'], ['memory-short']])
    const there = { on: 'http://127.0.0.1:8265', store: '/mnt/shared', cores: 2 }
    await handlers.settings.set({ elsewhere: { use: true, place: there } })
    // A single run stays here.
    expect([await codes(one), await codes(study)]).toEqual([['memory-short'], []])
    expect((await handlers.runs.plan(study)).memory).toEqual({ bytes: expect.any(Number) as number })
    await handlers.settings.set({ elsewhere: { use: true, place: { ...there, memoryBytes: 4e9 } } })
    expect(await codes(study)).toEqual(['memory-short'])
    await expect(handlers.runs.start(study)).rejects.toMatchObject({ value: { code: 'memory-short', message: { en: expect.stringContaining('each run is given 4.0 GB there') as string } } })
    // A place that is not filled in stops no form.
    await handlers.settings.set({ elsewhere: { use: true, place: {} } })
    expect(await codes(study)).toEqual(['memory-short'])
  })

  it('sizes a study by this machine where it computes, and by none where another one does', async () => {
    await installSamples(place.library, samples)
    const { handlers } = place.program({ machine: { ...onProcessor, functions: { available: false } } })
    // Settings are chosen anew for each member of a grid, and what is chosen tells what they were chosen by.
    const open = { ...spec, chosen: { functions: { en: 'In many steps.', zh: '多步。' } } }
    const functionsOf = async () => {
      const { study } = await handlers.runs.start({ spec: open, grid: { 'training.batchSize': [16, 32] } })
      const { runs } = await place.library.runs.list()
      return runs.filter((run) => run.study?.id === study!.id).map((run) => run.spec.training.functions)
    }
    expect(await functionsOf()).toEqual([false, false])
    await handlers.settings.set({ elsewhere: { use: true, place: { on: 'http://127.0.0.1:8265', store: '/mnt/shared', cores: 2 } } })
    expect(await functionsOf()).toEqual([true, true])
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

  it('saves a run where the dialogue says, and asks again before it writes over a name that it made itself', async () => {
    await installSamples(place.library, samples)
    const { id } = await place.library.runs.create(spec, { names: { source: 'A', target: 'B', method: 'C' } })
    const saving = async (saveAs: string | null) => {
      const { handlers, launched } = place.program({ saveAs })
      const answer = await handlers.runs.save({ ids: [id] })
      return { answer, launched }
    }
    expect((await saving(null)).answer).toBeNull()
    for (const [path, replace] of [['/x/two.graft', true], ['/x/two', false]] as const) {
      const { launched } = await saving(path)
      await expect.poll(() => launched).toHaveLength(1)
      expect(launched[0]).toMatchObject({ kind: 'save-runs', input: { ids: [id], path, replace } })
    }
  })

  it('shows the runs of a file once they are there, and says of an address that its run is not', async () => {
    const { handlers, ends, heard, notices, library, lists, jobs, send } = place.program()
    const { id } = await place.library.runs.create(spec, { names: { source: 'A', target: 'B', method: 'C' } })
    await handlers.runs.open({ path: '/x/two.graft' })
    await expect.poll(() => ends).toHaveLength(1)
    ends[0]?.({ kind: 'done', result: { runs: [{ id, name: 'C', there: false }], missingDatasets: ['Digits'] } })
    await expect.poll(() => heard).toContain('app.shown')
    expect(heard).toContain('runs.changed')
    await expect.poll(() => notices).toEqual(['1 run came from two.graft. Not here: the pictures of Digits.'])

    heard.length = 0
    await showOpening({ library, lists, jobs, send }, { kind: 'run', id })
    expect(heard).toEqual(['app.shown'])
    await showOpening({ library, lists, jobs, send }, { kind: 'run', id: '01M8ND0ZSJT12P5Q14ZDYFA48J' })
    expect(notices.at(-1)).toBe('There is no run "01M8ND0ZSJT12P5Q14ZDYFA48J".')
  })
})
