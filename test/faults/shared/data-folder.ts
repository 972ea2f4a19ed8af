import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import type { Run, Spec } from '../../../src/contract/runs'
import { trainingSettingsSchema } from '../../../src/contract/training'
import { saveWeights } from '../../../src/engine/interchange/tfjs/model-folder'
import type { NetworkDefinition } from '../../../src/engine/network/definition'
import type { Library } from '../../../src/library'
import { sha256Of } from '../../../src/library/disk'
import { DatasetWriter } from '../../../src/library/datasets/writer'

export const side = 4
export const imageBytes = side * side * 3
export const classes = ['even', 'odd']
export const imageCount = 40

/** A data set of forty small pictures for training and as many for testing, half of them even. */
export async function addDigits(library: Library, id = 'digits'): Promise<void> {
  const writer = await DatasetWriter.create(library.datasets.folder, id, [side, side, 3])
  for (const split of ['train', 'test'] as const) {
    const images = Uint8Array.from({ length: imageCount * imageBytes }, (_, index) => index * 7 % 251)
    const positions = Array.from({ length: imageCount }, (_, image) => image)
    await writer.append({ split, images, labels: Int32Array.from(positions, (image) => image % 2), names: positions.map((image) => `${split}/${image}.png`) })
  }
  await writer.finish({ name: 'Digits', classes, validation: 0, test: 0, seed: 1, provenance: { format: 'idx', origin: id } })
}

export const specOf = (changes: { model?: string, dataset?: string } = {}): Spec => ({
  source: { model: (changes.model ?? 'arch:seed-cnn') as Spec['source']['model'] }, target: { dataset: changes.dataset ?? 'digits', labels: 'all' },
  method: { id: 'scratch', params: {} }, training: trainingSettingsSchema.parse({}), device: 'auto'
})

export const newRun = (library: Library, spec = specOf()): Promise<Run> =>
  library.runs.create(spec, { names: { source: 'a', target: 'Digits', method: 'scratch' } })

/** A run that is done and took so many of the test images for the other class, with the answers it kept. */
export async function finishedRun(library: Library, wrong: (image: number) => boolean): Promise<Run> {
  const { id } = await newRun(library)
  const predictions = Int32Array.from({ length: imageCount }, (_, image) => wrong(image) ? 1 - image % 2 : image % 2)
  const right = predictions.filter((label, image) => label === image % 2).length
  const { evaluation } = library.runs.paths(id)
  await fs.mkdir(evaluation)
  await fs.writeFile(join(evaluation, 'test.predictions.i32'), Buffer.from(predictions.buffer))
  const { splits: { test } } = await library.datasets.get('digits')
  await library.runs.appendMetrics(id, Array.from({ length: 20 }, (_, step) => ({
    kind: 'step' as const, stage: 0, epoch: 0, step, seconds: step / 10, learningRate: 0.01, losses: { total: 2 - step / 20 }
  })))
  return library.runs.update(id, ({ owner: _, ...run }) => ({
    ...run, state: 'done', metrics: { test: { accuracy: right / imageCount, loss: 1, n: imageCount, perClass: [] } },
    files: { 'evaluation/test.predictions.i32': sha256Of(new Uint8Array(predictions.buffer)) },
    dataHashes: { 'digits/test/images': test!.sha256.images, 'digits/test/labels': test!.sha256.labels! }
  }))
}

/** A saved model of one dense layer. */
export async function addModel(library: Library, id = 'brought'): Promise<void> {
  const definition: NetworkDefinition = {
    architecture: 'tiny', options: {}, input: [side, side, 3], normalisation: { mean: [0, 0, 0], standardDeviation: [1, 1, 1] }, classes,
    blocks: [{ name: 'dense', title: 'Dense', layers: [{ kind: 'flatten', name: 'flatten' }, { kind: 'dense', name: 'dense', units: 4, bias: true }] }],
    head: { name: 'head', title: 'Head', layers: [{ kind: 'dense', name: 'dense', units: 2, bias: true }] }
  }
  const numbers = (count: number) => Float32Array.from({ length: count }, (_, index) => Math.sin(index))
  await saveWeights(definition, new Map([
    ['dense.dense.kernel', { shape: [imageBytes, 4], data: numbers(imageBytes * 4) }], ['dense.dense.bias', { shape: [4], data: numbers(4) }],
    ['head.dense.kernel', { shape: [4, 2], data: numbers(8) }], ['head.dense.bias', { shape: [2], data: numbers(2) }]
  ]), join(library.dataDir, 'models', id), {
    ref: `model:${id}`, name: 'Brought', architecture: 'tiny', input: [side, side, 3], normalisation: definition.normalisation, classes,
    blocks: [{ name: 'dense', title: 'Dense', parameters: imageBytes * 4 + 4 }], parameters: imageBytes * 4 + 14, createdAt: '2026-01-01T00:00:00.000Z'
  })
}
