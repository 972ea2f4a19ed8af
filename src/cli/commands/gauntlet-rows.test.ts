import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ModelSummary } from '../../contract/models'
import type { Run } from '../../contract/runs'
import type { ModelRef } from '../../contract/models'
import { openLibrary } from '../../library'
import { DatasetWriter } from '../../library/datasets/writer'
import { fakeContext } from '../testing/fake'
import type { BaseSpec, TrainedRow } from '../../gauntlet/row'
import { TrainingPool } from '../running/training-pool'
import { runRow as runRowIn, type RowOptions } from '../../gauntlet/run-row'
import type { Context } from '../context'

let dataDir = ''
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'graft-rows-'))
  const writer = await DatasetWriter.create(openLibrary(dataDir).datasets.folder, 'digits', [1, 1, 1])
  for (const split of ['train', 'test'] as const) await writer.append({ split, images: new Uint8Array(4), labels: Int32Array.of(0, 1, 0, 1) })
  await writer.finish({ name: 'Digits', classes: ['even', 'odd'], validation: 0, test: 0, seed: 1, provenance: { format: 'idx', origin: 'digits' } })
})
afterEach(() => rmSync(dataDir, { recursive: true }))

const spec = (method: string, model: ModelRef = 'arch:seed-cnn'): BaseSpec => ({ source: { model }, target: { dataset: 'digits' }, method: { id: method } })
const row = (more: Partial<TrainedRow>): TrainedRow => ({
  id: 'row', title: 'Row', published: 'none', methods: [], data: [], band: {}, seconds: { whole: 1, quick: 1 },
  spec: (_quick, source) => spec('tuned', source), ...more
})
/** On seed s: 0.58 + 0.02 s for `tuned`, and 0.1 + 0.01 s less from scratch. */
const accuracyOf = ({ spec: { method, training: { seed } } }: Run): number => 0.58 + 0.02 * seed - (method.id === 'scratch' ? 0.1 + 0.01 * seed : 0)
const model = (id: string): ModelSummary => ({
  ref: `run:${id}`, name: id, architecture: 'seed-cnn', input: [1, 1, 1], normalisation: { mean: [0], standardDeviation: [1] },
  classes: ['even', 'odd'], blocks: [], parameters: 0, createdAt: '2026-01-01T00:00:00.000Z'
})
const trainedOnes: Run[] = []
const context = () => {
  trainedOnes.length = 0
  return fakeContext(dataDir, {
    outcome: (run) => {
      trainedOnes.push(run)
      const folder = join(dataDir, 'runs', run.id, 'model')
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, 'graft.json'), JSON.stringify(model(run.id)))
      return { state: 'done', metrics: { test: { accuracy: accuracyOf(run), loss: 1, n: 4, perClass: [] } } }
    }
  })
}

const runRow = (place: Context, ...rest: [row: TrainedRow, options: RowOptions]): ReturnType<typeof runRowIn> =>
  runRowIn(place, ...rest, new TrainingPool(place, 1))

describe('a row of the gauntlet', () => {
  it('is held against the twin of each seed', async () => {
    const result = await runRow(context(), row({ control: 'scratch' }), { quick: false, seeds: 3 })
    expect(result!.ours).toMatchObject({ done: 3 })
    expect(result!.ours.mean).toBeCloseTo(0.62, 10)
    // 0.58 + 0.02 s − 0.1 − 0.01 s: 0.49, 0.50 and 0.51; the differences are 0.11, 0.12 and 0.13.
    expect(result!.control).toMatchObject({ name: 'scratch', pairs: 3, over: 'seeds', verdict: 'helped', score: { done: 3 } })
    expect(result!.control!.score.mean).toBeCloseTo(0.5, 10)
    expect(result!.control!.difference).toBeCloseTo(0.12, 10)
  })

  it('shares runs with other rows, and trains nothing twice', async () => {
    await runRow(context(), row({ control: 'scratch' }), { quick: false, seeds: 1 })
    expect(trainedOnes.map(({ spec: { method } }) => method.id)).toEqual(['tuned', 'scratch'])
    await runRow(context(), row({ control: 'scratch' }), { quick: false, seeds: 2 })
    expect(trainedOnes.map(({ spec: { method, training } }) => `${method.id} ${training.seed}`)).toEqual(['tuned 2', 'scratch 2'])
    await runRow(context(), row({ spec: () => ({ ...spec('scratch'), training: { learningRate: 0.001 } }) }), { quick: false, seeds: 2 })
    expect(trainedOnes).toEqual([])
  })

  it('has one source model for all seeds, or one per seed, which may be the control itself', async () => {
    const source = () => ({ ...spec('scratch'), training: { epochs: 1 } })
    const sourcesOf = (): string[] => trainedOnes.filter(({ spec: { method } }) => method.id === 'tuned').map((run) => run.spec.source.model)
    await runRow(context(), row({ source }), { quick: false, seeds: 2 })
    expect(new Set(sourcesOf()).size).toBe(1)
    const result = await runRow(context(), row({ source, sources: 'each-seed', control: 'source' }), { quick: false, seeds: 2 })
    expect(result!.control!.score.runs.map((id) => `run:${id}`)).toHaveLength(2)
    const pairs = await Promise.all(result!.ours.runs.map(async (id) => (await openLibrary(dataDir).runs.get(id)).spec.source.model))
    expect(pairs).toEqual(result!.control!.score.runs.map((id) => `run:${id}`))
  })

  it('has a control of its own where it names one', async () => {
    const own = { name: 'a slower decay', spec: () => ({ ...spec('tuned'), method: { id: 'tuned', params: { decay: 0.2 } } }) }
    const result = await runRow(context(), row({ control: own }), { quick: false, seeds: 2 })
    expect(result!.control).toMatchObject({ name: 'a slower decay', pairs: 2, difference: 0, verdict: 'no-evidence' })
  })

  it('gives no result where a run failed', async () => {
    const failing = fakeContext(dataDir, { outcome: ({ spec: { method } }) => ({ state: method.id === 'scratch' ? 'failed' : 'done' }) })
    expect(await runRow(failing, row({ control: 'scratch' }), { quick: false, seeds: 1 })).toBeUndefined()
  })
})
