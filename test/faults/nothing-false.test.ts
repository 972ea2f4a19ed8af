import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Run, Spec } from '../../src/contract/runs'
import { trainingSettingsSchema } from '../../src/contract/training'
import { loadModel, readModel, saveModel } from '../../src/engine/interchange/tfjs/model-folder'
import { summaryOfNetwork } from '../../src/engine/models/open'
import type { NetworkDefinition } from '../../src/engine/network/definition'
import { Network } from '../../src/engine/network/network'
import { openLibrary, type Library } from '../../src/library'
import { answersOf, compareRuns } from '../../src/library/comparison'
import { sha256Of } from '../../src/library/disk'
import { DatasetWriter } from '../../src/library/datasets/writer'
import { useWorkplace } from '../../src/library/testing'
import { flip } from './shared/damage'

/* Damaged bytes are told, with the file's name; they never give a plausible answer. docs/reliability.md has the table. */

const place = useWorkplace()
const side = 8
const imageBytes = side * side * 3
const classes = ['even', 'odd']
let library: Library

beforeAll(() => tf.setBackend('cpu'))
beforeEach(async () => {
  library = place.library
  const writer = await DatasetWriter.create(library.datasets.folder, 'digits', [side, side, 3])
  for (const split of ['train', 'test'] as const) {
    const images = Uint8Array.from({ length: 100 * imageBytes }, (_, index) => index * 7 % 251)
    await writer.append({ split, images, labels: Int32Array.from({ length: 100 }, (_, image) => image % 2), names: Array.from({ length: 100 }, (_, image) => `${split}/${image}.png`) })
  }
  await writer.finish({ name: 'Digits', classes, validation: 0, test: 0, seed: 1, provenance: { format: 'idx', origin: 'digits' } })
})

const file = (...parts: string[]): string => join(library.dataDir, ...parts)
const inDataset = (...parts: string[]): string => file('datasets', 'digits', ...parts)
const everyPosition = Int32Array.from({ length: 100 }, (_, index) => index)

/** A run that took so many of the test images for the other class, with the answers it kept. */
async function finishedRun(wrong: (image: number) => boolean, keepsHash = true): Promise<Run> {
  const spec: Spec = {
    source: { model: 'arch:seed-cnn' }, target: { dataset: 'digits', labels: 'all' }, method: { id: 'scratch', params: {} },
    training: trainingSettingsSchema.parse({}), device: 'auto'
  }
  const { id } = await library.runs.create(spec, { names: { source: 'a', target: 'Digits', method: 'scratch' } })
  const predictions = Int32Array.from({ length: 100 }, (_, image) => wrong(image) ? 1 - image % 2 : image % 2)
  const right = predictions.filter((label, image) => label === image % 2).length
  const { evaluation } = library.runs.paths(id)
  await fs.mkdir(evaluation)
  await fs.writeFile(join(evaluation, 'test.predictions.i32'), Buffer.from(predictions.buffer))
  const { splits: { test } } = await library.datasets.get('digits')
  return library.runs.update(id, (run) => ({
    ...run, state: 'done', metrics: { test: { accuracy: right / 100, loss: 1, n: 100, perClass: [] } },
    ...(keepsHash && { files: { 'evaluation/test.predictions.i32': sha256Of(new Uint8Array(predictions.buffer)) } }),
    dataHashes: { 'digits/test/images': test!.sha256.images, 'digits/test/labels': test!.sha256.labels! }
  }))
}

