import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Header } from 'tar'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Run, Spec } from '../../contract/runs'
import { trainingSettingsSchema } from '../../contract/training'
import { sha256Of } from '../disk/checksums'
import { openLibrary, type Library } from '../library'
import { isShared } from './layout'
import { openRuns } from './open'
import { saveRuns } from './save'

const spec: Spec = {
  source: { model: 'arch:seed-cnn' },
  target: { dataset: 'digits', labels: { perClass: 10 } },
  method: { id: 'fine-tuning', params: {} },
  training: trainingSettingsSchema.parse({}),
  device: 'auto'
}
const names = { source: 'Seed CNN', target: 'Digits', method: 'Fine-tuning' }

let folder: string
let here: Library
let there: Library
let file: string
beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'graft-sharing-'))
  here = openLibrary(join(folder, 'here'))
  there = openLibrary(join(folder, 'there'))
  file = join(folder, 'two.graft')
})
afterEach(() => fs.rm(folder, { recursive: true, force: true }))

const score = { accuracy: 0.5, loss: 1, n: 2, perClass: [] }

/** A run that has ended, with a model, answers, a checkpoint, and what a killed write and a lock leave. */
async function endedRun(study?: Run['study']): Promise<Run> {
  const { id } = await here.runs.create(spec, { names, ...(study && { study }) })
  const { folder: own } = here.runs.paths(id)
  const answers = Buffer.alloc(600_001, id)
  for (const [name, bytes] of [
    ['evaluation/test.predictions.i32', answers], ['model/weights.safetensors', Buffer.alloc(1024, 7)], ['model/graft.json', '{}'],
    ['checkpoint/last.safetensors', Buffer.alloc(9999)], ['model/weights.bin.01ARZ3NDEKTSV4RRFFQ69G5FAV.tmp', 'half'], ['owner.lock', '{}']
  ] as const) {
    await fs.mkdir(dirname(join(own, name)), { recursive: true })
    await fs.writeFile(join(own, name), bytes)
  }
  return here.runs.update(id, (run) => ({
    ...run, state: 'done', metrics: { test: score }, files: { 'evaluation/test.predictions.i32': sha256Of(answers) },
    checkpoint: { epoch: 1, step: 2, savedAt: new Date(0).toISOString() }
  }))
}

async function filesOf(library: Library, id: string): Promise<string[]> {
  const { folder: own } = library.runs.paths(id)
  const entries = await fs.readdir(own, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(own.length + 1)).sort()
}

/** A tar archive of these files, as somebody else would make it. */
function archive(files: readonly (readonly [string, string | Buffer])[]): Buffer {
  return Buffer.concat([...files.flatMap(([path, content]) => {
    const bytes = Buffer.from(content)
    const header = new Header({ path, size: bytes.length, type: 'File', mode: 0o644 })
    header.encode()
    return [header.block!, bytes, Buffer.alloc((512 - bytes.length % 512) % 512)]
  }), Buffer.alloc(1024)])
}

const listOf = (files: Record<string, string>, more: object = {}): string => JSON.stringify({
  schemaVersion: 1, graft: '9', createdAt: new Date(0).toISOString(), runs: [{ id: 'a', name: 'A' }],
  files: Object.fromEntries(Object.entries(files).map(([name, content]) => [name, { bytes: Buffer.byteLength(content), sha256: sha256Of(content) }])), ...more
})

