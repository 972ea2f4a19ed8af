import * as fs from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { ulid } from 'ulid'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { openLibrary } from '../../src/library'
import { compareRuns } from '../../src/library/comparison'
import { namingFile, writeFileDurably, newId } from '../../src/library/disk'
import { clearLeftovers, repair, writingOutside } from '../../src/library/repair'
import { Records } from '../../src/library/disk/records'
import { useWorkplace } from '../../src/library/testing'
import { flip } from './shared/damage'
import { addDigits, addModel, finishedRun, newRun, specOf } from './shared/data-folder'

/* What a person made is there until that person removes it. docs/reliability.md has the table. */

const place = useWorkplace()
const below = (...parts: string[]): string => join(place.library.dataDir, ...parts)

afterEach(() => { vi.restoreAllMocks() })

/** Writing to open files fails as on a full disk, until the mocks are put back. */
async function fullDisk(): Promise<void> {
  const probe = await fs.open(join(place.folder, 'probe'), 'w')
  const prototype = Object.getPrototypeOf(probe) as typeof probe
  await probe.close()
  vi.spyOn(prototype, 'write').mockRejectedValue(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' }))
}

describe('what a living run reads', () => {
  it('cannot be removed, by whoever asks; it can once the run has ended', async () => {
    const { library } = place
    await addDigits(library)
    await addModel(library)
    const source = await finishedRun(library, () => false)
    const waiting = [
      await newRun(library, specOf({ model: 'model:brought' })), await newRun(library, specOf({ model: `run:${source.id}` }))
    ]
    // Another program on the same folder.
    const other = openLibrary(library.dataDir)
    const told = { code: 'in-use', value: { message: { en: expect.stringContaining(waiting[0]!.name) } } }
    await expect(other.datasets.remove('digits')).rejects.toMatchObject(told)
    await expect(other.models.remove('brought')).rejects.toMatchObject(told)
    await expect(other.runs.remove([source.id])).rejects.toMatchObject(told)

    await library.runs.update(waiting[0]!.id, (run) => ({ ...run, state: 'cancelled' }))
    // Its process is gone.
    await library.runs.update(waiting[1]!.id, (run) => ({ ...run, owner: { pid: 2 ** 22 + 1, host: hostname(), startedAt: run.createdAt } }))
    await other.models.remove('brought')
    await other.runs.remove([source.id])
    await other.datasets.remove('digits')
  })
})

describe('on a full disk', () => {
  it('removing works, can be undone, and frees the space when it is for good', async () => {
    const { library } = place
    await addDigits(library)
    const run = await newRun(library)
    await library.runs.update(run.id, ({ owner: _, ...rest }) => ({ ...rest, state: 'done' }))
    await fullDisk()
    const token = await library.datasets.remove('digits')
    expect((await library.datasets.list()).datasets).toEqual([])
    await library.datasets.restore(token)
    expect((await library.datasets.list()).datasets).toHaveLength(1)
    await library.trash.discard(await library.datasets.remove('digits'))
    expect(await fs.readdir(below('datasets'))).toEqual([])
    await library.runs.remove([run.id])
    expect(await library.trash.emptyExpired(Date.now() + 25 * 60 * 60_000)).toBe(1)
    expect(await fs.readdir(below('runs'))).toEqual([])
  })

  it('lists work, also over a run whose process is gone', async () => {
    const { library } = place
    await addDigits(library)
    const run = await newRun(library)
    await library.runs.update(run.id, ({ owner: _, ...rest }) => ({ ...rest, state: 'running' }))
    await fullDisk()
    expect(await library.runs.interruptOrphans()).toEqual([])
    expect((await library.runs.list()).runs).toHaveLength(1)
    expect((await library.datasets.list()).datasets).toHaveLength(1)
    vi.restoreAllMocks()
    expect(await library.runs.interruptOrphans()).toMatchObject([{ id: run.id, state: 'interrupted' }])
  })
})

it('a run in a data folder that was pulled out is not said to have never been', async () => {
  const { library } = place
  const run = await newRun(library)
  await library.runs.get(run.id)
  await fs.rename(library.dataDir, `${library.dataDir}-gone`)
  await expect(library.runs.get(run.id)).rejects.toMatchObject({ code: 'data-folder-gone' })
  await fs.rename(`${library.dataDir}-gone`, library.dataDir)
  expect((await library.runs.get(run.id)).id).toBe(run.id)
})

describe('the index of many runs', () => {
  it('saves reading records that are the same, and is made again when in doubt', async () => {
    const folder = join(place.folder, 'runs')
    const ids = Array.from({ length: 250 }, (_, index) => `run-${1000 + index}`)
    await Promise.all(ids.map(async (id) => {
      await fs.mkdir(join(folder, id), { recursive: true })
      await fs.writeFile(join(folder, id, 'run.json'), id)
    }))
    const recordOf = (id: string) => join(folder, id, 'run.json')
    let reads: string[] = []
    const all = async () => {
      reads = []
      const found = await new Records<{ name: string }>(join(folder, '.index.json'), z.object({ name: z.string() }), (id) => [recordOf(id)]).all(ids, async (id) => {
        reads.push(id)
        return { name: await fs.readFile(recordOf(id), 'utf8') }
      }, () => Promise.resolve())
      return found.map(({ name }) => name).sort()
    }
    expect(await all()).toEqual(ids)
    expect(reads).toHaveLength(250)
    expect(await all()).toEqual(ids)
    expect(reads).toEqual([])

    await writeFileDurably(recordOf(ids[7]!), 'run-1007 anew')
    expect((await all())[7]).toBe('run-1007 anew')
    expect(reads).toEqual([ids[7]])

    // One changed letter in it, and all of it counts for nothing.
    const index = join(folder, '.index.json')
    await fs.writeFile(index, (await fs.readFile(index, 'utf8')).replace('run-1003"', 'run-2003"'))
    expect((await all())[3]).toBe('run-1003')
    expect(reads).toHaveLength(250)
  })
})

describe('what killed writes left', () => {
  const later = Date.now() + 2 * 60 * 60_000

  it('goes by its name and age; what is young, or is named by a person, stays', async () => {
    const { library } = place
    const run = await newRun(library)
    const { folder } = library.runs.paths(run.id)
    const old = `run.json.${ulid()}.tmp`
    const keep = ['notes.tmp', 'run.json.damaged-01ARZ3NDEKTSV4RRFFQ69G5FAV', `metrics.${ulid(later)}.tmp`]
    for (const name of [old, ...keep]) await fs.writeFile(join(folder, name), 'x')
    expect(await clearLeftovers(library.dataDir)).toEqual([])
    expect(await clearLeftovers(library.dataDir, { now: later })).toEqual([{ path: join(folder, old), done: 'removed' }])
    expect(await fs.readdir(folder)).toEqual(expect.arrayContaining(keep))
  })

  it('is brought back where it is the only copy of a folder', async () => {
    const { library } = place
    await addModel(library)
    await fs.rename(below('models', 'brought'), below('models', `.brought.${ulid()}.old.tmp`))
    expect(await clearLeftovers(library.dataDir, { now: later })).toEqual([{ path: below('models', 'brought'), done: 'brought-back' }])
    expect((await library.models.get('model:brought')).name).toBe('Brought')
  })

  it('of an export is found in the person\'s folder, once its process is gone', async () => {
    const target = join(place.folder, 'desk', 'model.onnx')
    await fs.mkdir(join(place.folder, 'desk'))
    await fs.writeFile(join(place.folder, 'desk', 'letter.tmp'), 'x')
    let half = ''
    await writingOutside(place.library.dataDir, target, async () => {
      // By the ids of the product: another test's clock may have moved these into the future, and they never go back.
      half = `${target}.${newId()}.tmp`
      await fs.writeFile(half, 'half')
      expect(await clearLeftovers(place.library.dataDir)).toEqual([])
      // As if it were killed here.
      const [note] = await fs.readdir(below('writing'))
      const text = await fs.readFile(below('writing', note!), 'utf8')
      const owner = { pid: 2 ** 22 + 1, host: hostname(), startedAt: new Date().toISOString() }
      await fs.writeFile(below('writing', note!), JSON.stringify({ ...JSON.parse(text) as object, owner }))
      expect(await clearLeftovers(place.library.dataDir)).toEqual([{ path: half, done: 'removed' }])
    })
    expect(await fs.readdir(join(place.folder, 'desk'))).toEqual(['letter.tmp'])
    expect(await fs.readdir(below('writing'))).toEqual([])
  })
})

it('a clock that goes back a day takes nothing away: what was written or removed later stays, and can be undone', async () => {
  const { library } = place
  await addDigits(library)
  const [first, second] = [await newRun(library), await newRun(library)]
  await fs.writeFile(below('runs', first.id, `run.json.${newId()}.tmp`), 'x')
  await library.runs.update(second.id, ({ owner: _, ...rest }) => ({ ...rest, state: 'done' }))
  const token = await library.runs.remove([second.id])

  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 24 * 60 * 60_000 })
  try {
    expect(await library.runs.interruptOrphans()).toEqual([])
    expect(await clearLeftovers(library.dataDir)).toEqual([])
    expect(await library.trash.emptyExpired()).toBe(0)
    await library.runs.restore(token)
    expect((await library.runs.list()).runs.map(({ id }) => id)).toEqual([second.id, first.id])
  } finally {
    vi.useRealTimers()
  }
})

