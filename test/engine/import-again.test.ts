import * as tf from '@tensorflow/tfjs-core'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exportEndings, exportFormats } from '../../src/contract/models'
import { createEngine } from '../../src/engine'
import { architectures } from '../../src/engine/architectures'
import { writerOf } from '../../src/engine/interchange'
import { resampledPositions } from '../../src/engine/interchange/recognition/positions'
import { loadModel } from '../../src/engine/interchange/tfjs/model-folder'
import type { StoredNetwork } from '../../src/engine/interchange/shared/stored-network'
import { inference, type Network } from '../../src/engine/network/network'
import { openBackend } from '../../src/engine/runtime'
import { openLibrary } from '../../src/library'
import { defaultCacheDir } from '../../src/library/disk'
import { images, quickNetwork, summaryOf } from './random-network'

let root: string
beforeAll(async () => {
  await openBackend('auto', { cacheDir: defaultCacheDir() })
  root = await fs.mkdtemp(join(tmpdir(), 'graft-again-'))
})
afterAll(() => fs.rm(root, { recursive: true, force: true }))

const stored = (network: Network): StoredNetwork => ({
  definition: network.definition,
  weights: new Map([...network.weights].map(([name, variable]) => [name, { shape: variable.shape, data: variable.dataSync<'float32'>() }]))
})

/** Only longer, or wider, than another. */
const likeOthers = ['resnet-32', 'resnet-44', 'resnet-56', 'resnet-34', 'mlp-256', 'mlp-390', 'vit-small', 'vit-base']
/** TensorFlow Lite as Graft writes it normalises by itself, and is run as it is. */
const readable = exportFormats.filter((format) => !format.startsWith('tflite'))
/** Keras and TensorFlow.js have no layers for these; test/engine/export.test.ts holds that they say so. */
const transformers = ['vit-tiny', 'dinov2-small']

describe('a model that Graft exported', () => {
  for (const { id, defaultInput } of architectures.filter(({ id }) => !likeOthers.includes(id))) {
    // Formats that keep Graft's names do not depend on the architecture: the small ones are enough.
    it.each(readable.filter((format) => transformers.includes(id) ? format === 'onnx' || format === 'safetensors'
      : format === 'onnx' || format === 'keras' || !id.startsWith('resnet-')))(`of ${id} is imported again from %s with the same logits, classes and normalisation`, async (format) => {
      const library = openLibrary(join(root, 'data'))
      const engine = createEngine({ library, cacheDir: defaultCacheDir() })
      const before = tf.memory().numTensors
      const network = quickNetwork(id, defaultInput)
      const x = images(network)
      const logits = (of: Network): Float32Array => tf.tidy(() => of.forward(x, inference).dataSync<'float32'>())
      const expected = logits(network)
      const path = join(root, `${id}-${format}${exportEndings[format]}`)
      const writer = writerOf(format)
      if (writer.files) await fs.mkdir(path)
      await writer.write(stored(network), summaryOf(network), path)

      const { inspection } = await engine.importModel({ path, id: `${id}-${format}` })
      expect(inspection).toMatchObject({
        format, architecture: id, naming: 'Graft', input: network.definition.input, classes: ['cat', 'dog', 'ship'], classesFrom: 'file',
        normalisation: network.definition.normalisation, normalisationFrom: 'file', unmatchedCount: format === 'tfjs' ? expect.any(Number) : 0
      })
      const again = await loadModel(library.models.folder(`model:${id}-${format}`))
      logits(again).forEach((value, index) => { expect(Math.abs(value - expected[index]!)).toBeLessThan(1e-4 * (1 + Math.abs(expected[index]!))) })
      for (const each of [network, again, x]) each.dispose()
      expect(tf.memory().numTensors).toBe(before)
    })
  }

  it.each([['seed-cnn', [32, 32, 3]], ['lenet', [28, 28, 1]], ['mobilenet-v3-small', [64, 64, 3]]] as const)('of %s is run as it is from tflite, with the same logits of bytes', async (id, input) => {
    const library = openLibrary(join(root, 'data'))
    const engine = createEngine({ library, cacheDir: defaultCacheDir() })
    const network = quickNetwork(id, [...input])
    const path = join(root, `${id}.tflite`)
    await writerOf('tflite').write(stored(network), summaryOf(network), path)
    const { inspection } = await engine.importModel({ path, id: `${id}-tflite` })
    const { mean, standardDeviation } = network.definition.normalisation
    expect(inspection).toMatchObject({ architecture: 'extractor', input, classes: ['cat', 'dog', 'ship'], classesFrom: 'file', normalisationFrom: 'file' })
    const again = await loadModel(library.models.folder(`model:${id}-tflite`))
    // What each is given for the same bytes.
    const bytes = tf.tidy(() => tf.floor(tf.mul(tf.sigmoid(images(network)), 255)) as tf.Tensor4D)
    const answer = (of: Network, middle: number[], spread: number[]): Float32Array =>
      tf.tidy(() => of.forward(tf.div(tf.sub(tf.div(bytes, 255), middle), spread) as tf.Tensor4D, inference).dataSync<'float32'>())
    const expected = answer(network, mean, standardDeviation)
    answer(again, inspection.normalisation.mean, inspection.normalisation.standardDeviation)
      .forEach((value, index) => { expect(Math.abs(value - expected[index]!)).toBeLessThan(1e-3 * (1 + Math.abs(expected[index]!))) })
    for (const each of [network, again, bytes]) each.dispose()
  })

  it.each(['safetensors', 'onnx'] as const)('of vit-tiny is imported from %s at another size, with its positions interpolated', async (format) => {
    const library = openLibrary(join(root, 'data'))
    const engine = createEngine({ library, cacheDir: defaultCacheDir() })
    const network = quickNetwork('vit-tiny', [64, 64, 3])
    const path = join(root, `other-size${exportEndings[format]}`)
    await writerOf(format).write(stored(network), summaryOf(network), path)

    const { inspection } = await engine.importModel({ path, id: `other-size-${format}`, size: [96, 96] })
    expect(inspection).toMatchObject({ architecture: 'vit-tiny', input: [96, 96, 3], unmatchedCount: 0 })
    const again = await loadModel(library.models.folder(`model:other-size-${format}`))
    const positions = (of: Network): Float32Array => of.weights.get('stem.positions.positions')!.dataSync<'float32'>()
    const channels = again.weights.get('stem.positions.positions')!.shape[1]!
    // A patch of 16 pixels: 4 × 4 become 6 × 6
    expect(positions(again)).toEqual(resampledPositions(positions(network), { side: 4, wanted: [6, 6], channels, smoothed: true }))
    const x = images(again)
    expect(tf.tidy(() => again.forward(x, inference).dataSync<'float32'>()).every(Number.isFinite)).toBe(true)
    for (const each of [network, again, x]) each.dispose()
  })
})
