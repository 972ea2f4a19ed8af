import * as tf from '@tensorflow/tfjs-core'
import { readFileSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createEngine, type Engine } from '../../src/engine'
import { loadModel } from '../../src/engine/interchange/tfjs/model-folder'
import { inference } from '../../src/engine/network/network'
import { openBackend } from '../../src/engine/runtime'
import { openLibrary, type Library } from '../../src/library'
import { defaultCacheDir } from '../../src/library/disk'
import { zipFile } from '../../src/library/testing'
import { uniform } from './numbers'

const schema = z.object({
  by: z.string(),
  files: z.array(z.object({ title: z.string(), file: z.string(), content: z.base64(), answers: z.array(z.number()).min(2) })).length(5),
  teachableMachine: z.object({
    topology: z.base64(), weights: z.array(z.tuple([z.string(), z.array(z.int())])), answers: z.array(z.number()).length(6)
  }).optional()
})
/** Made by scripts/parity/keras_brought.py with the commands that stand in it. */
const [newer, older] = (['keras-brought', 'keras-2-brought'] as const).map((name) => schema.parse(JSON.parse(readFileSync(join(__dirname, `${name}.json`), 'utf8'))))
const files = [newer!, older!].flatMap(({ by, files: each }) => each.map((file) => ({ ...file, by })))

let folder: string
let library: Library
let engine: Engine
beforeAll(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'graft-keras-'))
  library = openLibrary(join(folder, 'data'))
  engine = createEngine({ library, cacheDir: defaultCacheDir() })
  await openBackend('auto', { cacheDir: defaultCacheDir() })
})
afterAll(() => fs.rm(folder, { recursive: true, force: true }))

/** Probabilities of an imported model for pictures of bytes from 0 to 255. */
async function probabilities(id: string, pixels: Float64Array, side: number): Promise<Float32Array> {
  const network = await loadModel(library.models.folder(`model:${id}`))
  const { mean, standardDeviation } = network.definition.normalisation
  const found = tf.tidy(() => {
    const images = tf.tensor4d(new Float32Array(pixels), [2, side, side, 3])
    return tf.softmax(network.forward(tf.div(tf.sub(tf.div(images, 255), mean), standardDeviation), inference)).dataSync<'float32'>()
  })
  network.dispose()
  return found
}

describe('a Keras model that prepares its pixels itself', () => {
  it.each(files.map((file, index) => ({ ...file, index })))('answers as in Keras: $title ($by, $file)', async ({ title, file, content, answers, index }) => {
    const path = join(folder, `${index}-${file}`)
    await fs.writeFile(path, gunzipSync(Buffer.from(content, 'base64')))
    const { model, inspection } = await engine.importModel({ path, id: `brought-${index}` })
    expect(inspection).toMatchObject({ architecture: 'resnet-20', input: [16, 16, 3], inputFrom: 'file', normalisationFrom: 'file' })
    expect(inspection.channelOrder).toBe(title.includes('ResNet50') ? 'bgr' : undefined)
    const found = await probabilities(`brought-${index}`, uniform('pixels', 2 * 16 * 16 * 3).map((value) => (value + 1) * 127.5), 16)
    const wanted = answers.length === 2 ? answers.flatMap((p) => [1 - p, p]) : answers
    expect(model.classes).toHaveLength(wanted.length / 2)
    wanted.forEach((value, at) => { expect(Math.abs(found[at]! - value)).toBeLessThan(2e-4) })
  })

  it('says what it takes of a model that resizes, and of its one output', async () => {
    const remarks = async (title: string) => (await engine.inspectModel({ path: join(folder, `${files.findIndex((file) => file.title === title)}-model.keras`) })).remarks
    expect(await remarks('an adapted normalisation')).toContainEqual({ about: 'read', text: expect.objectContaining({ en: expect.stringContaining('the first has 1 − p') }) })
    expect(await remarks('augmentation, resizing and rescaling')).toEqual([
      { about: 'assumed', text: expect.objectContaining({ en: expect.stringContaining('resizes or crops') }) },
      { about: 'read', text: expect.objectContaining({ en: expect.stringContaining('2 dense layers (6, 4 units)') }) },
      { about: 'asked', text: expect.objectContaining({ en: expect.stringContaining('classes called') }) }
    ])
  })

  it('keeps its normalisation through an export, with the kernel turned for red, green, blue', async () => {
    const index = files.findIndex(({ title }) => title.includes('ResNet50'))
    const path = join(folder, 'turned.h5')
    await engine.exportModel({ ref: `model:brought-${index}`, format: 'keras', path, language: 'en' })
    await engine.importModel({ path, id: 'turned' })
    const pixels = uniform('pixels', 2 * 16 * 16 * 3).map((value) => (value + 1) * 127.5)
    expect(await probabilities('turned', pixels, 16)).toEqual(await probabilities(`brought-${index}`, pixels, 16))
    expect(await fs.readFile(`${path}.README.md`, 'utf8')).toContain('mean 0.485')
  })
})

