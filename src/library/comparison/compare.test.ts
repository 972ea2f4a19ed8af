import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Run, Spec } from '../../contract/runs'
import { trainingSettingsSchema } from '../../contract/training'
import { DatasetWriter } from '../datasets/writer'
import { openLibrary, type Library } from '..'
import { compareRuns, pairedInterval } from './compare'

/** `gained` images that only the second gets right, `lost` that only the first does, the rest the same for both. */
function answers(n: number, gained: number, lost: number): [Uint8Array, Uint8Array] {
  const first = new Uint8Array(n)
  const second = new Uint8Array(n)
  second.fill(1, 0, gained)
  first.fill(1, gained, gained + lost)
  return [first, second]
}

describe('the paired difference of two runs', () => {
  it('is uncertain with ten images', () => {
    // d: four times 1, once −1, five times 0. Mean 3/10 = 0.3; squares sum to 5.
    // s² = (5 − 10 · 0.09) / 9 = 4.1/9 = 0.455556; s/√10 = 0.674949/3.162278 = 0.213437; × 1.96 = 0.418337
    const { difference, interval, verdict } = pairedInterval(...answers(10, 4, 1))
    expect(difference).toBeCloseTo(0.3, 12)
    expect(interval![0]).toBeCloseTo(-0.118337, 5)
    expect(interval![1]).toBeCloseTo(0.718337, 5)
    expect(verdict).toBe('no-evidence')
  })

  it('is certain with a hundred of the same kind', () => {
    // Mean 0.3; s² = (50 − 100 · 0.09) / 99 = 41/99 = 0.414141; s/√100 = 0.0643538; × 1.96 = 0.126133
    const better = pairedInterval(...answers(100, 40, 10))
    expect(better.interval![0]).toBeCloseTo(0.173867, 5)
    expect(better.interval![1]).toBeCloseTo(0.426133, 5)
    expect(better.verdict).toBe('better')
    const worse = pairedInterval(...answers(100, 10, 40))
    expect(worse.difference).toBeCloseTo(-0.3, 12)
    expect(worse.verdict).toBe('worse')
  })

  it('is nought, and no evidence, for the same answers', () => {
    expect(pairedInterval(...answers(50, 0, 0))).toEqual({ difference: 0, interval: [0, 0], verdict: 'no-evidence' })
  })

  it('has no interval with one image', () => {
    expect(pairedInterval([0], [1])).toMatchObject({ difference: 1, verdict: 'no-evidence' })
    expect(pairedInterval([0], [1]).interval).toBeUndefined()
  })
})

describe('comparing runs of the library', () => {
  let folder: string
  let library: Library
  const testLabels = Int32Array.from({ length: 100 }, (_, image) => image % 2)
  beforeEach(async () => {
    folder = await fs.mkdtemp(join(tmpdir(), 'graft-compare-'))
    library = openLibrary(folder)
    for (const [id, grey] of [['digits', 1], ['others', 2]] as const) {
      const writer = await DatasetWriter.create(library.datasets.folder, id, [1, 1, 1])
      for (const split of ['train', 'test'] as const) {
        await writer.append({ split, images: new Uint8Array(100).fill(grey), labels: testLabels.slice() })
      }
      await writer.finish({
        name: id, classes: ['even', 'odd'], validation: 0, test: 0, seed: 1, provenance: { format: 'idx', origin: id }
      })
    }
  })
  afterEach(() => fs.rm(folder, { recursive: true, force: true }))

  async function finishedRun(dataset: string, wrong: (image: number) => boolean, keepPredictions = true): Promise<Run> {
    const spec: Spec = {
      source: { model: 'arch:seed-cnn' }, target: { dataset, labels: 'all' }, method: { id: 'scratch', params: {} },
      training: trainingSettingsSchema.parse({}), device: 'auto'
    }
    const { id } = await library.runs.create(spec, { names: { source: 'a', target: dataset, method: 'scratch' } })
    const { splits } = await library.datasets.get(dataset)
    const predictions = testLabels.map((label, image) => wrong(image) ? 1 - label : label)
    const accuracy = [...predictions].filter((label, image) => label === testLabels[image]).length / 100
    if (keepPredictions) {
      const { evaluation } = library.runs.paths(id)
      await fs.mkdir(evaluation)
      await fs.writeFile(join(evaluation, 'test.predictions.i32'), Buffer.from(predictions.buffer))
    }
    return library.runs.update(id, (run) => ({
      ...run, state: 'done', metrics: { test: { accuracy, loss: 1, n: 100, perClass: [] } },
      dataHashes: { [`${dataset}/test/images`]: splits.test!.sha256.images, [`${dataset}/test/labels`]: splits.test!.sha256.labels! }
    }))
  }

  it('pairs the answers by image, the first run against each other', async () => {
    // First wrong on 0…39 (60 %); second wrong on 0…9 and on 90…99 (80 %): it gains 30, loses 10.
    const first = await finishedRun('digits', (image) => image < 40)
    const second = await finishedRun('digits', (image) => image < 10 || image >= 90)
    const same = await finishedRun('digits', (image) => image < 40)
    const { runs, differences } = await compareRuns(library, [first.id, second.id, same.id])
    expect(runs.map(({ id }) => id)).toEqual([first.id, second.id, same.id])
    // Mean 0.2; s² = (40 − 100 · 0.04) / 99 = 36/99 = 0.363636; s/10 · 1.96 = 0.118192
    expect(differences[0]).toMatchObject({ first: first.id, second: second.id, verdict: 'better' })
    expect(differences[0]!.difference).toBeCloseTo(0.2, 12)
    expect(differences[0]!.interval![0]).toBeCloseTo(0.081808, 5)
    expect(differences[0]!.interval![1]).toBeCloseTo(0.318192, 5)
    expect(differences[1]).toMatchObject({ second: same.id, difference: 0, verdict: 'no-evidence' })
  })

  it('does not compare runs that were tested on different images, or not at all', async () => {
    const first = await finishedRun('digits', () => false)
    const elsewhere = await finishedRun('others', () => false)
    const unfinished = await library.runs.create(first.spec, { names: first.names })
    const { differences } = await compareRuns(library, [first.id, elsewhere.id, unfinished.id])
    expect(differences.map(({ verdict }) => verdict)).toEqual(['not-comparable', 'not-comparable'])
    expect(differences[0]!.reason!.en).toContain('different images')
    expect(differences[1]!.reason!.en).toContain('no test result')
  })

  it('gives the plain difference, and says why there is no interval, where images cannot be paired', async () => {
    const first = await finishedRun('digits', (image) => image < 40)
    const second = await finishedRun('digits', (image) => image < 20, false)
    const without = (await compareRuns(library, [first.id, second.id])).differences[0]!
    expect(without).toMatchObject({ verdict: 'no-evidence', reason: { en: expect.stringContaining('kept no predictions') } })
    expect(without.difference).toBeCloseTo(0.2, 12)
    expect(without.interval).toBeUndefined()
    const third = await finishedRun('digits', () => false)
    await library.datasets.remove('digits')
    const gone = (await compareRuns(library, [first.id, third.id])).differences[0]!
    expect(gone).toMatchObject({ verdict: 'no-evidence', reason: { en: expect.stringContaining('is gone') } })
  })

  it('names a run that is not there', async () => {
    await expect(compareRuns(library, ['nothing', 'nowhere'])).rejects.toMatchObject({ code: 'run-not-found' })
  })
})
