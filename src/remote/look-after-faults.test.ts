import { spawn } from 'node:child_process'
import * as fs from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Run } from '../contract/runs'
import { wishToStop } from '../library/runs'
import { FakeRay, type FakeJob } from './testing-ray'
import { lookAfterRuns } from './look-after'
import { openStore } from './stores'
import { FolderStore } from './stores/folder'
import { awayRuns, doJob, fakeEpochs, fakeTraining, filesIn, remotePlace } from './testing'

let folder = ''
let place: Awaited<ReturnType<typeof remotePlace>>
beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'graft-away-faults-'))
  place = await remotePlace(folder)
})
afterEach(async () => {
  await place.ray.stop()
  await fs.rm(folder, { recursive: true, force: true, maxRetries: 5 })
})

const never = new AbortController().signal
type Options = Parameters<typeof lookAfterRuns>[0]
const lookAfter = (more: Partial<Options> = {}): Promise<void> => lookAfterRuns({ library: place.home, signal: never, milliseconds: 5, ...more })
const record = (id: string): Promise<Run> => place.home.runs.get(id)
const stored = () => openStore(place.shared)
const epochsOf = async (id: string): Promise<number[]> => (await place.home.runs.readMetrics(id)).flatMap((line) => line.kind === 'epoch' ? [line.epoch] : [])
/** It is given out anew. */
const again = (id: string, more: Partial<NonNullable<Run['away']>> = {}): Promise<Run> => place.home.runs.update(id, (run) => ({
  ...run, state: 'queued', away: { place: { on: place.ray.address, store: place.shared, cores: 1 }, attempt: 0, ...more }
}))