describe('a model of Teachable Machine', () => {
  const { topology, weights, answers } = older!.teachableMachine!
  const labels = ['Cat', 'Dog 2', 'Nothing']
  const drawn = weights.map(([name, shape]) => {
    const around = /moving_variance$|gamma$/.test(name) ? 1 : 0
    const fan = (name.endsWith('depthwise_kernel') ? shape.slice(0, 2) : shape.slice(0, -1)).reduce((product, length) => product * length, 1)
    const reach = shape.length > 1 ? Math.sqrt(6 / fan) : around === 1 ? 0.5 : 0.3
    return new Float32Array(uniform(name, shape.reduce((product, length) => product * length, 1)).map((value) => around + reach * value))
  })
  const model = JSON.stringify({
    format: 'layers-model', generatedBy: 'keras', convertedBy: null,
    modelTopology: { keras_version: '2.16.0', backend: 'tensorflow', model_config: JSON.parse(gunzipSync(Buffer.from(topology, 'base64')).toString()) as unknown },
    weightsManifest: [{ paths: ['weights.bin'], weights: weights.map(([name, shape]) => ({ name, shape, dtype: 'float32' })) }]
  })
  const metadata = JSON.stringify({ tfjsVersion: '1.7.4', tmVersion: '2.4.10', packageName: '@teachablemachine/image', labels, imageSize: 96 })

  it('is read from the archive as it is downloaded, its head kept and its classes named', async () => {
    const path = join(folder, 'converted_tfjs.zip')
    const entries = [['metadata.json', metadata], ['weights.bin', Buffer.concat(drawn.map((data) => Buffer.from(data.buffer)))], ['model.json', model]] as const
    await fs.writeFile(path, zipFile(entries.map(([name, content]) => ({ name, content: Buffer.from(content) }))))
    const { model: summary, inspection } = await engine.importModel({ path, id: 'teachable', normalisation: { mean: [0], standardDeviation: [1] } })
    expect(inspection).toMatchObject({ architecture: 'mobilenet-v2', input: [96, 96, 3], classesFrom: 'file', unmatchedCount: 0 })
    expect(summary.classes).toEqual(labels)
    const found = await probabilities('teachable', uniform('teachable', 2 * 96 * 96 * 3).map((value) => value * 255), 96)
    answers.forEach((value, at) => { expect(Math.abs(found[at]! - value)).toBeLessThan(2e-4) })
  })

  it.each([['model.savedmodel/saved_model.pb', 'SavedModel']])('of its other exports says which to take: %s', async (name, kind) => {
    const path = join(folder, 'converted.zip')
    await fs.writeFile(path, zipFile([{ name: 'labels.txt', content: Buffer.from('0 Cat\n1 Dog\n') }, { name, content: Buffer.from('TFL3') }]))
    await expect(engine.inspectModel({ path })).rejects.toMatchObject({
      value: {
        code: 'format-not-read', message: { en: expect.stringContaining(kind) }, remedy: { en: expect.stringContaining('Tensorflow → Keras') }
      }
    })
  })
})
