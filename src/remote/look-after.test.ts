import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Run } from '../contract/runs'
import { wishToStop } from '../library/runs'
import type { FakeJob } from './testing-ray'
import { lookAfterRuns } from './look-after'
import { carryOutAll as doWholeJob } from './node'
import { openStore } from './stores'
import { FolderStore } from './stores/folder'
import { awayRuns, doJob, fakeEpochs, fakeTraining, filesIn, remotePlace } from './testing'

let folder = ''
let place: Awaited<ReturnType<typeof remotePlace>>
beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'graft-away-'))
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
/** Every job is carried out, but for those that a test does otherwise with. */
const carryOutAll = (otherwise: (job: FakeJob) => boolean | undefined = () => undefined): void => {
  place.ray.onJob = (job) => { if (otherwise(job) !== true) void doJob(job, place.cacheDir) }
}

describe('runs that are computed elsewhere', () => {
  it('come home whole, with what was changed here meanwhile, and leave nothing of theirs behind but the data', async () => {
    const ids = await awayRuns(place.home, place.ray.address, place.shared, 3)
    carryOutAll()
    const news: number[] = []
    const told: string[] = []
    await place.home.runs.update(ids[1]!, (run) => ({ ...run, name: 'My own name' }))
    await lookAfter({ onNews: (_, { lines }) => news.push(lines.length), onRun: ({ name, state }) => told.push(`${name} ${state}`) })
    for (const [index, id] of ids.entries()) {
      const run = await record(id)
      expect(run).toMatchObject({
        state: 'done', epochs: fakeEpochs, name: ['seed 1', 'My own name', 'seed 3'][index], study: { id: 'grid', role: 'candidate' },
        metrics: { test: { accuracy: 0.5 + (index + 1) / 100 } }, computedOn: { on: place.ray.address, attempts: 1 }
      })
      expect(run.away).toBeUndefined()
      expect(run.owner).toBeUndefined()
      expect((await place.home.runs.readMetrics(id)).filter(({ kind }) => kind === 'epoch')).toHaveLength(fakeEpochs)
      expect(await fs.readFile(join(place.home.runs.paths(id).evaluation, 'test.predictions.i32'))).toEqual(Buffer.alloc(40, index + 1))
    }
    expect(told.filter((each) => each.endsWith(' done')).sort()).toEqual(['My own name done', 'seed 1 done', 'seed 3 done'])
    expect(news.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(3 * fakeEpochs)
    expect((await filesIn(place.shared)).filter((file) => !file.includes('/objects/'))).toEqual([])
    expect(await fs.readdir(join(place.cacheDir, 'remote', 'work'))).toEqual([])
    expect((await place.home.runs.list()).runs).toHaveLength(3)
  })

  it('send a data set once, however many runs read it, and a node fetches it once', async () => {
    await awayRuns(place.home, place.ray.address, place.shared, 4)
    const sent: string[] = []
    const fetched: string[] = []
    const { send, fetch } = FolderStore.prototype
    FolderStore.prototype.send = function (key, path) { sent.push(key); return send.call(this, key, path) }
    FolderStore.prototype.fetch = function (key, path) { fetched.push(key); return fetch.call(this, key, path) }
    try {
      carryOutAll()
      await lookAfter()
    } finally {
      Object.assign(FolderStore.prototype, { send, fetch })
    }
    for (const list of [sent, fetched]) {
      const data = list.filter((key) => key.startsWith('objects/'))
      expect(data.length).toBeGreaterThan(0)
      expect(new Set(data).size).toBe(data.length)
    }
  })

  it('are given out no more than so many at once', async () => {
    await awayRuns(place.home, place.ray.address, place.shared, 5, 2)
    let most = 0
    carryOutAll(() => {
      most = Math.max(most, [...place.ray.jobs.values()].filter(({ status }) => status === 'PENDING' || status === 'RUNNING').length)
      return undefined
    })
    await lookAfter()
    expect(most).toBe(2)
    // A job that has computed its run takes the next one.
    expect(place.ray.submitted).toHaveLength(2)
    for (const { state, computedOn } of (await place.home.runs.list()).runs) expect([state, computedOn?.attempts]).toEqual(['done', 1])
  })

  it('go on from their checkpoint elsewhere when their node is lost, and none is doubled', async () => {
    const [id] = await awayRuns(place.home, place.ray.address, place.shared, 1)
    const epochs: string[] = []
    place.ray.onJob = (job) => {
      const attempt = place.ray.submitted.length
      void doJob(job, `${place.cacheDir}-${attempt}`, {
        onEpoch: async (epoch) => {
          epochs.push(`${attempt}:${epoch}`)
          if (attempt > 1 || epoch < 2) return
          // Its checkpoint is there; now the machine goes, and says no more.
          await expect.poll(() => fs.readFile(join(place.shared, 'runs', id!, 'checkpoint.json'), 'utf8').catch(() => '')).toContain('last.safetensors')
          Object.assign(job, { status: 'FAILED', message: 'The job supervisor actor died: its node is gone.' })
          await new Promise(() => undefined)
        }
      })
    }
    await lookAfter()
    expect(await record(id!)).toMatchObject({ state: 'done', epochs: fakeEpochs, computedOn: { attempts: 2 } })
    expect(place.ray.submitted).toEqual([`graft-${id}-1`, `graft-${id}-2`])
    expect(epochs.filter((each) => each.startsWith('2:'))).not.toContain('2:0')
    const series = (await place.home.runs.readMetrics(id!)).flatMap((line) => line.kind === 'epoch' ? [line.epoch] : [])
    expect(series).toEqual([1, 2, 3, 4])
  })

  it('wait while the head is gone, say so once, and go on when it is back and has forgotten them', async () => {
    const [id] = await awayRuns(place.home, place.ray.address, place.shared, 1)
    const told: (string | undefined)[] = []
    place.ray.onJob = () => {
      // The head dies with the job in its queue, and comes back without it.
      void place.ray.stop()
      place.ray.jobs.clear()
      carryOutAll()
    }
    await lookAfter({
      onWaiting: (error) => {
        told.push(error?.code)
        if (error) void place.ray.start()
      }
    })
    expect(await record(id!)).toMatchObject({ state: 'done', computedOn: { attempts: 1 } })
    expect(place.ray.submitted).toEqual([`graft-${id}-1`, `graft-${id}-1`])
    expect(told).toEqual(['cluster-unreachable', undefined])
  })

  it('come home while the head is gone', async () => {
    const [id] = await awayRuns(place.home, place.ray.address, place.shared, 1)
    place.ray.onJob = (job) => {
      void place.ray.stop()
      void doJob(job, place.cacheDir)
    }
    await lookAfter()
    expect((await record(id!)).state).toBe('done')
  })

  it('go on while nobody looks after them, and are picked up by whoever does next', async () => {
    const ids = await awayRuns(place.home, place.ray.address, place.shared, 3)
    const jobs: FakeJob[] = []
    place.ray.onJob = (job) => { jobs.push(job) }
    await lookAfter({ onlyGiveOut: true })
    expect(place.ray.submitted).toHaveLength(3)
    // The next start of Graft must not take them for runs whose process is gone, nor train them a second time.
    expect(await place.home.runs.interruptOrphans()).toEqual([])
    await expect(place.home.runs.claim(ids[0]!)).rejects.toMatchObject({ code: 'run-away' })
    await expect(place.home.runs.remove([ids[0]!])).rejects.toMatchObject({ code: 'run-away' })
    for (const job of jobs) await doJob(job, place.cacheDir)
    await lookAfter()
    expect(place.ray.submitted).toHaveLength(3)
    for (const id of ids) expect(await record(id)).toMatchObject({ state: 'done', computedOn: { attempts: 1 } })
  })

  it('are handed over once, also where the program died between writing that down and doing it', async () => {
    const [id] = await awayRuns(place.home, place.ray.address, place.shared, 1)
    await place.home.runs.update(id!, (run) => ({ ...run, away: { ...run.away!, attempt: 1, job: `graft-${id}-1` } }))
    carryOutAll()
    await lookAfter()
    expect(place.ray.submitted).toEqual([`graft-${id}-1`])
    expect((await record(id!)).state).toBe('done')
  })

  it('that are cancelled are stopped there, and go on from their checkpoint when they are given out again', async () => {
    const [id, waiting] = await awayRuns(place.home, place.ray.address, place.shared, 2, 1)
    place.ray.onJob = (job) => void doJob(job, place.cacheDir, {
      onEpoch: async (epoch, _, signal) => {
        if (epoch !== 2) return
        for (const each of [id, waiting]) await wishToStop(place.home.runs.paths(each!).folder, 'now')
        await expect.poll(() => signal.aborted, { timeout: 5_000 }).toBe(true)
      }
    })
    await lookAfter()
    expect([(await record(id!)).state, (await record(waiting!)).state]).toEqual(['cancelled', 'cancelled'])
    expect(place.ray.submitted).toHaveLength(1)

    // Its node sends the checkpoint a moment after it was stopped.
    await expect.poll(() => fs.readdir(join(place.cacheDir, 'remote', 'work'))).toEqual([])
    const begun: number[] = []
    place.ray.onJob = (job) => void doJob(job, place.cacheDir, { onEpoch: async (epoch) => { begun.push(epoch) } })
    await place.home.runs.update(id!, (run) => ({ ...run, state: 'queued', away: { place: { on: place.ray.address, store: place.shared, cores: 1 }, attempt: 0 } }))
    await lookAfter()
    expect(await record(id!)).toMatchObject({ state: 'done', computedOn: { attempts: 2 } })
    expect(begun[0]).toBeGreaterThan(0)
  })

  it('say that no machine there is large enough', async () => {
    const [id] = await awayRuns(place.home, place.ray.address, place.shared, 1)
    await place.home.runs.update(id!, (run) => ({ ...run, away: { ...run.away!, place: { ...run.away!.place, cores: 64 } } }))
    const told: (string | undefined)[] = []
    const stop = new AbortController()
    await lookAfter({ signal: stop.signal, onWaiting: (error) => { told.push(error?.code); stop.abort() } })
    expect(told).toEqual(['no-machine-so-large'])
    expect((await record(id!)).state).toBe('queued')
  })

  it('say at once that Graft is not on a node', async () => {
    const [id] = await awayRuns(place.home, place.ray.address, place.shared, 1)
    place.ray.onJob = (job) => { Object.assign(job, { status: 'FAILED', exitCode: 127, log: 'sh: 1: graft: not found' }) }
    await lookAfter()
    expect(await record(id!)).toMatchObject({ state: 'interrupted', error: { code: 'no-graft-on-node', details: expect.stringContaining('not found') as string } })
    expect(place.ray.submitted).toHaveLength(1)
  })

  it('are tried four times, and then say why with the end of the log', async () => {
    const [id] = await awayRuns(place.home, place.ray.address, place.shared, 1)
    place.ray.onJob = (job) => { Object.assign(job, { status: 'FAILED', exitCode: 1, log: 'out of memory' }) }
    await lookAfter()
    expect(await record(id!)).toMatchObject({ state: 'interrupted', error: { code: 'attempts-lost', details: 'out of memory' } })
    expect((await record(id!)).away).toBeUndefined()
    expect(place.ray.submitted).toHaveLength(4)
  })

  it('do not use data that arrived with other bytes, and send them again', async () => {
    const [id] = await awayRuns(place.home, place.ray.address, place.shared, 1)
    let spoilt = false
    carryOutAll((job) => {
      if (spoilt) return undefined
      spoilt = true
      void (async () => {
        for (const file of await filesIn(join(place.shared, 'objects'))) {
          const path = join(place.shared, file)
          const bytes = await fs.readFile(path)
          bytes[0] = bytes[0]! ^ 1
          await fs.writeFile(path, bytes)
        }
        await doJob(job, place.cacheDir)
      })()
      return true
    })
    await lookAfter()
    // The first attempt finds all that is damaged.
    expect(await record(id!)).toMatchObject({ state: 'done', computedOn: { attempts: 2 } })
    expect(await filesIn(join(place.cacheDir, 'remote', 'work'))).toEqual([])
  })

  it('end by themselves where a newer attempt has taken over', async () => {
    const [id] = await awayRuns(place.home, place.ray.address, place.shared, 1)
    await lookAfter({ onlyGiveOut: true })
    const store = openStore(place.shared)
    let epochs = 0
    const end = await doWholeJob({
      store, run: id!, attempt: 1, cacheDir: place.cacheDir, signal: never, milliseconds: 5,
      train: (library, run, hooks) => fakeTraining(library, run, hooks, {
        onEpoch: async () => {
          epochs++
          await store.write(`runs/${id}/newest.json`, JSON.stringify({ run: id, attempt: 2 }))
          await expect.poll(() => hooks.signal.aborted).toBe(true)
        }
      })
    })
    expect([end, epochs]).toEqual(['outdated', 1])
    expect(await store.size(`runs/${id}/result.json`)).toBeUndefined()
  })

  it('stay where they are when the shared folder is not mounted', async () => {
    const [id] = await awayRuns(place.home, place.ray.address, join(folder, 'not-mounted'), 1)
    const told: (string | undefined)[] = []
    const stop = new AbortController()
    await lookAfter({ signal: stop.signal, onWaiting: (error) => { told.push(error?.code); stop.abort() } })
    expect(told).toEqual(['store-unreachable'])
    expect(await record(id!)).toMatchObject({ state: 'queued', away: { attempt: 0 } })
    expect(place.ray.submitted).toEqual([])
    await expect(fs.access(join(folder, 'not-mounted'))).rejects.toThrow()
  })
})
