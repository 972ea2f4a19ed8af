import os from 'node:os'
import { describe, expect, it } from 'vitest'
import { DatasetWriter } from '../../library/datasets/writer'
import { stopWish } from '../../library/runs'
import { spec, useProgram } from '../handlers/testing'
import { Elsewhere } from './elsewhere'

const place = useProgram()
const shared = { on: 'http://127.0.0.1:8265', store: '/mnt/shared', cores: 2 }

async function startStudy(program: ReturnType<typeof place.program>) {
  const writer = await DatasetWriter.create(place.library.datasets.folder, 'digits', [1, 1, 1])
  for (const split of ['train', 'test'] as const) await writer.append({ split, images: new Uint8Array(4), labels: Int32Array.of(0, 1, 0, 1) })
  await writer.finish({ name: 'Digits', classes: ['even', 'odd'], validation: 0, test: 0, seed: 1, provenance: { format: 'idx', origin: 'digits' } })
  return program.handlers.runs.start({ spec, seeds: 2 })
}

describe('studies on other machines', () => {
  it('are given to one worker that looks after them, and none of their runs is trained here', async () => {
    const program = place.program()
    await program.handlers.settings.set({ elsewhere: { use: true, place: shared } })
    await startStudy(program)
    const { runs } = await place.library.runs.list()
    expect(runs.map(({ state, away }) => [state, away])).toEqual([['queued', { place: shared, attempt: 0 }], ['queued', { place: shared, attempt: 0 }]])
    await expect.poll(() => program.launched).toEqual([{ kind: 'look-after', input: {} }])
    await program.handlers.runs.cancel({ id: runs[0]!.id })
    expect(await Promise.all(runs.map(({ id }) => stopWish(place.library.runs.paths(id).folder)))).toEqual(['now', undefined])
    expect(program.jobs.living()).toHaveLength(1)
  })

  it('stay here where that is switched off, as it is at first', async () => {
    const program = place.program()
    await program.handlers.settings.set({ elsewhere: { use: false, place: shared } })
    await startStudy(program)
    expect(program.jobs.living().map(({ kind }) => kind)).toEqual(['train', 'train'])
    expect((await place.library.runs.list()).runs.every(({ away }) => away === undefined)).toBe(true)
  })

  it('take as many cores as there are where none are named, also where Node cannot say how many are free', async () => {
    const { availableParallelism } = os
    const { TF_NUM_INTRAOP_THREADS } = process.env
    delete process.env.TF_NUM_INTRAOP_THREADS
    Object.assign(os, { availableParallelism: undefined })
    try {
      const program = place.program()
      await program.handlers.settings.set({ elsewhere: { use: true, place: { on: shared.on, store: shared.store } } })
      await startStudy(program)
    } finally {
      Object.assign(os, { availableParallelism })
      if (TF_NUM_INTRAOP_THREADS !== undefined) process.env.TF_NUM_INTRAOP_THREADS = TF_NUM_INTRAOP_THREADS
    }
    expect((await place.library.runs.list()).runs.map(({ away }) => away?.place.cores)).toEqual([os.cpus().length, os.cpus().length])
  })

  it('begin anew there where that is asked', async () => {
    const program = place.program()
    await program.handlers.settings.set({ elsewhere: { use: true, place: shared } })
    const { id } = await startStudy(program)
    await place.library.runs.update(id, ({ away: _away, ...run }) => ({ ...run, state: 'cancelled' }))
    await program.handlers.runs.resume({ id, fromStart: true })
    expect((await place.library.runs.get(id)).away).toEqual({ place: shared, attempt: 0, fresh: true })
  })

  it('are looked after once at a start for what an ended run left there, and not for ever', async () => {
    const program = place.program()
    const { id } = await place.library.runs.create(spec, { names: { source: 'a', target: 'b', method: 'c' } })
    await place.library.runs.update(id, (run) => ({ ...run, state: 'cancelled', leftThere: { on: shared.on, store: shared.store, attempt: 1 } }))
    await new Elsewhere({ library: place.library, jobs: program.jobs, settings: { get: () => Promise.reject(new Error('unused')) }, send: program.send }).restore()
    await expect.poll(() => program.ends).toHaveLength(1)
    // It still cannot be read: the next look is at the next start.
    program.ends[0]!({ kind: 'done', result: { home: 0 } })
    await expect.poll(() => program.jobs.living()).toEqual([])
    await new Promise((resolve) => setImmediate(resolve))
    expect(program.launched).toEqual([{ kind: 'look-after', input: {} }])
  })

  it('begin nothing where the folder is missing, and say so', async () => {
    const program = place.program()
    await program.handlers.settings.set({ elsewhere: { use: true, place: { on: shared.on } } })
    await expect(startStudy(program)).rejects.toMatchObject({ code: 'place-not-complete' })
    expect((await place.library.runs.list()).runs).toEqual([])
  })
})
