import { spawn } from 'node:child_process'
import * as fs from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Metric, Spec } from '../../contract/runs'
import { trainingSettingsSchema } from '../../contract/training'
import { openLibrary, type Library } from '../library'

const spec: Spec = {
  source: { model: 'arch:seed-cnn' },
  target: { dataset: 'digits', labels: { perClass: 10 } },
  method: { id: 'scratch', params: {} },
  training: trainingSettingsSchema.parse({}),
  device: 'auto'
}
const names = { source: 'Seed CNN', target: 'Digits', method: 'From scratch' }
const step = (number: number, stage = 0): Metric =>
  ({ kind: 'step', stage, epoch: 1, step: number, seconds: number, learningRate: 0.01, losses: { total: 1 / number } })

let folder: string
let library: Library
beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'graft-runs-'))
  library = openLibrary(folder)
})
afterEach(() => fs.rm(folder, { recursive: true, force: true }))

async function deadProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', ''])
  await new Promise((done) => child.on('exit', done))
  return child.pid!
}

describe('a run', () => {
  it('is found as it was made, newest first, also after opening the library anew', async () => {
    const first = await library.runs.create(spec, { names })
    const second = await library.runs.create(spec, { names, name: 'Second try' })
    expect(first).toMatchObject({ state: 'queued', name: 'From scratch: Seed CNN → Digits', spec })
    const { runs, damaged } = await openLibrary(folder).runs.list()
    expect(runs).toEqual([second, first])
    expect(damaged).toEqual([])
    expect(JSON.parse(await fs.readFile(library.runs.paths(first.id).spec, 'utf8'))).toEqual(spec)
    expect((await fs.readdir(library.runs.paths(first.id).folder)).sort()).toEqual(['metrics.jsonl', 'run.json', 'spec.json'])
  })

  it('loses no change when many come at once', async () => {
    const { id } = await library.runs.create(spec, { names })
    await Promise.all(Array.from({ length: 40 }, () =>
      library.runs.update(id, (run) => ({ ...run, epochs: run.epochs + 1 }))))
    expect((await library.runs.get(id)).epochs).toBe(40)
    expect((await fs.readdir(library.runs.paths(id).folder)).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  it('keeps tags, note and pin beside its record, and lists them, whoever writes the record meanwhile', async () => {
    const { id } = await library.runs.create(spec, { names })
    const other = openLibrary(folder)
    await Promise.all([
      library.runs.mark(id, (marks) => ({ ...marks, tags: ['paper'], pinned: true })),
      other.runs.update(id, (run) => ({ ...run, epochs: 3 }))
    ])
    const marks = { tags: ['paper'], note: '', pinned: true }
    expect(await library.runs.get(id)).toMatchObject({ epochs: 3, marks })
    expect((await other.runs.list()).runs).toMatchObject([{ epochs: 3, marks }])
    expect(await fs.readFile(library.runs.paths(id).record, 'utf8')).not.toContain('paper')
    await expect(library.runs.mark(id, (now) => ({ ...now, tags: [''] }))).rejects.toThrow()
    // Damaged, they are set aside; the run is as good as before.
    await fs.writeFile(library.runs.paths(id).marks, JSON.stringify({ ...marks, tags: ['other'], seal: '0' }))
    expect((await other.runs.list()).runs[0]).not.toHaveProperty('marks')
    await library.runs.mark(id, (now) => ({ ...now, note: 'Once more' }))
    await library.runs.mark(id, (now) => ({ ...now, note: '' }))
    expect((await fs.readdir(library.runs.paths(id).folder)).filter((name) => name === 'marks.json')).toEqual([])
  })

  it('keeps its record when a change throws or makes nonsense of it', async () => {
    const { id } = await library.runs.create(spec, { names })
    await expect(library.runs.update(id, () => { throw new Error('no') })).rejects.toThrow('no')
    await expect(library.runs.update(id, (run) => ({ ...run, epochs: 0.5 }))).rejects.toThrow()
    await library.runs.update(id, (run) => ({ ...run, name: 'after' }))
    expect(await library.runs.get(id)).toMatchObject({ name: 'after', epochs: 0 })
  })

  it('that is not there is refused with what to do', async () => {
    await expect(library.runs.get('01JXXXXXXXXXXXXXXXXXXXXXXX')).rejects.toMatchObject({ code: 'run-not-found' })
    await expect(library.runs.get('../secrets')).rejects.toMatchObject({ code: 'id-not-valid' })
    await expect(library.runs.readMetrics('nothing')).rejects.toMatchObject({ code: 'run-not-found' })
    await expect(library.runs.remove(['nothing'])).rejects.toMatchObject({ code: 'run-not-found' })
  })

  it('with a damaged record is named and set aside while the rest opens', async () => {
    const good = await library.runs.create(spec, { names })
    const bad = await library.runs.create(spec, { names })
    const { record, folder: badFolder } = library.runs.paths(bad.id)
    await fs.writeFile(record, '{"schemaVersion":1,"id":')
    const { runs, damaged } = await library.runs.list()
    expect(runs.map((run) => run.id)).toEqual([good.id])
    expect(damaged).toHaveLength(1)
    expect(damaged[0]).toMatchObject({ path: record, error: { code: 'file-damaged' } })
    expect(damaged[0]!.error.message.en).toContain(record)
    const aside = (await fs.readdir(badFolder)).filter((name) => name.startsWith('run.json.damaged-'))
    expect(aside).toHaveLength(1)
    // Asked again, it is still named.
    const again = await library.runs.list()
    expect(again.runs).toHaveLength(1)
    expect(again.damaged[0]!.error.message.en).toContain(aside[0])
    await expect(library.runs.get(bad.id)).rejects.toMatchObject({ code: 'file-damaged' })
  })

  it('of a newer Graft is left alone', async () => {
    const { id } = await library.runs.create(spec, { names })
    const { record } = library.runs.paths(id)
    await fs.writeFile(record, JSON.stringify({ schemaVersion: 2, id }))
    const { damaged } = await library.runs.list()
    expect(damaged[0]).toMatchObject({ error: { code: 'made-by-newer-version' } })
    expect(JSON.parse(await fs.readFile(record, 'utf8'))).toEqual({ schemaVersion: 2, id })
  })

  it('goes to the trash and comes back whole, several at once', async () => {
    const runs = [await library.runs.create(spec, { names }), await library.runs.create(spec, { names })]
    await library.runs.appendMetrics(runs[0]!.id, [step(1)])
    const token = await library.runs.remove(runs.map((run) => run.id))
    expect((await library.runs.list()).runs).toEqual([])
    await library.runs.restore(token)
    expect((await library.runs.list()).runs).toHaveLength(2)
    expect(await library.runs.readMetrics(runs[0]!.id)).toEqual([step(1)])
    await expect(library.runs.restore(token)).rejects.toMatchObject({ code: 'undo-expired' })
  })
})

describe('the process that works on a run', () => {
  it('has it to itself until it gives it up', async () => {
    const { id } = await library.runs.create(spec, { names })
    const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'])
    try {
      await library.runs.claim(id)
      expect((await library.runs.get(id)).owner).toMatchObject({ pid: process.pid, host: hostname() })
      await library.runs.release(id)
      expect((await library.runs.get(id)).owner).toBeUndefined()

      const owner = { pid: other.pid!, host: hostname(), startedAt: new Date().toISOString() }
      await fs.writeFile(join(library.runs.paths(id).folder, 'owner.lock'), JSON.stringify(owner))
      await library.runs.update(id, (run) => ({ ...run, state: 'running', owner }))
      await expect(library.runs.claim(id)).rejects.toMatchObject({ code: 'run-busy' })
      await expect(library.runs.remove([id])).rejects.toMatchObject({ code: 'run-busy' })
      expect(await library.runs.interruptOrphans()).toEqual([])
    } finally {
      other.kill()
    }
  })

  it('may be another one than the one that queued the run', async () => {
    const { id } = await library.runs.create(spec, { names })
    await library.runs.update(id, (run) => ({ ...run, owner: { pid: process.ppid, host: hostname(), startedAt: new Date().toISOString() } }))
    await library.runs.claim(id)
    expect((await library.runs.get(id)).owner?.pid).toBe(process.pid)
  })

  it('is missed when it is gone: the run is interrupted, says why, and can be claimed', async () => {
    const pid = await deadProcess()
    const owner = { pid, host: hostname(), startedAt: new Date().toISOString() }
    const running = await library.runs.create(spec, { names })
    const done = await library.runs.create(spec, { names })
    const mine = await library.runs.create(spec, { names })
    await fs.writeFile(join(library.runs.paths(running.id).folder, 'owner.lock'), JSON.stringify(owner))
    await library.runs.update(running.id, (run) => ({ ...run, state: 'running', owner }))
    await library.runs.update(done.id, (run) => ({ ...run, state: 'done', owner }))
    const orphans = await library.runs.interruptOrphans()
    expect(orphans.map((run) => run.id)).toEqual([running.id])
    expect(await library.runs.get(running.id)).toMatchObject({ state: 'interrupted', error: { code: 'process-gone' } })
    expect((await library.runs.get(done.id)).state).toBe('done')
    expect((await library.runs.get(mine.id)).state).toBe('queued')
    await library.runs.claim(running.id)
  })

  it('is not mistaken for another process that got its number since', async () => {
    const { id } = await library.runs.create(spec, { names })
    const owner = { pid: process.ppid, host: hostname(), startedAt: new Date().toISOString(), token: 'an-earlier-boot:1' }
    await library.runs.update(id, (run) => ({ ...run, state: 'running', owner }))
    const interrupted = await library.runs.interruptOrphans()
    expect(interrupted).toHaveLength(process.platform === 'linux' ? 1 : 0)
  })

  it('on another machine is left alone while it writes, and missed once it is silent', async () => {
    const { id } = await library.runs.create(spec, { names })
    await library.runs.update(id, (run) => ({ ...run, state: 'running', owner: { pid: 1, host: 'elsewhere', startedAt: new Date().toISOString() } }))
    expect(await library.runs.interruptOrphans()).toEqual([])
    const hourAgo = new Date(Date.now() - 3_600_000)
    for (const path of [library.runs.paths(id).record, library.runs.paths(id).metrics]) await fs.utimes(path, hourAgo, hourAgo)
    expect(await library.runs.interruptOrphans()).toHaveLength(1)
  })
})

describe('the series of a run', () => {
  it('is read as it was written, in order, however many writes are under way', async () => {
    const { id } = await library.runs.create(spec, { names })
    await Promise.all(Array.from({ length: 20 }, (_, index) => library.runs.appendMetrics(id, [step(index + 1)])))
    expect(await library.runs.readMetrics(id)).toEqual(Array.from({ length: 20 }, (_, index) => step(index + 1)))
  })

  it('leaves out what a resumed run did again', async () => {
    const { id } = await library.runs.create(spec, { names })
    const log: Metric = { kind: 'log', seconds: 4, level: 'info', text: { en: 'saved', zh: '已保存' } }
    const resumed: Metric = { kind: 'resumed', stage: 0, epoch: 1, step: 2, seconds: 2 }
    await library.runs.appendMetrics(id, [step(1), step(2), step(3), log, step(4), step(1, 1), resumed, step(3)])
    expect(await library.runs.readMetrics(id)).toEqual([step(1), step(2), log, resumed, step(3)])
  })

  it('drops a line that a crash tore, and goes on behind the last whole one', async () => {
    const { id } = await library.runs.create(spec, { names })
    await library.runs.appendMetrics(id, [step(1), step(2)])
    await fs.appendFile(library.runs.paths(id).metrics, '{"kind":"step","sta')
    expect(await library.runs.readMetrics(id)).toEqual([step(1), step(2)])
    const later = openLibrary(folder)
    await later.runs.appendMetrics(id, [step(3)])
    expect(await later.runs.readMetrics(id)).toEqual([step(1), step(2), step(3)])
  })

  it('says where a line in its middle is damaged, and gives the rest', async () => {
    const { id } = await library.runs.create(spec, { names })
    await fs.writeFile(library.runs.paths(id).metrics, [JSON.stringify(step(1)), '\u0000\u0000', JSON.stringify(step(3)), ''].join('\n'))
    const metrics = await library.runs.readMetrics(id)
    expect(metrics).toHaveLength(3)
    expect(metrics[1]).toMatchObject({ kind: 'log', level: 'warning', text: { en: 'Line 2 of metrics.jsonl is damaged and left out.' } })
  })
})
