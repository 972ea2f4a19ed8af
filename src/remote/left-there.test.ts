import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Run } from '../contract/runs'
import { wishToStop } from '../library/runs'
import { fetchLeft, settleBeforeTraining } from './left-there'
import { lookAfterRuns } from './look-after'
import { runProblems, storeProblems } from './problems'
import { openStore } from './stores'
import { FolderStore } from './stores/folder'
import { awayRuns, doJob, remotePlace } from './testing'

let folder = ''
let place: Awaited<ReturnType<typeof remotePlace>>
beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'graft-left-'))
  place = await remotePlace(folder)
})
afterEach(async () => {
  await place.ray.stop()
  await fs.rm(folder, { recursive: true, force: true, maxRetries: 5 })
})

const never = new AbortController().signal
const lookAfter = (more: Partial<Parameters<typeof lookAfterRuns>[0]> = {}): Promise<void> =>
  lookAfterRuns({ library: place.home, signal: never, milliseconds: 5, ...more })
const record = (id: string): Promise<Run> => place.home.runs.get(id)

/** A run that was cancelled there after two epochs, while the folder with its checkpoint could not be read. */
const cancelledApart = async (): Promise<string> => {
  const [id] = await awayRuns(place.home, place.ray.address, place.shared, 1)
  place.ray.onJob = (job) => void doJob(job, place.cacheDir, {
    onEpoch: async (epoch, _, signal) => {
      if (epoch !== 2) return
      await wishToStop(place.home.runs.paths(id!).folder, 'now')
      await expect.poll(() => signal.aborted, { timeout: 5_000 }).toBe(true)
    }
  })
  const { read, size } = FolderStore.prototype
  let isEnding = false
  FolderStore.prototype.size = async function (key) {
    const found = await size.call(this, key)
    isEnding ||= key.endsWith('/cancelled') && found !== undefined
    return found
  }
  FolderStore.prototype.read = function (key) {
    return isEnding && key.endsWith('/checkpoint.json') ? Promise.reject(storeProblems.unreachable(this.address, 'gone')) : read.call(this, key)
  }
  try {
    await lookAfter()
  } finally {
    Object.assign(FolderStore.prototype, { read, size })
  }
  return id!
}
const withoutFolder = async <Value>(work: () => Promise<Value>): Promise<Value> => {
  await fs.rename(place.shared, `${place.shared}-gone`)
  try {
    return await work()
  } finally {
    await fs.rename(`${place.shared}-gone`, place.shared)
  }
}

