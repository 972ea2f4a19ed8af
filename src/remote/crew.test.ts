import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Run } from '../contract/runs'
import { wishToStop } from '../library/runs'
import { roomOn } from './crew'
import type { FakeJob } from './testing-ray'
import { lookAfterRuns } from './look-after'
import { carryOutAll } from './node'
import { openStore } from './stores'
import { awayRuns, doJob, fakeEpochs, fakeTraining, filesIn, remotePlace } from './testing'

let folder = ''
let place: Awaited<ReturnType<typeof remotePlace>>
beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'graft-crew-'))
  place = await remotePlace(folder)
})
afterEach(async () => {
  await place.ray.stop()
  await fs.rm(folder, { recursive: true, force: true, maxRetries: 5 })
})

type Options = Parameters<typeof lookAfterRuns>[0]
const never = new AbortController().signal
const lookAfter = (more: Partial<Options> = {}): Promise<void> => lookAfterRuns({ library: place.home, signal: never, milliseconds: 5, ...more })
const record = (id: string): Promise<Run> => place.home.runs.get(id)
const later = { timeout: 10_000 }

describe('a job that takes one run after another', () => {
  it('works on while this machine sleeps: one slot computes all that was given out', async () => {
    const ids = await awayRuns(place.home, place.ray.address, place.shared, 4, 1)
    const jobs: FakeJob[] = []
    place.ray.onJob = (job) => { jobs.push(job) }
    await lookAfter({ onlyGiveOut: true })
    expect(jobs).toHaveLength(1)
    const computed: string[] = []
    await doJob(jobs[0]!, place.cacheDir, { onEpoch: (epoch, id) => { if (epoch === 0) computed.push(id); return Promise.resolve() } })
    expect(computed.sort()).toEqual([...ids].sort())
    expect(jobs[0]!.status).toBe('SUCCEEDED')
    await lookAfter()
    expect(jobs).toHaveLength(1)
    for (const id of ids) expect(await record(id)).toMatchObject({ state: 'done', computedOn: { attempts: 1 } })
  })

  it.each([1, 2])('is one of %i, however many studies there are', async (slots) => {
    const ids = await awayRuns(place.home, place.ray.address, place.shared, 3, slots)
    const others = await awayRuns(place.home, place.ray.address, place.shared, 3, slots)
    for (const id of others) await place.home.runs.update(id, (run) => ({ ...run, study: { id: 'other', role: 'candidate' } }))
    let most = 0
    const working = new Set<string>()
    place.ray.onJob = (job) => void doJob(job, place.cacheDir, {
      onEpoch: async (epoch, id) => {
        working.add(id)
        most = Math.max(most, working.size)
        await new Promise((resolve) => setTimeout(resolve, 20))
        if (epoch === fakeEpochs - 1) working.delete(id)
      }
    })
    await lookAfter()
    for (const id of [...ids, ...others]) expect(await record(id)).toMatchObject({ state: 'done', computedOn: { attempts: 1 } })
    expect(most).toBe(slots)
  })

  it('is there for each study that is given out and left alone', async () => {
    await awayRuns(place.home, place.ray.address, place.shared, 2, 1)
    const others = await awayRuns(place.home, place.ray.address, place.shared, 2, 1)
    for (const id of others) await place.home.runs.update(id, (run) => ({ ...run, study: { id: 'other', role: 'candidate' } }))
    await lookAfter({ onlyGiveOut: true })
    expect(place.ray.submitted).toHaveLength(2)
  })

  it('that is lost in its second run loses only that one, which goes on from its checkpoint in another job', async () => {
    const ids = await awayRuns(place.home, place.ray.address, place.shared, 3, 1)
    const begun: string[] = []
    let lost = ''
    place.ray.onJob = (job) => void doJob(job, `${place.cacheDir}-${place.ray.submitted.length}`, {
      onEpoch: async (epoch, id) => {
        const which = place.ray.submitted.indexOf(job.id)
        begun.push(`${which} ${id} ${epoch}`)
        if (which > 0 || epoch !== 2 || new Set(begun.map((each) => each.split(' ')[1])).size !== 2) return
        lost = id
        await expect.poll(() => fs.readFile(join(place.shared, 'runs', id, 'checkpoint.json'), 'utf8').catch(() => ''), later).toContain('last.safetensors')
        Object.assign(job, { status: 'FAILED', message: 'Its node is gone.' })
        await new Promise(() => undefined)
      }
    })
    await lookAfter()
    for (const id of ids) expect(await record(id)).toMatchObject({ state: 'done', epochs: fakeEpochs, computedOn: { attempts: id === lost ? 2 : 1 } })
    expect(place.ray.submitted).toHaveLength(2)
    expect(begun).not.toContain(`1 ${lost} 0`)
    // No epoch of the others was computed twice.
    const others = begun.filter((each) => !each.includes(lost)).map((each) => each.slice(2))
    expect(new Set(others).size).toBe(others.length)
  })

  it('goes on with the others where one is cancelled; one that waited is never begun', async () => {
    const ids = await awayRuns(place.home, place.ray.address, place.shared, 4, 1)
    const begun = new Set<string>()
    let cancelled: string[] = []
    place.ray.onJob = (job) => void doJob(job, place.cacheDir, {
      onEpoch: async (epoch, id, signal) => {
        begun.add(id)
        if (cancelled.length > 0 || epoch !== 1) return
        const waiting = ids.find((each) => !begun.has(each) && each !== id)!
        cancelled = [id, waiting]
        for (const each of cancelled) await wishToStop(place.home.runs.paths(each).folder, 'now')
        await expect.poll(() => signal.aborted, later).toBe(true)
        await expect.poll(async () => (await record(waiting)).state, later).toBe('cancelled')
      }
    })
    await lookAfter()
    expect(place.ray.submitted).toHaveLength(1)
    for (const id of ids) expect((await record(id)).state).toBe(cancelled.includes(id) ? 'cancelled' : 'done')
    expect(begun.has(cancelled[1]!)).toBe(false)
    expect(begun.size).toBe(3)
  })

  it('ends where a run fails, so that a machine that is broken does not spoil them all', async () => {
    const ids = await awayRuns(place.home, place.ray.address, place.shared, 3, 1)
    let isBroken = true
    place.ray.onJob = (job) => void doJob(job, place.cacheDir, {
      onEpoch: () => isBroken ? Promise.reject(new Error('out of memory')) : Promise.resolve()
    }).then(() => { isBroken = false })
    await lookAfter()
    expect((await Promise.all(ids.map(record))).map(({ state, computedOn }) => [state, computedOn?.attempts]).sort()).toEqual([['done', 1], ['done', 1], ['done', 2]])
    expect(place.ray.submitted).toHaveLength(2)
  })

  it('that starts when its run is home already ends quietly, and leaves nothing behind', async () => {
    await awayRuns(place.home, place.ray.address, place.shared, 3, 2)
    let late: FakeJob | undefined
    place.ray.onJob = (job) => {
      if (late === undefined) late = job
      else void doJob(job, place.cacheDir)
    }
    await lookAfter()
    await doJob(late!, place.cacheDir)
    expect(late!.status).toBe('SUCCEEDED')
    for (const { state, computedOn } of (await place.home.runs.list()).runs) expect([state, computedOn?.attempts]).toEqual(['done', 1])
    expect((await filesIn(place.shared)).filter((file) => !file.startsWith(`${basename(place.shared)}/objects/`))).toEqual([])
  })

  it('leaves an attempt alone that another job has', async () => {
    const [id] = await awayRuns(place.home, place.ray.address, place.shared, 1)
    await lookAfter({ onlyGiveOut: true })
    let trained = 0
    const begin = () => carryOutAll({
      store: openStore(place.shared), run: id!, attempt: 1, cacheDir: place.cacheDir, signal: never, milliseconds: 5,
      train: (library, run, hooks) => {
        trained++
        return fakeTraining(library, run, hooks)
      }
    })
    expect((await Promise.all([begin(), begin()])).sort()).toEqual(['done', 'taken'])
    expect(trained).toBe(1)
  })
})

it('as many jobs as fit are counted by cores, cards and memory', () => {
  const node = { id: 'a', host: 'a', address: '', head: false, cores: 8, gpus: 2, memoryBytes: 16e9 }
  const room = (more: { cores: number, gpus?: number, memoryBytes?: number }) =>
    roomOn([node, { ...node, gpus: 0 }], { on: 'http://x:1', store: '/x', ...more })
  expect([room({ cores: 2 }), room({ cores: 2, gpus: 0.5 }), room({ cores: 2, memoryBytes: 8e9 }), room({ cores: 16 })]).toEqual([8, 4, 4, 0])
})
