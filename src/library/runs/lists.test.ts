import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runOverviewSchema } from '../../contract/run-overview'
import type { Run } from '../../contract/runs'
import { finishedRun, addDigits } from '../../../test/faults/shared/data-folder'
import { GraftError } from '../../contract/errors'
import { openLibrary, type Library } from '..'
import { RunLists } from './lists'

/* Enough that an index is kept: it must never say something else than the records do. */
const count = 220
let folder = ''
let library: Library
let first: Run

beforeAll(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'graft-run-lists-'))
  library = openLibrary(folder)
  await addDigits(library)
  first = await finishedRun(library, (image) => image < 10)
  const record = await fs.readFile(library.runs.paths(first.id).record, 'utf8')
  for (let index = 1; index < count; index++) {
    const id = `run-${String(index).padStart(4, '0')}`
    await fs.mkdir(join(folder, 'runs', id))
    await fs.writeFile(join(folder, 'runs', id, 'run.json'), record.replaceAll(first.id, id))
  }
})
afterAll(() => fs.rm(folder, { recursive: true, force: true }))

/** What a process that has just started is told. */
const anew = () => openLibrary(folder).runs
const overviews = join('runs', '.overviews.json')

describe('the overview of all runs', () => {
  it('says of each run what its record says, the second time from its index', async () => {
    for (let time = 0; time < 2; time++) {
      const { runs, damaged } = await anew().overview()
      expect([runs.length, damaged]).toEqual([count, []])
      const one = runs.find(({ id }) => id === first.id)!
      expect(runOverviewSchema.parse(one)).toMatchObject({
        id: first.id, name: first.name, state: 'done', createdAt: first.createdAt, spec: { target: first.spec.target, method: { id: 'scratch' } },
        metrics: { test: { accuracy: 0.75, n: 40 } }
      })
      expect(runs.map(({ id }) => id)).toEqual((await anew().list()).runs.map(({ id }) => id))
    }
    expect((await fs.stat(join(folder, overviews))).size).toBeGreaterThan(count * 200)
  })

  it('is right after a record changed, by whatever hand, and after a run came or went', async () => {
    const before = (await anew().overview()).runs.length
    const { record } = library.runs.paths('run-0007')
    await fs.writeFile(record, (await fs.readFile(record, 'utf8')).replace('"name": "', '"name": "Changed '))
    await library.runs.update('run-0008', (run) => ({ ...run, state: 'failed' }))
    await library.runs.mark('run-0009', (marks) => ({ ...marks, pinned: true }))
    await library.runs.remove(['run-0010'])
    const { runs } = await anew().overview()
    const of = (id: string) => runs.find((run) => run.id === id)
    expect([runs.length, of('run-0007')?.name.startsWith('Changed '), of('run-0008')?.state, of('run-0009')?.marks?.pinned, of('run-0010')])
      .toEqual([before - 1, true, 'failed', true, undefined])
  })

  it('counts a damaged index for nothing, wherever it is damaged', async () => {
    const { runs: whole } = await anew().overview()
    const index = join(folder, overviews)
    const bytes = await fs.readFile(index)
    const accuracy = bytes.indexOf('"accuracy":0.75') + '"accuracy":0.'.length
    for (const [name, damage] of Object.entries({
      'another digit': () => { const other = Buffer.from(bytes); other[accuracy] = '9'.charCodeAt(0); return other },
      'cut off': () => bytes.subarray(0, bytes.length / 2),
      'empty': () => Buffer.alloc(0),
      'zeros': () => Buffer.alloc(bytes.length),
      'another head': () => Buffer.concat([Buffer.from('0'), bytes])
    })) {
      await fs.writeFile(index, damage())
      expect([name, (await anew().overview()).runs]).toEqual([name, whole])
    }
  })

  it('names a damaged record and gives the others', async () => {
    const before = (await anew().overview()).runs.length
    const { record } = library.runs.paths('run-0011')
    await fs.writeFile(record, '{"schemaVersion":1,"id":')
    const { runs, damaged } = await anew().overview()
    expect([runs.length, damaged]).toEqual([before - 1, [{ path: record, error: expect.objectContaining({ code: 'file-damaged' }) as unknown }]])
  })
})

describe('the whole records of some', () => {
  it('are read a few at a time, and a record that cannot be read is no run that is not there', async () => {
    const store = anew()
    const wanted = ({ id }: { id: string }): boolean => id.startsWith('run-01')
    let [atOnce, most] = [0, 0]
    const reading = (fails: (id: string) => GraftError | undefined) => new RunLists(join(folder, 'runs'), async (id) => {
      most = Math.max(most, ++atOnce)
      try {
        const error = fails(id)
        if (error) throw error
        return await store.get(id)
      } finally {
        atOnce--
      }
    })
    const all = await reading(() => undefined).some(wanted)
    expect(all.length).toBeGreaterThan(90)
    expect(most).toBeLessThanOrEqual(16)
    const failing = (code: string) => reading((id) => id === 'run-0150' ? new GraftError(code, { en: 'No.', zh: '否。' }) : undefined).some(wanted)
    expect((await failing('not-found')).length).toBe(all.length - 1)
    await expect(failing('too-many-open')).rejects.toMatchObject({ code: 'too-many-open' })
  })
})

describe('texts made of runs', () => {
  it('are made once for each record, and again by another build', async () => {
    const readable = (await anew().overview()).runs.length
    let made = 0
    const make = (run: Run): string => { made++; return run.name }
    expect((await anew().texts('names', 'one', make)).get(first.id)).toBe(first.name)
    await anew().texts('names', 'one', make)
    expect(made).toBe(readable)
    await library.runs.update(first.id, (run) => ({ ...run, name: 'Another' }))
    expect((await anew().texts('names', 'one', make)).get(first.id)).toBe('Another')
    expect(made).toBe(readable + 1)
    expect((await anew().texts('names', 'two', (run) => `${run.name}!`)).get(first.id)).toBe('Another!')
  })
})