describe('a checkpoint that could not be fetched when its run was cancelled there', () => {
  it('is told of, and is fetched later by whoever looks after runs', async () => {
    const id = await cancelledApart()
    const left = { state: 'cancelled', error: { code: 'checkpoint-left' }, leftThere: { on: place.ray.address, store: place.shared, attempt: 1 } }
    const ended = await record(id)
    expect(ended).toMatchObject(left)
    expect(ended.checkpoint).toBeUndefined()
    // Still not there.
    await withoutFolder(() => lookAfter())
    expect(await record(id)).toMatchObject(left)
    const told: string[] = []
    await lookAfter({ onRun: (run) => told.push(run.id) })
    const { error, leftThere, owner, ...fetched } = await record(id)
    expect([error, leftThere, owner]).toEqual([undefined, undefined, undefined])
    expect(fetched).toMatchObject({ state: 'cancelled', finishedAt: ended.finishedAt, epochs: fetched.checkpoint?.epoch })
    expect(fetched.checkpoint?.epoch).toBeGreaterThan(0)
    expect(told).toEqual([id])
  })

  it('is fetched before the run goes on here; where the folder is still gone it goes on without', async () => {
    const id = await cancelledApart()
    const without = await withoutFolder(() => settleBeforeTraining(place.home, id))
    expect([without.checkpoint, without.leftThere?.store]).toEqual([undefined, place.shared])
    const settled = await settleBeforeTraining(place.home, id)
    expect(settled.checkpoint?.epoch).toBeGreaterThan(0)
    expect(settled.leftThere).toBeUndefined()
  })

  it('is fetched before the run is given to another folder', async () => {
    const id = await cancelledApart()
    const other = `${place.shared}-other`
    await fs.mkdir(other)
    await place.home.runs.update(id, ({ error: _error, ...run }) => ({
      ...run, state: 'queued', away: { place: { on: place.ray.address, store: other, cores: 1 }, attempt: 0 }
    }))
    const begun: number[] = []
    place.ray.onJob = (job) => void doJob(job, place.cacheDir, { onEpoch: (epoch) => Promise.resolve(void begun.push(epoch)) })
    await lookAfter()
    expect(await record(id)).toMatchObject({ state: 'done' })
    expect(begun[0]).toBeGreaterThan(0)
  })

  it('may be a result, of a node that could not be told of the cancelling', async () => {
    const id = await cancelledApart()
    const store = openStore(place.shared)
    // Its node had finished it after all.
    await place.home.runs.update(id, (run) => ({ ...run, state: 'queued', away: { place: { on: place.ray.address, store: place.shared, cores: 1 }, attempt: 0 } }))
    const sent: string[] = []
    place.ray.onJob = (job) => { sent.push(job.id); void doJob(job, place.cacheDir) }
    await lookAfter({ onlyGiveOut: true })
    await expect.poll(() => store.size(`runs/${id}/result.json`)).toBeDefined()
    await place.home.runs.update(id, ({ away: _away, owner: _owner, ...run }) => ({
      ...run, state: 'cancelled', error: runProblems.notTold('x', { code: 'x', message: { en: 'x', zh: 'x' } }), leftThere: { on: 'x', store: place.shared, attempt: 2 }
    }))
    await lookAfter()
    const { error, leftThere, ...home } = await record(id)
    expect([error, leftThere]).toEqual([undefined, undefined])
    expect(home).toMatchObject({ state: 'done', computedOn: { on: 'x' } })
  })

  it('takes the place of nothing that was finished here meanwhile', async () => {
    const id = await cancelledApart()
    await place.home.runs.update(id, ({ error: _error, ...run }) => ({ ...run, state: 'done', epochs: 9 }))
    const sizes = await openStore(place.shared).size(`runs/${id}/newest.json`)
    await lookAfter()
    const { leftThere, ...run } = await record(id)
    expect(leftThere).toBeUndefined()
    expect(run).toMatchObject({ state: 'done', epochs: 9 })
    expect(await openStore(place.shared).size(`runs/${id}/newest.json`)).toBe(sizes)
  })

  it('is not given up for an empty folder, which is a disk that is not mounted', async () => {
    const id = await cancelledApart()
    await withoutFolder(async () => {
      await fs.mkdir(place.shared)
      await lookAfter()
      await fs.rm(place.shared, { recursive: true })
    })
    expect(await record(id)).toMatchObject({ error: { code: 'checkpoint-left' }, leftThere: { store: place.shared } })
    await lookAfter()
    expect((await record(id)).checkpoint?.epoch).toBeGreaterThan(0)
  })

  it('that is damaged by then is told of as lost', async () => {
    const id = await cancelledApart()
    const objects = join(place.shared, 'runs', id, 'objects')
    for (const name of await fs.readdir(objects, { recursive: true })) {
      const file = join(objects, name)
      if ((await fs.stat(file)).isFile()) await fs.writeFile(file, 'x')
    }
    await lookAfter()
    const { leftThere, error } = await record(id)
    expect([leftThere, error?.code]).toEqual([undefined, 'checkpoint-lost'])
  })

  it('comes home though that of another run is refused', async () => {
    const id = await cancelledApart()
    const { spec, names } = await record(id)
    const other = await place.home.runs.create(spec, { names, name: 'Refused' })
    await place.home.runs.update(other.id, (run) => ({ ...run, state: 'cancelled', leftThere: { on: 'x', store: 'ftp://neither', attempt: 1 } }))
    await place.home.runs.release(other.id)
    await expect(fetchLeft(place.home, {})).rejects.toMatchObject({ code: 'store-not-valid' })
    expect((await record(id)).checkpoint?.epoch).toBeGreaterThan(0)
    expect([(await record(id)).owner, (await record(other.id)).owner]).toEqual([undefined, undefined])
  })
})