describe('a file of runs', () => {
  it('brings a run with its controls to another machine, the same to the byte, without checkpoints and leftovers', async () => {
    const control = await endedRun()
    const run = await endedRun({ id: 'study', role: 'candidate', twins: { scratch: control.id, 'source-only': 'gone' } })
    const progress: number[][] = []
    const saved = await saveRuns(here, { ids: [run.id], path: join(folder, 'two'), replace: false }, { onProgress: (...at) => progress.push(at) })
    expect(saved).toMatchObject({ path: file, bytes: (await fs.stat(file)).size, runs: [{ id: run.id }, { id: control.id }] })
    expect(progress.at(-1)![0]).toBe(progress.at(-1)![1])

    expect(await openRuns(there, file)).toEqual({
      runs: [{ id: run.id, name: run.name, there: false }, { id: control.id, name: control.name, there: false }], missingDatasets: ['Digits']
    })
    const { checkpoint: _checkpoint, owner: _owner, ...kept } = run
    expect(await there.runs.get(run.id)).toEqual(kept)
    expect(await filesOf(there, run.id)).toEqual([
      'evaluation/test.predictions.i32', 'metrics.jsonl', 'model/graft.json', 'model/weights.safetensors', 'run.json', 'spec.json'
    ])
    for (const name of ['evaluation/test.predictions.i32', 'model/weights.safetensors', 'spec.json']) {
      const [before, after] = await Promise.all([here, there].map((library) => fs.readFile(join(library.runs.paths(run.id).folder, name))))
      expect(after!.equals(before!)).toBe(true)
    }
    // A second time nothing changes, and no folder is left half-made.
    await there.runs.update(run.id, (current) => ({ ...current, name: 'Mine' }))
    expect((await openRuns(there, file)).runs.map(({ there: known }) => known)).toEqual([true, true])
    expect((await there.runs.get(run.id)).name).toBe('Mine')
    expect((await fs.readdir(join(there.dataDir, 'runs'))).sort()).toEqual([control.id, run.id].sort())
  })

  it('is not made of a run that has not ended, of changed answers, or over what is there', async () => {
    const waiting = await here.runs.create(spec, { names })
    await expect(saveRuns(here, { ids: [waiting.id], path: file, replace: false })).rejects.toMatchObject({ code: 'run-under-way' })
    const run = await endedRun()
    await fs.writeFile(join(here.runs.paths(run.id).evaluation, 'test.predictions.i32'), 'other')
    await expect(saveRuns(here, { ids: [run.id], path: file, replace: false })).rejects.toMatchObject({ code: 'file-damaged' })
    await fs.writeFile(file, 'mine')
    await expect(saveRuns(here, { ids: [run.id], path: file, replace: false })).rejects.toMatchObject({ code: 'exists-already' })
    expect(await fs.readFile(file, 'utf8')).toBe('mine')
    expect(await fs.readdir(folder)).toEqual(['here', 'two.graft'])
  })

  it('is refused whole where a byte of it was changed, or its end is missing', async () => {
    const run = await endedRun()
    await saveRuns(here, { ids: [run.id], path: file, replace: true })
    const whole = await fs.readFile(file)
    for (const at of [whole.indexOf('"sha256"') + 15, whole.length >> 1, whole.indexOf(Buffer.alloc(1024, 7)) + 1000]) {
      const changed = Buffer.from(whole)
      changed[at] = changed[at]! ^ 0x55
      await fs.writeFile(file, changed)
      const code = expect.stringMatching(/^(file-of-runs-damaged|not-a-file-of-runs)$/) as string
      await expect(openRuns(there, file), String(at)).rejects.toMatchObject({ code })
    }
    for (const length of [whole.length >> 1, 700]) {
      await fs.writeFile(file, whole.subarray(0, length))
      await expect(openRuns(there, file)).rejects.toMatchObject({ code: expect.stringMatching(/truncated|damaged|not-a-file/) as string })
    }
    expect((await there.runs.list()).runs).toEqual([])
    expect(await fs.readdir(join(there.dataDir, 'runs')).catch(() => [])).toEqual([])
  })

  it.each([
    ['no archive', Buffer.from('hello'), 'not-a-file-of-runs'],
    ['another archive', archive([['cat/1.png', 'x']]), 'not-a-file-of-runs'],
    ['of a newer Graft', archive([['graft.json', listOf({}, { schemaVersion: 2 })]]), 'made-by-newer-version'],
    ['a file that is not on its list', archive([['graft.json', listOf({})], ['runs/a/run.json', '{}']]), 'file-of-runs-damaged'],
    ['a list that leads out', archive([['graft.json', listOf({ 'runs/a/../../settings.json': '{}' })]]), 'file-of-runs-damaged'],
    ['a run that is not on its list', archive([['graft.json', listOf({ 'runs/b/run.json': '{}' })]]), 'file-of-runs-damaged'],
    ['a file longer than its list says', archive([['graft.json', listOf({ 'runs/a/run.json': '{}' })], ['runs/a/run.json', '{}    ']]), 'file-of-runs-damaged'],
    ['a record that is none', archive([['graft.json', listOf({ 'runs/a/run.json': '{}' })], ['runs/a/run.json', '{}']]), 'file-damaged'],
    ['no record', archive([['graft.json', listOf({ 'runs/a/spec.json': '{}' })], ['runs/a/spec.json', '{}']]), 'file-of-runs-damaged'],
    ['more than any disk has', archive([['graft.json', listOf({}, { files: { 'runs/a/run.json': { bytes: 2 ** 52, sha256: sha256Of('') } } })]]), 'disk-full']
  ])('is refused where it is %s', async (_what, bytes, code) => {
    await fs.writeFile(file, bytes)
    await expect(openRuns(there, file)).rejects.toMatchObject({ code })
    expect(await fs.readdir(join(there.dataDir, 'runs')).catch(() => [])).toEqual([])
  })

  it('stops when it is cancelled, and leaves nothing', async () => {
    const run = await endedRun()
    await expect(saveRuns(here, { ids: [run.id], path: file, replace: false }, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' })
    expect(await fs.readdir(folder)).toEqual(['here'])
    await saveRuns(here, { ids: [run.id], path: file, replace: false })
    await expect(openRuns(there, file, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' })
    expect(await fs.readdir(join(there.dataDir, 'runs')).catch(() => [])).toEqual([])
  })

  it.each([
    ['runs/a/run.json', true], ['runs/a/evaluation/epochs/1.i32', true], ['runs/a/checkpoint/last.safetensors', false], ['runs/a', false],
    ['models/a/graft.json', false], ['runs/../a', false], ['runs/a/../b', false], ['runs/a/.hidden', false], ['runs/a/a\\b', false],
    ['runs/a/owner.lock', false], ['runs/a/run.json.damaged-x', false], ['/runs/a/run.json', false], ['runs//run.json', false]
  ])('holds %s: %s', (name, expected) => expect(isShared(name)).toBe(expected))
})