describe('a run\'s folder that was copied half', () => {
  it('without its answers shows what there is, and is compared by its score alone', async () => {
    const { library } = place
    await addDigits(library)
    const [first, second] = [await finishedRun(library, () => false), await finishedRun(library, (image) => image < 3)]
    await fs.rm(library.runs.paths(second.id).evaluation, { recursive: true })
    const { differences: [difference] } = await compareRuns(library, [first.id, second.id])
    expect(difference).toMatchObject({ verdict: 'no-evidence', reason: { en: expect.stringContaining('kept no predictions') } })
  })

  it('without its record is named, and every other one opens', async () => {
    const { library } = place
    const [first, second] = [await newRun(library), await newRun(library)]
    await fs.rm(library.runs.paths(first.id).record)
    const { runs, damaged } = await library.runs.list()
    expect(runs.map(({ id }) => id)).toEqual([second.id])
    expect(damaged).toMatchObject([{ path: library.runs.paths(first.id).folder, error: { code: 'file-damaged' } }])
  })
})

it('a disk that fails to read says which file, in words', () => {
  const error = namingFile(Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' }), '/data/images.u8')
  expect(error).toMatchObject({ code: 'disk-failing', value: { message: { en: expect.stringContaining('/data/images.u8') }, remedy: { en: expect.anything() } } })
})

it('graft repair names what is damaged, makes checksums again, and deletes nothing that is not proven a leftover', async () => {
  const { library } = place
  await addDigits(library)
  await addModel(library)
  const run = await finishedRun(library, () => false)
  const whole = await repair(library)
  expect(whole).toMatchObject({ damaged: [], leftovers: [], rebuilt: [], unverified: [] })
  expect(whole.whole).toBeGreaterThan(8)

  const predictions = join(library.runs.paths(run.id).evaluation, 'test.predictions.i32')
  const damaged = [below('datasets', 'digits', 'train', 'images.u8'), below('datasets', 'digits', 'test', 'labels.i32'), below('models', 'brought', 'weights.safetensors'), predictions]
  for (const path of damaged) await flip(path, 20)
  await flip(below('datasets', 'digits', 'test', 'images.sums'), 3)
  await fs.writeFile(below('my notes.txt'), 'mine')
  const files = (await fs.readdir(library.dataDir, { recursive: true })).sort()
  const found = await repair(library)
  expect(found.damaged.map(({ path }) => path).sort()).toEqual([...damaged].sort())
  expect(found.rebuilt).toEqual([below('datasets', 'digits', 'test', 'images.sums')])
  expect((await fs.readdir(library.dataDir, { recursive: true })).sort()).toEqual(files)
})
