import * as tf from '@tensorflow/tfjs-core'
import * as layers from '@tensorflow/tfjs-layers'
import { readFileSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createEngine, type Engine } from '../../src/engine'
import { loadModel } from '../../src/engine/interchange/tfjs/model-folder'
import { inference, type Network } from '../../src/engine/network/network'
import { uniform } from './numbers'
import { openBackend } from '../../src/engine/runtime'
import { openLibrary, type Library } from '../../src/library'
import { defaultCacheDir } from '../../src/library/disk'
import { importDataset } from '../../src/library/intake/import'
import { cifarNames, sharedData } from '../../src/library/testing'

const models = sharedData('models')
const cifar = sharedData('cifar-10-binary.tar.gz')
/** Made by `python scripts/parity/resnet20.py ../shared/data > test/parity/resnet20.json` with scripts/parity/requirements.txt. */
const pytorch = z.object({
  torch: z.literal('2.13.0'), images: z.literal(5000), right: z.int(), logits: z.array(z.array(z.number()).length(10)).length(64)
}).parse(JSON.parse(readFileSync(join(__dirname, 'resnet20.json'), 'utf8')))

let folder: string
let library: Library
let engine: Engine
beforeAll(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'graft-import-'))
  library = openLibrary(join(folder, 'data'))
  engine = createEngine({ library, cacheDir: defaultCacheDir() })
  await openBackend('cpu', { cacheDir: defaultCacheDir() })
})
afterAll(() => fs.rm(folder, { recursive: true, force: true }))

describe.skipIf(!models || !cifar)('the ResNet-20 trained on CIFAR-10', () => {
  beforeAll(async () => {
    await importDataset(library, { path: cifar!, id: 'cifar' })
    for (const [id, file] of [['th', 'cifar10-resnet20.th'], ['safetensors', 'cifar10-resnet20.safetensors']] as const) {
      await engine.importModel({ path: join(models!, file), id, normalisation: 'imagenet', classes: [...cifarNames] })
    }
  }, 120_000)

  it.each(['th', 'safetensors'])('has PyTorch\'s logits when it comes from the .%s file', async (id) => {
    const network = await loadModel(library.models.folder(`model:${id}`))
    const reader = await library.datasets.open('cifar')
    try {
      const pixels = await reader.readImages('test', pytorch.logits.map((_, position) => position))
      const { mean, standardDeviation } = network.definition.normalisation
      const logits = tf.tidy(() => {
        const images = tf.div(tf.tensor4d(Float32Array.from(pixels), [pytorch.logits.length, 32, 32, 3]), 255)
        return network.forward(tf.div(tf.sub(images, mean), standardDeviation), inference).arraySync()
      })
      pytorch.logits.forEach((row, image) => row.forEach((value, label) => {
        expect(Math.abs(logits[image]![label]! - value)).toBeLessThan(1e-4)
      }))
    } finally {
      await reader.close()
      network.dispose()
    }
  })

  it('is right as often as in PyTorch on the 5,000 test images, and holds the same weights in both files', async () => {
    const score = await engine.evaluate('model:th', 'cifar', 'cpu')
    expect(score.n).toBe(5000)
    expect(score.accuracy).toBeGreaterThanOrEqual(0.91)
    // An image on the border between two classes may fall to either side.
    expect(Math.abs(score.accuracy * 5000 - pytorch.right)).toBeLessThanOrEqual(2)
    const [first, second] = await Promise.all(['th', 'safetensors'].map((id) => (
      fs.readFile(join(library.models.folder(`model:${id}`), 'weights.safetensors')))))
    expect(first!.equals(second!)).toBe(true)
  }, 300_000)

  it('stands for the classes in their order where nobody names them', async () => {
    const { model, inspection } = await engine.importModel({ path: join(models!, 'cifar10-resnet20.safetensors'), id: 'numbered' })
    expect(inspection).toMatchObject({ classesFrom: 'usual', normalisationFrom: 'usual', normalisation: { mean: [0.485, 0.456, 0.406] }, unmatchedCount: 0 })
    expect(model.classes).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
    expect((await engine.evaluate('model:numbered', 'cifar', 'cpu')).perClass[0]!.class).toBe('airplane')
  }, 300_000)
})

describe.skipIf(!models)('MobileNet v1 up to conv_dw_13_relu', () => {
  const path = join(models ?? '', 'mobilenet-v1-224-tfjs')
  const load = async (id: string, size?: [number, number]): Promise<Network> => {
    const { inspection } = await engine.importModel({ path, id, ...(size && { size }) })
    expect(inspection).toMatchObject({ architecture: 'mobilenet-v1', cutAfter: 'conv_dw_13_bn', classes: [], unmatchedCount: 0 })
    return loadModel(library.models.folder(`model:${id}`))
  }

  it.each([224, 128])('has the features that TensorFlow.js itself computes, at %i pixels', async (side) => {
    const network = await load(`at-${side}`, [side, side])
    const stock = await stockModel(path, side)
    const [ours, theirs] = tf.tidy(() => {
      const images = tf.tensor4d(Float32Array.from(uniform('mobilenet', 2 * side * side * 3)), [2, side, side, 3])
      return [network.features(images, inference).dataSync(), tf.mean(stock.predict(images) as tf.Tensor4D, [1, 2]).dataSync()]
    })
    expect(ours!.length).toBe(2 * 1024)
    ours!.forEach((value, index) => { expect(Math.abs(value - theirs![index]!)).toBeLessThan(1e-4 * (1 + Math.abs(theirs![index]!))) })
    // Features of a trained network are neither dead nor all alike.
    expect(new Set(ours!.map((value) => Math.round(value * 100))).size).toBeGreaterThan(50)
    network.dispose()
    stock.dispose()
  }, 120_000)
})

/** The model as anybody's program would load it, for images of another size. */
async function stockModel(path: string, side: number): Promise<layers.LayersModel> {
  const { modelTopology, weightsManifest } = JSON.parse(await fs.readFile(join(path, 'model.json'), 'utf8')) as {
    modelTopology: object, weightsManifest: { paths: string[], weights: tf.io.WeightsManifestEntry[] }[]
  }
  const topology = JSON.parse(JSON.stringify(modelTopology).replaceAll('[null,224,224,3]', `[null,${side},${side},3]`)) as object
  const bytes = Buffer.concat(await Promise.all(weightsManifest.flatMap(({ paths }) => paths.map((name) => fs.readFile(join(path, name))))))
  const artifacts: tf.io.ModelArtifacts = {
    modelTopology: topology, weightSpecs: weightsManifest.flatMap(({ weights }) => weights),
    weightData: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer
  }
  return layers.loadLayersModel({ load: () => Promise.resolve(artifacts) })
}