describe('the answers that a run kept', () => {
  it('are refused with their file where bytes of them changed, by their hash or, in a run of an earlier version, by the score', async () => {
    for (const keepsHash of [true, false]) {
      const first = await finishedRun((image) => image < 4, keepsHash)
      const second = await finishedRun((image) => image < 4, keepsHash)
      const path = join(library.runs.paths(second.id).evaluation, 'test.predictions.i32')
      await flip(path, 4 * 50)
      const told = { code: 'predictions-damaged', value: { message: { en: expect.stringContaining(path) } } }
      await expect(compareRuns(library, [first.id, second.id])).rejects.toMatchObject(told)
      await expect(answersOf(library, { id: second.id, truth: 0 })).rejects.toMatchObject(told)
    }
  })

  it('are refused where they are as many right ones, but others than were scored', async () => {
    const first = await finishedRun(() => false)
    const second = await finishedRun((image) => image === 3, false)
    const confusion = [[50, 0], [1, 49]]
    await library.runs.update(second.id, (run) => ({ ...run, metrics: { test: { ...run.metrics.test!, confusion } } }))
    const path = join(library.runs.paths(second.id).evaluation, 'test.predictions.i32')
    expect((await compareRuns(library, [first.id, second.id])).differences[0]!.verdict).toBe('no-evidence')
    // Image 3 is right now, and image 4 wrong: as many.
    for (const image of [3, 4]) await flip(path, 4 * image)
    await expect(compareRuns(library, [first.id, second.id])).rejects.toMatchObject({ code: 'predictions-damaged' })
  })
})

describe('a data set', () => {
  const told = (path: string) => ({ code: 'dataset-damaged', value: { message: { en: expect.stringContaining(path) } } })

  it('gives no image, label or name whose bytes changed, and every other one', async () => {
    await flip(inDataset('test', 'images.u8'), 41 * imageBytes + 5)
    const reader = await library.datasets.open('digits')
    await expect(reader.readImages('test', everyPosition)).rejects.toMatchObject(told(inDataset('test', 'images.u8')))
    await expect(reader.readImages('test', [41])).rejects.toMatchObject({ value: { details: expect.stringContaining('image 41') } })
    expect((await reader.readImages('test', [40, 42])).length).toBe(2 * imageBytes)
    await flip(inDataset('train', 'labels.i32'), 4)
    await flip(inDataset('train', 'names.json'), 5)
    await expect(reader.readLabels('train')).rejects.toMatchObject(told(inDataset('train', 'labels.i32')))
    await expect(reader.readNames('train')).rejects.toMatchObject(told(inDataset('train', 'names.json')))
    await reader.close()
  })

  it.each(['missing', 'damaged', 'of other images'])('whose checksums are %s is verified whole, and given new ones', async (what) => {
    const sums = inDataset('test', 'images.sums')
    const whole = await fs.readFile(sums)
    if (what === 'missing') await fs.rm(sums)
    else if (what === 'damaged') await flip(sums, 10)
    else await flip(sums, whole.length - 40)
    const reader = await library.datasets.open('digits')
    expect((await reader.readImages('test', [7])).length).toBe(imageBytes)
    await reader.close()
    expect(await fs.readFile(sums)).toEqual(whole)

    await fs.rm(sums)
    await flip(inDataset('test', 'images.u8'), 99)
    const again = await library.datasets.open('digits')
    await expect(again.readImages('test', [7])).rejects.toMatchObject(told(inDataset('test', 'images.u8')))
    await again.close()
    expect(await fs.readdir(inDataset('test'))).not.toContain('images.sums')
  })

  it('with a damaged record is named as damaged, again and again, and can be removed', async () => {
    await fs.writeFile(inDataset('dataset.json'), '{"schemaVersion": 1, "id')
    for (let time = 0; time < 2; time++) {
      await expect(library.datasets.get('digits')).rejects.toMatchObject({
        code: 'file-damaged', value: { message: { en: expect.stringMatching(/dataset\.json.* is damaged/) }, remedy: { en: expect.stringContaining('remove it') } }
      })
      const { datasets, damaged } = await library.datasets.list()
      expect([datasets.length, damaged.length]).toEqual([0, 1])
    }
    await library.datasets.remove('digits')
    await expect(library.datasets.get('digits')).rejects.toMatchObject({ code: 'dataset-not-found' })
  })

  it('whose record changed where answers are made of it is damaged; another name is not', async () => {
    const text = await fs.readFile(inDataset('dataset.json'), 'utf8')
    await fs.writeFile(inDataset('dataset.json'), text.replace('"Digits"', '"Numbers"'))
    expect((await library.datasets.get('digits')).name).toBe('Numbers')
    await fs.writeFile(inDataset('dataset.json'), text.replace('"even"', '"evil"'))
    await expect(library.datasets.get('digits')).rejects.toMatchObject({ code: 'file-damaged' })
  })
})

