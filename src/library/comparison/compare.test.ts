import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Run, Spec } from '../../contract/runs'
import { trainingSettingsSchema } from '../../contract/training'
import { DatasetWriter } from '../datasets/writer'
import { openLibrary, type Library } from '../library'
import { compareRuns } from './compare'

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
    // With two images more: mean 20/102 = 0.196078; variance (41/102 − 0.038447)/102 = 0.0035639; √ · 1.959964 = 0.117007
    expect(differences[0]).toMatchObject({ first: first.id, second: second.id, verdict: 'better', mcnemar: { gained: 30, lost: 10 } })
    expect(differences[0]!.difference).toBeCloseTo(0.2, 12)
    expect(differences[0]!.interval![0]).toBeCloseTo(0.079071, 5)
    expect(differences[0]!.interval![1]).toBeCloseTo(0.313085, 5)
    expect(differences[1]).toMatchObject({ second: same.id, difference: 0, verdict: 'no-evidence', mcnemar: { p: 1, corrected: 1 } })
    // Two tests: the smaller p counts twice.
    expect(differences[0]!.mcnemar!.corrected).toBeCloseTo(2 * differences[0]!.mcnemar!.p, 12)
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

  it('gives no credit for beating a run that has not learned', async () => {
    const first = await finishedRun('digits', (image) => image < 40)
    const second = await finishedRun('digits', (image) => image < 10 || image >= 90)
    await library.runs.update(first.id, (run) => ({ ...run, unlearned: { en: 'No better than guessing.', zh: '不比猜测好。' } }))
    const [ahead] = (await compareRuns(library, [first.id, second.id])).differences
    expect(ahead).toMatchObject({ verdict: 'no-evidence', mcnemar: { gained: 30, lost: 10 } })
    expect(ahead!.reason!.en).toContain('has not learned')
    // That it is worse than another stands.
    expect((await compareRuns(library, [second.id, first.id])).differences[0]).toMatchObject({ verdict: 'worse' })
  })

  it('names a run that is not there', async () => {
    await expect(compareRuns(library, ['nothing', 'nowhere'])).rejects.toMatchObject({ code: 'run-not-found' })
  })
})