describe('runs that are away', () => {
  it('are computed once more where a result came with other bytes, and the others come home', async () => {
    const [id, other] = await awayRuns(place.home, place.ray.address, place.shared, 2)
    let isSpoilt = false
    place.ray.onJob = (job: FakeJob) => {
      void doJob(job, place.cacheDir).then(async () => {
        if (job.id !== `graft-${id}-1`) return
        const held = join(place.shared, 'runs', id!)
        for (const file of await filesIn(join(held, 'objects'))) await fs.appendFile(join(held, file), '!')
        isSpoilt = true
      })
    }
    const { read } = FolderStore.prototype
    // Nobody sees the result before it is spoilt.
    FolderStore.prototype.read = function (key) {
      return key === `runs/${id}/result.json` && !isSpoilt ? Promise.resolve(undefined) : read.call(this, key)
    }
    try {
      await lookAfter()
    } finally {
      Object.assign(FolderStore.prototype, { read })
    }
    expect(await record(id!)).toMatchObject({ state: 'done', computedOn: { attempts: 2 } })
    expect(await record(other!)).toMatchObject({ state: 'done', computedOn: { attempts: 1 } })
  })

  it('of a cluster that lets nobody in wait and say so, while those of another come home; and are cancelled all the same', async () => {
    const closed = new FakeRay()
    await closed.start()
    closed.answer = (_, response) => {
      response.writeHead(403).end()
      return true
    }
    const [id] = await awayRuns(place.home, closed.address, place.shared, 1)
    await place.home.runs.update(id!, (run) => ({ ...run, away: { ...run.away!, attempt: 1, job: `graft-${id}-1` } }))
    const [other] = await awayRuns(place.home, place.ray.address, place.shared, 1)
    place.ray.onJob = (job) => void doJob(job, place.cacheDir)
    const told: (string | undefined)[] = []
    await lookAfter({
      onWaiting: (error) => { told.push(error?.code) },
      onRun: (run) => { if (run.id === other && run.state === 'done') void wishToStop(place.home.runs.paths(id!).folder, 'now') }
    })
    await closed.stop()
    expect(told[0]).toBe('cluster-refused')
    expect((await record(other!)).state).toBe('done')
    expect((await record(id!)).state).toBe('cancelled')
  })

  it('of a cluster that is gone keep no other cluster waiting, and can be cancelled: their attempt is outdated', async () => {
    const [id] = await awayRuns(place.home, 'http://127.0.0.1:1', place.shared, 1, 1)
    await place.home.runs.update(id!, (run) => ({ ...run, away: { ...run.away!, attempt: 3, job: `graft-${id}-3` } }))
    await stored().create(`runs/${id}/3/taken.json`, JSON.stringify({ job: `graft-${id}-3`, host: 'there', at: new Date().toISOString() }))
    const others = await awayRuns(place.home, place.ray.address, place.shared, 3)
    place.ray.onJob = (job) => void doJob(job, place.cacheDir)
    let left = others.length
    await lookAfter({
      onRun: (run) => { if (run.state === 'done' && --left === 0) void wishToStop(place.home.runs.paths(id!).folder, 'now') }
    })
    for (const other of others) expect((await record(other)).state).toBe('done')
    const run = await record(id!)
    expect([run.state, run.away, run.error]).toEqual(['cancelled', undefined, undefined])
    expect(JSON.parse(Buffer.from((await stored().read(`runs/${id}/newest.json`))!).toString())).toEqual({ run: id, attempt: 4 })
  })

  it('can be cancelled where the folder is gone as well, and say that nobody there was told', async () => {
    const [id] = await awayRuns(place.home, 'http://127.0.0.1:1', join(folder, 'gone'), 1)
    await place.home.runs.update(id!, (run) => ({ ...run, away: { ...run.away!, attempt: 1, job: `graft-${id}-1` } }))
    await wishToStop(place.home.runs.paths(id!).folder, 'now')
    await lookAfter()
    expect(await record(id!)).toMatchObject({ state: 'cancelled', error: { code: 'cancel-not-told' } })
    await place.home.runs.remove([id!])
  })

  it('that a job has taken and not said so whole, or home without going on, are given out again, and can be cancelled', async () => {
    const ids = await awayRuns(place.home, place.ray.address, place.shared, 4)
    await lookAfter({ onlyGiveOut: true })
    for (const job of place.ray.jobs.values()) Object.assign(job, { status: 'FAILED', exitCode: 1 })
    const claims = ['', '{"job":"gr', JSON.stringify({ job: '', host: 'here', at: new Date().toISOString() }), '']
    for (const [index, id] of ids.entries()) await stored().write(`runs/${id}/1/taken.json`, claims[index]!)
    await wishToStop(place.home.runs.paths(ids[3]!).folder, 'now')
    place.ray.onJob = (job) => void doJob(job, place.cacheDir)
    await lookAfter({ signal: AbortSignal.timeout(25_000) })
    expect((await Promise.all(ids.map(record))).map(({ state, computedOn }) => [state, computedOn?.attempts])).toEqual([
      ['done', 2], ['done', 2], ['done', 2], ['cancelled', undefined]
    ])
  })

  it('that another process looks after are waited for, and taken over when it ends', async () => {
    const [id] = await awayRuns(place.home, place.ray.address, place.shared, 1)
    place.ray.onJob = (job) => void doJob(job, place.cacheDir)
    const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'])
    const owner = { pid: other.pid!, host: hostname(), startedAt: new Date().toISOString() }
    await fs.writeFile(join(place.home.runs.paths(id!).folder, 'owner.lock'), JSON.stringify(owner))
    await place.home.runs.update(id!, (run) => ({ ...run, owner }))
    const told: (string | undefined)[] = []
    await lookAfter({
      onWaiting: (error) => {
        told.push(error?.code)
        if (error) other.kill()
      }
    })
    expect(told).toEqual(['runs-looked-after', undefined])
    expect((await record(id!)).state).toBe('done')
  })

  it('count as given out only once the cluster has them', async () => {
    await awayRuns(place.home, place.ray.address, place.shared, 1)
    let refused = 0
    place.ray.answer = ({ method, url }, response) => {
      if (method !== 'POST' || url !== '/api/jobs/' || refused++ > 1) return false
      response.writeHead(503).end()
      return true
    }
    await lookAfter({ onlyGiveOut: true })
    expect(refused).toBeGreaterThan(1)
    expect(place.ray.submitted).toHaveLength(1)
  })

  it('do not stop after an epoch for a wish of an earlier time', async () => {
    const [id] = await awayRuns(place.home, place.ray.address, place.shared, 1)
    await stored().write(`runs/${id}/stop`, '')
    await lookAfter({ onlyGiveOut: true })
    expect(await stored().size(`runs/${id}/stop`)).toBeUndefined()
  })

  it('begin anew where that is asked, whatever an earlier attempt left there', async () => {
    const [id] = await awayRuns(place.home, place.ray.address, place.shared, 1)
    place.ray.onJob = (job) => void doJob(job, place.cacheDir, {
      onEpoch: async (epoch, _, signal) => {
        if (epoch !== 2) return
        await wishToStop(place.home.runs.paths(id!).folder, 'now')
        await expect.poll(() => signal.aborted, { timeout: 5_000 }).toBe(true)
      }
    })
    await lookAfter()
    await expect.poll(() => stored().size(`runs/${id}/checkpoint.json`)).toBeDefined()
    await expect.poll(() => fs.readdir(join(place.cacheDir, 'remote', 'work'))).toEqual([])
    const begun: number[] = []
    place.ray.onJob = (job) => void doJob(job, place.cacheDir, { onEpoch: async (epoch) => { begun.push(epoch) } })
    await again(id!, { fresh: true })
    await lookAfter()
    expect(begun).toEqual([0, 1, 2, 3])
    expect(place.ray.submitted).toEqual([`graft-${id}-1`, `graft-${id}-2`])
    expect(await epochsOf(id!)).toEqual([1, 2, 3, 4])
  })

  it('that were cancelled there go on here from the checkpoint that comes home', async () => {
    const [id] = await awayRuns(place.home, place.ray.address, place.shared, 1)
    place.ray.onJob = (job) => void doJob(job, place.cacheDir, {
      onEpoch: async (epoch, _, signal) => {
        if (epoch !== 2) return
        await wishToStop(place.home.runs.paths(id!).folder, 'now')
        await expect.poll(() => signal.aborted, { timeout: 5_000 }).toBe(true)
      }
    })
    await place.home.runs.update(id!, (run) => ({ ...run, name: 'My own name' }))
    await lookAfter()
    const there = await record(id!)
    expect(there).toMatchObject({ state: 'cancelled', name: 'My own name', study: { id: 'grid' }, checkpoint: { step: 3 } })
    expect([there.away, there.owner]).toEqual([undefined, undefined])
    expect(await epochsOf(id!)).toEqual([1, 2, 3])
    const begun: number[] = []
    const end = await fakeTraining(place.home, id!, {
      signal: never, onProgress: () => undefined, onMetrics: () => undefined, onCheckpoint: () => undefined
    }, { onEpoch: (epoch) => { begun.push(epoch); return Promise.resolve() } })
    expect([end.state, begun]).toEqual(['done', [3]])
    expect(await epochsOf(id!)).toEqual([1, 2, 3, 4])
  })

  it('go on there from what was trained here', async () => {
    const [id] = await awayRuns(place.home, place.ray.address, place.shared, 1)
    const { checkpoint } = place.home.runs.paths(id!)
    await fs.mkdir(checkpoint, { recursive: true })
    await fs.writeFile(join(checkpoint, 'last.safetensors'), '2')
    await place.home.runs.appendMetrics(id!, [1, 2].map((epoch) => ({ kind: 'epoch', stage: 0, epoch, step: epoch, seconds: epoch, train: { loss: 1 } })))
    await place.home.runs.update(id!, (run) => ({ ...run, checkpoint: { epoch: 2, step: 2, savedAt: new Date().toISOString() } }))
    const begun: number[] = []
    const seen: number[][] = []
    place.ray.onJob = (job) => void doJob(job, place.cacheDir, { onEpoch: async (epoch) => { begun.push(epoch) } })
    await lookAfter({ onNews: (_, { lines }) => { seen.push(lines.flatMap((line) => line.kind === 'epoch' ? [line.epoch] : [])) } })
    expect(begun).toEqual([2, 3])
    expect(await record(id!)).toMatchObject({ state: 'done', epochs: fakeEpochs, computedOn: { attempts: 1 } })
    expect(await epochsOf(id!)).toEqual([1, 2, 3, 4])
  })
})