describe('a saved model', () => {
  const definition: NetworkDefinition = {
    architecture: 'tiny', options: {}, input: [side, side, 3], normalisation: { mean: [0, 0, 0], standardDeviation: [1, 1, 1] }, classes,
    blocks: [{ name: 'dense', title: 'Dense', layers: [
      { kind: 'flatten', name: 'flatten' }, { kind: 'dense', name: 'dense', units: 4, bias: true }, { kind: 'relu', name: 'relu' }
    ] }],
    head: { name: 'head', title: 'Head', layers: [{ kind: 'dense', name: 'dense', units: 2, bias: true }] }
  }
  const folder = (): string => file('models', 'brought')
  beforeEach(async () => {
    const network = Network.create(definition, 1)
    await saveModel(network, folder(), summaryOfNetwork(network, 'model:brought', 'Brought'))
    network.dispose()
  })

  it('is not opened, neither to answer nor to be exported, where its weights changed', async () => {
    (await loadModel(folder())).dispose()
    const path = join(folder(), 'weights.safetensors')
    // Zeros are finite numbers of the right shape.
    const bytes = await fs.readFile(path)
    await fs.writeFile(path, bytes.fill(0, bytes.length - 400))
    const told = { code: 'model-damaged', value: { message: { en: expect.stringContaining(path) } } }
    await expect(loadModel(folder())).rejects.toMatchObject(told)
    await expect(readModel(folder())).rejects.toMatchObject(told)
  })

  it('with a damaged card is named as damaged, again and again', async () => {
    await fs.writeFile(join(folder(), 'graft.json'), 'nothing')
    await library.models.list()
    for (let time = 0; time < 2; time++) {
      await expect(library.models.get('model:brought')).rejects.toMatchObject({
        code: 'file-damaged', value: { message: { en: expect.stringContaining('graft.json') } }
      })
    }
    expect((await library.models.list()).damaged).toHaveLength(1)
  })
})

describe('a record of a newer Graft', () => {
  it.each([
    ['a state that this version does not know', (text: string) => text.replace('"state": "done"', '"state": "archived"')],
    ['a later schema', (text: string) => text.replace('"schemaVersion": 1', '"schemaVersion": 2').replace('"name"', '"title"')]
  ])('with %s is left alone, and said to be one', async (_what, change) => {
    const run = await finishedRun(() => false)
    const { record, folder } = library.runs.paths(run.id)
    const newer = change(await fs.readFile(record, 'utf8'))
    await fs.writeFile(record, newer)
    const { runs, damaged } = await library.runs.list()
    expect(runs).toEqual([])
    expect(damaged).toMatchObject([{ path: record, error: { code: 'made-by-newer-version', message: { en: expect.stringContaining('made by a newer Graft') } } }])
    await library.runs.interruptOrphans()
    expect(await fs.readFile(record, 'utf8')).toBe(newer)
    expect((await fs.readdir(folder)).filter((name) => name.includes('damaged'))).toEqual([])
  })

  it('is told from a damaged one, which no list takes for a result', async () => {
    const run = await finishedRun((image) => image < 4)
    const { record } = library.runs.paths(run.id)
    await fs.writeFile(record, (await fs.readFile(record, 'utf8')).replace('"accuracy": 0.96', '"accuracy": 0.99'))
    await expect(library.runs.get(run.id)).rejects.toMatchObject({ code: 'file-damaged' })
  })
})

it('a data folder without any of these hashes opens as it did', async () => {
  const record = inDataset('dataset.json')
  const { seal: _, ...earlier } = JSON.parse(await fs.readFile(record, 'utf8')) as Record<string, unknown>
  await fs.writeFile(record, JSON.stringify(earlier))
  for (const split of ['train', 'test']) await fs.rm(inDataset(split, 'images.sums'))
  const reader = await openLibrary(library.dataDir).datasets.open('digits')
  expect((await reader.readImages('train', everyPosition)).length).toBe(100 * imageBytes)
  await reader.close()
})
