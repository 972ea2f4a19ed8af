import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { trainingSettingsSchema } from '../../contract/training'
import { DatasetWriter } from '../datasets/writer'
import { useWorkplace } from '../testing'
import { compareRuns } from './compare'
import { flipImagesOf, flipsOf } from './flips'

const place = useWorkplace()
//              position  0  1  2  3  4  5  6  7
const labels = Int32Array.of(0, 1, 0, 1, 1, 0, 1, 1)

async function tested(predictions: readonly number[], confidences?: readonly number[]): Promise<string> {
  if (!await place.library.datasets.has('animals')) {
    const writer = await DatasetWriter.create(place.library.datasets.folder, 'animals', [1, 1, 1])
    await writer.append({ split: 'train', images: Uint8Array.of(0, 1), labels: Int32Array.of(0, 1) })
    await writer.append({ split: 'test', images: new Uint8Array(8), labels })
    await writer.finish({ name: 'Animals', classes: ['cat', 'dog'], validation: 0, test: 0, seed: 1, provenance: { format: 'image-folder', origin: 'memory' } })
  }
  const { id } = await place.library.runs.create({
    source: { model: 'arch:seed-cnn' }, target: { dataset: 'animals', labels: 'all' }, method: { id: 'scratch', params: {} },
    training: trainingSettingsSchema.parse({}), device: 'auto'
  }, { names: { source: 'a', target: 'Animals', method: 'scratch' } })
  const { evaluation } = place.library.runs.paths(id)
  await fs.mkdir(evaluation)
  await fs.writeFile(join(evaluation, 'test.predictions.i32'), Buffer.from(Int32Array.from(predictions).buffer))
  if (confidences) await fs.writeFile(join(evaluation, 'test.confidences.f32'), Buffer.from(Float32Array.from(confidences).buffer))
  const { sha256 } = (await place.library.datasets.get('animals')).splits.test!
  await place.library.runs.update(id, (run) => ({
    ...run, state: 'done', dataHashes: { 'animals/test/images': sha256.images, 'animals/test/labels': sha256.labels! }
  }))
  return id
}

it('pairs the answers of two runs: fixed, broken, right in both, wrong in both', async () => {
  //                          right: 0  1  x  x  4  5  6  x         0  x  2  3  4  5  6  x
  const first = await tested([0, 1, 1, 0, 1, 0, 1, 0])
  const second = await tested([0, 0, 0, 1, 1, 0, 1, 0], [0.6, 0.9, 0.7, 0.95, 0.8, 0.99, 0.5, 0.6])
  const flips = await flipsOf(place.library, { first, second })
  expect(flips.cells).toEqual({ 'fixed': 2, 'broken': 1, 'both-right': 4, 'both-wrong': 1 })
  // Two gained, one lost: the difference is 1/8, and by the binomial distribution p = 2 · (1 + 3) / 8 = 1.
  expect(flips.paired).toMatchObject({ difference: 0.125, mcnemar: { gained: 2, lost: 1, p: 1 }, verdict: 'no-evidence' })
  expect(flips.confusions).toEqual([[[2, 1], [2, 3]], [[3, 0], [2, 3]]])

  // The surest answer of the second first: 0.95 of picture 3, then 0.7 of picture 2.
  expect(await flipImagesOf(place.library, { first, second, cell: 'fixed' })).toMatchObject({
    dataset: 'animals', positions: [3, 2], truth: [1, 0], predicted: [[0, 1], [1, 0]], confidence: [null, [expect.closeTo(0.95), expect.closeTo(0.7)]]
  })
  expect((await flipImagesOf(place.library, { first, second, cell: 'fixed', truth: 0 })).positions).toEqual([2])
  expect((await flipImagesOf(place.library, { first, second, cell: 'both-wrong' })).positions).toEqual([7])
  // Only the run that kept how sure it was can be told of.
  expect(Object.keys((await compareRuns(place.library, [first, second])).reliability ?? {})).toEqual([second])
})

it('says why where the answers cannot be paired', async () => {
  const first = await tested([0, 1, 1, 0, 1, 0, 1, 0])
  await expect(flipsOf(place.library, { first, second: await tested([0]) })).rejects.toMatchObject({ code: 'not-comparable' })
})
