import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { MethodSummary } from '../../contract/methods'
import { defaultsOf } from '../../contract/parameters'
import type { Run, Spec } from '../../contract/runs'
import { trainingParameters, type TrainingSettings } from '../../contract/training'
import { installSamples } from '../datasets/samples'
import { openLibrary, type Library } from '../library'
import { controlOf } from './control'

const text = (en: string) => ({ en, zh: en })
const method = (id: string, title: string): MethodSummary => ({
  id, title: text(title), summary: text(''), sentence: text(''), reference: '', family: 'baseline', blocks: 'new',
  needs: { sourceModel: false, sourceData: false, targetLabels: 'some', classes: 'any' }, parameters: {}
})
const catalogue = {
  methods: [method('scratch', 'From scratch'), method('warm', 'Warm start')],
  architectures: [{ id: 'seed-cnn', title: text('Seed CNN'), summary: text(''), reference: '', defaultInput: [32, 32, 3] as [number, number, 3], blocks: [], parameters: 1 }]
}
const spec = (id: string): Spec => ({
  source: { model: 'arch:seed-cnn' }, target: { dataset: 'digits', labels: { perClass: 10 } }, method: { id, params: {} },
  training: { ...defaultsOf(trainingParameters) as TrainingSettings, seed: 7 }, device: 'auto'
})

let folder: string
let library: Library
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graft-control-'))
  library = openLibrary(folder)
  await installSamples(library, join(__dirname, '..', '..', '..', 'resources', 'samples'))
})
afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
async function done(id: string): Promise<Run> {
  const { id: run } = await library.runs.create(spec(id), { names: { source: 'Seed CNN', target: 'Digits', method: id }, name: id })
  return library.runs.update(run, (now) => ({ ...now, state: 'done' }))
}

describe('the control of a run that has ended', () => {
  it('has the same target, labels and seed, is known to the run, and is not trained twice', async () => {
    const run = await done('warm')
    const { control, made } = await controlOf(library, catalogue, run.id, 'en')
    expect(made).toBe(true)
    expect(control).toMatchObject({ state: 'queued', name: 'From scratch · UCI optical digits', study: { role: 'scratch' } })
    expect(control.spec).toMatchObject({ source: run.spec.source, target: run.spec.target, method: { id: 'scratch' }, training: { seed: 7 } })
    const { study } = await library.runs.get(run.id)
    expect(study).toEqual({ id: control.study!.id, role: 'candidate', twins: { scratch: control.id } })
    expect(await controlOf(library, catalogue, run.id, 'en')).toEqual({ control, made: false })
    // One that failed tells nothing.
    await library.runs.update(control.id, (now) => ({ ...now, state: 'failed' }))
    const again = await controlOf(library, catalogue, run.id, 'en')
    expect(again.made).toBe(true)
    expect((await library.runs.get(run.id)).study?.twins).toEqual({ scratch: again.control.id })
  })

  it('is refused where there can be none, and nothing is made', async () => {
    const fresh = await done('scratch')
    await expect(controlOf(library, catalogue, fresh.id, 'en')).rejects.toMatchObject({ value: { code: 'no-control' } })
    expect((await library.runs.list()).runs).toHaveLength(1)
    const { control } = await controlOf(library, catalogue, (await done('warm')).id, 'en')
    await expect(controlOf(library, catalogue, control.id, 'en')).rejects.toMatchObject({ value: { code: 'no-control' } })
  })
})
