import * as tf from '@tensorflow/tfjs-core'
import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { architectures } from '../../src/engine/architectures'
import { normaliser } from '../../src/engine/batches/normalise'
import { writerOf, type LayerRanges } from '../../src/engine/interchange'
import type { StoredNetwork } from '../../src/engine/interchange/shared/stored-network'
import { inference, type Network } from '../../src/engine/network/network'
import { randomStream } from '../../src/engine/random'
import { openBackend } from '../../src/engine/runtime'
import { defaultCacheDir } from '../../src/library/disk'
import { inLitert } from './litert'
import { quickNetwork, summaryOf } from './random-network'

/** A Python with ai-edge-litert in it, where a person has made one (scripts/parity/tflite_opens.py says how). */
const litertPython = process.env['GRAFT_LITERT_PYTHON'] || undefined
const count = 8

let root: string
beforeAll(async () => {
  await openBackend('auto', { cacheDir: defaultCacheDir() })
  root = await fs.mkdtemp(join(tmpdir(), 'graft-tflite-'))
})
afterAll(() => fs.rm(root, { recursive: true, force: true }))

const stored = (network: Network): StoredNetwork => ({
  definition: network.definition,
  weights: new Map([...network.weights].map(([name, variable]) => [name, { shape: variable.shape, data: variable.dataSync<'float32'>() }]))
})

/** Pictures of soft spots, and what the network gives for them. */
function answered(network: Network): { pixels: Uint8Array, logits: Float32Array, ranges: LayerRanges } {
  const { input, normalisation } = network.definition
  const [height, width, channels] = input
  const stream = randomStream(5, 'spots')
  const pixels = new Uint8Array(count * height * width * channels)
  for (let image = 0, at = 0; image < count; image++) {
    const waves = Array.from({ length: channels }, () => [stream.uniform() * 0.4, stream.uniform() * 0.4, stream.uniform() * 6] as const)
    for (let place = 0; place < height * width; place++) {
      for (const [down, across, phase] of waves) pixels[at++] = 127 + 120 * Math.sin(down * Math.floor(place / width) + across * (place % width) + phase)
    }
  }
  const ranges = new Map<string, [number, number]>()
  const logits = tf.tidy(() => network.forward(normaliser(input, input, normalisation)(pixels, count), {
    ...inference,
    observe: (layer, output) => { ranges.set(layer, [tf.min(output).dataSync()[0]!, tf.max(output).dataSync()[0]!]) }
  }).dataSync<'float32'>())
  return { pixels, logits, ranges }
}

const transformers = /^(vit-|dinov2-)/
/** The same layers as another here, and larger. */
const likeOthers = /^(mlp-256|mlp-390|resnet-(32|44|56|34|50)|efficientnet-lite[1-4]|mobilenet-v3-large)$/
const spreadOf = (logits: Float32Array): number => Math.max(...logits) - Math.min(...logits)
const farthest = (found: readonly number[], logits: Float32Array): number => {
  expect(found).toHaveLength(logits.length)
  return Math.max(...found.map((value, at) => Math.abs(value - logits[at]!))) / spreadOf(logits)
}

const inPython = (...paths: string[]): number[][] => {
  const { stdout, stderr } = spawnSync(litertPython!, ['scripts/parity/tflite_opens.py', ...paths], { encoding: 'utf8', maxBuffer: 1 << 28 })
  expect(stdout, stderr).not.toBe('')
  return JSON.parse(stdout) as number[][]
}

const convolutional = architectures.filter(({ id }) => !transformers.test(id) && (litertPython !== undefined || !likeOthers.test(id)))

describe('a network saved as TensorFlow Lite', () => {
  it.each(convolutional.map(({ id, defaultInput }) => ({ id, defaultInput })))('gives the same logits in LiteRT: $id, in eight bits nearly', async ({ id, defaultInput }) => {
    const network = quickNetwork(id, defaultInput)
    const { pixels, logits, ranges } = answered(network)
    const [bytes, path, small] = ['pixels', 'whole.tflite', 'small.tflite'].map((name) => join(root, `${id}-${name}`)) as [string, string, string]
    await writerOf('tflite').write(stored(network), summaryOf(network), path)
    const quantises = id !== 'convnext-tiny'
    if (quantises) await writerOf('tflite-int8').write(stored(network), summaryOf(network), small, ranges)

    // Sums are in another order: millionths of the logits' spread.
    expect(farthest(await inLitert(await fs.readFile(path), pixels, network.definition.input, 'float32'), logits)).toBeLessThan(1e-5)
    // A step of eight bits is a 255th of a layer's range; 0.2 to 2.1 % of the logits' spread were measured (random weights).
    if (quantises) expect(farthest(await inLitert(await fs.readFile(small), pixels, network.definition.input, 'uint8'), logits)).toBeLessThan(0.04)
    if (quantises) expect((await fs.stat(small)).size).toBeLessThan(0.36 * (await fs.stat(path)).size)

    if (litertPython) {
      await fs.writeFile(bytes, pixels)
      const [whole, eight] = inPython(path, bytes, ...quantises ? [small, bytes] : [])
      expect(farthest(whole!, logits)).toBeLessThan(1e-5)
      if (quantises) expect(farthest(eight!, logits)).toBeLessThan(0.04)
    }
    network.dispose()
  })

  it.each([['vit-tiny', 'tflite'], ['dinov2-small', 'tflite'], ['vit-tiny', 'tflite-int8']] as const)('is refused where it is a transformer, and told what takes it: %s as %s', async (id, format) => {
    const network = quickNetwork(id, [224, 224, 3])
    await expect(writerOf(format).write(stored(network), summaryOf(network), join(root, `${id}.tflite`), new Map()))
      .rejects.toMatchObject({ code: 'not-exportable', value: { remedy: { en: 'Save it as ONNX or safetensors instead.' } } })
    network.dispose()
  })

  it('is refused in eight bits where layer normalisations spread too far, and told what takes it', async () => {
    const network = quickNetwork('convnext-tiny', [224, 224, 3])
    await expect(writerOf('tflite-int8').write(stored(network), summaryOf(network), join(root, 'convnext.tflite'), answered(network).ranges))
      .rejects.toMatchObject({ code: 'not-exportable', value: { remedy: { en: 'Save it as TFLite with 32-bit numbers instead.' } } })
    network.dispose()
  })
})
