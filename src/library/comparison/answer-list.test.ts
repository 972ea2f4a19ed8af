import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, it } from 'vitest'
import { trainingSettingsSchema } from '../../contract/training'
import { importDataset } from '../intake/import'
import { useWorkplace } from '../testing'
import { answerListOf } from './answer-list'

const place = useWorkplace()

async function tested(predictions: readonly number[], confidences?: readonly number[]): Promise<string> {
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

it('each answer of a run is told with the file that its picture was', async () => {
  const folder = join(place.folder, 'animals')
  for (const [index, file] of ['train/cat/1', 'train/dog/2', 'test/cat/tabby 3', 'test/dog/4', 'test/dog/5'].entries()) {
    await fs.mkdir(join(folder, file, '..'), { recursive: true })
    await sharp({ create: { width: 4, height: 4, channels: 3, background: { r: 40 * index, g: 0, b: 0 } } }).png().toFile(join(folder, `${file}.png`))
  }
  await importDataset(place.library, { path: folder, id: 'animals', validation: 0 })
  const [first, second] = [await tested([1, 1, 0], [0.9, 0.6, 0.7]), await tested([0, 1, 1])]
  const list = await answerListOf(place.library, [first, second])
  expect(list).toMatchObject({
    dataset: 'animals', split: 'test', positions: [0, 1, 2], files: ['test/cat/tabby 3.png', 'test/dog/4.png', 'test/dog/5.png'], truth: [0, 1, 1],
    runs: [{ id: first, predicted: [1, 1, 0] }, { id: second, predicted: [0, 1, 1], confidence: null }]
  })
  expect(list.runs[0]!.confidence![0]).toBeCloseTo(0.9)
  await place.library.datasets.remove('animals')
  await expect(answerListOf(place.library, [first])).rejects.toMatchObject({ code: 'not-comparable' })
})
