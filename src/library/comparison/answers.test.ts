import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Run, TestSplit } from '../../contract/runs'
import { trainingSettingsSchema } from '../../contract/training'
import { openTargetData } from '../datasets/domain-view'
import { DatasetWriter } from '../datasets/writer'
import { useWorkplace } from '../testing'
import { answersOf } from './answers'

const place = useWorkplace()
//              position  0  1  2  3  4  5  6  7
const labels = Int32Array.of(0, 1, 0, 1, 1, 0, 1, 1)
const domains = Int32Array.of(0, 1, 1, 1, 0, 1, 0, 1)

async function write(grey = 1): Promise<void> {
  const writer = await DatasetWriter.create(place.library.datasets.folder, 'animals', [1, 1, 1])
  await writer.append({ split: 'train', images: Uint8Array.of(0, 1), labels: Int32Array.of(0, 1), domains: Int32Array.of(0, 1) })
  await writer.append({ split: 'test', images: new Uint8Array(8).fill(grey), labels, domains })
  await writer.finish({
    name: 'Animals', classes: ['cat', 'dog'], domains: ['drawn', 'seen'], validation: 0, test: 0, seed: 1,
    provenance: { format: 'image-folder', origin: 'memory' }
  })
}

/** A run that is done, with its prediction for each image it was tested on. */
async function tested(predictions: readonly number[] | null, domain?: string, testSplit?: TestSplit): Promise<Run> {
  const { id, spec } = await place.library.runs.create({
    source: { model: 'arch:seed-cnn' }, target: { dataset: 'animals', labels: testSplit ? 'none' : 'all', ...(domain !== undefined && { domain }), ...(testSplit && { testSplit }) },
    method: { id: 'scratch', params: {} }, training: trainingSettingsSchema.parse({}), device: 'auto'
  }, { names: { source: 'a', target: 'Animals', method: 'scratch' } })
  const { evaluation } = place.library.runs.paths(id)
  await fs.mkdir(evaluation)
  if (predictions) await fs.writeFile(join(evaluation, 'test.predictions.i32'), Buffer.from(Int32Array.from(predictions).buffer))
  const view = await openTargetData(place.library.datasets, spec)
  const { images, labels: answers } = view.dataset.splits.test!.sha256
  await view.close()
  return place.library.runs.update(id, (run) => ({
    ...run, state: 'done', dataHashes: { 'animals/test/images': images, ...(answers !== undefined && { 'animals/test/labels': answers }) }
  }))
}

describe('the pictures behind an evaluation', () => {
  it('are, of a class, all of its test images with what they were taken for, the mistakes first', async () => {
    await write()
    const { id } = await tested([0, 1, 1, 0, 1, 0, 0, 1])
    // Dogs lie at 1, 3, 4, 6 and 7; 3 and 6 were taken for cats.
    expect(await answersOf(place.library, { id, truth: 1 })).toEqual({ dataset: 'animals', split: 'test', positions: [3, 6, 1, 4, 7], predicted: [0, 0, 1, 1, 1] })
  })

  it('are, of a cell, those of the one class that were taken for the other', async () => {
    await write()
    const { id } = await tested([0, 1, 1, 0, 1, 0, 0, 1])
    expect(await answersOf(place.library, { id, truth: 1, predicted: 0 })).toMatchObject({ positions: [3, 6], predicted: [0, 0] })
    expect(await answersOf(place.library, { id, truth: 0, predicted: 1 })).toMatchObject({ positions: [2] })
    expect(await answersOf(place.library, { id, truth: 0, predicted: 0 })).toMatchObject({ positions: [0, 5] })
  })

  it('lie in the whole split where the target is one domain of it', async () => {
    await write()
    // Of the domain `seen`: positions 1, 2, 3, 5 and 7, labels 1, 0, 1, 0, 1.
    const { id } = await tested([1, 1, 0, 0, 1], 'seen')
    expect(await answersOf(place.library, { id, truth: 1 })).toMatchObject({ positions: [3, 1, 7], predicted: [0, 1, 1] })
    expect(await answersOf(place.library, { id, truth: 0, predicted: 1 })).toMatchObject({ positions: [2] })
  })

  it('are counted through all splits where all pictures of the target were tested on', async () => {
    await write()
    // Training has images 0 (cat, drawn) and 1 (dog, seen); the test images follow as 2 to 9.
    const whole = await tested([0, 0, 0, 1, 1, 0, 1, 0, 0, 1], undefined, 'all')
    expect(await answersOf(place.library, { id: whole.id, truth: 1 })).toMatchObject({ split: 'all', positions: [1, 5, 8, 3, 6, 9], predicted: [0, 0, 0, 1, 1, 1] })
    // Of the domain `seen`: the second training image, then test positions 1, 2, 3, 5 and 7, labels 1, 1, 0, 1, 0, 1.
    const { id } = await tested([0, 1, 1, 0, 0, 1], 'seen', 'all')
    expect(await answersOf(place.library, { id, truth: 1 })).toMatchObject({ split: 'all', positions: [1, 5, 3, 9], predicted: [0, 0, 1, 1] })
    const reader = await place.library.datasets.open('animals')
    expect([...await reader.readImages('all', [1, 5, 0])]).toEqual([1, 1, 0])
    await reader.close()
  })

  it('are refused, with the reason, where other images stand in their place or no prediction was kept', async () => {
    await write()
    const silent = await tested(null)
    await expect(answersOf(place.library, { id: silent.id, truth: 0 })).rejects.toMatchObject({ code: 'predictions-gone' })
    const { id } = await tested([0, 1, 1, 0, 1, 0, 0, 1])
    await place.library.datasets.remove('animals')
    await expect(answersOf(place.library, { id, truth: 0 })).rejects.toMatchObject({ code: 'pictures-gone' })
    await write(2)
    await expect(answersOf(place.library, { id, truth: 0 })).rejects.toMatchObject({ code: 'pictures-gone' })
  })
})
