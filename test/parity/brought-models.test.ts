import * as tf from '@tensorflow/tfjs-core'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { recognise } from '../../src/engine/interchange/recognition/recognise'
import { inference, Network } from '../../src/engine/network/network'
import { openBackend } from '../../src/engine/runtime'
import { defaultCacheDir } from '../../src/library/disk'
import { uniform } from './numbers'

/** Made by scripts/parity/brought_models.py with the commands that stand in it. */
const { files: packed } = z.object({
  torch: z.literal('2.13.0'), torchvision: z.literal('0.28.0'), timm: z.literal('1.0.31'), transformers: z.literal('5.24.0'), safetensors: z.literal('0.8.0'),
  files: z.base64()
}).parse(JSON.parse(readFileSync(join(__dirname, 'brought-models.json'), 'utf8')))
const files = z.array(z.object({
  title: z.string(), architecture: z.string(), form: z.enum(['pickle', 'safetensors']), tensors: z.array(z.tuple([z.string(), z.array(z.int())])).min(60),
  logits: z.array(z.number()).min(2)
})).length(54).parse(JSON.parse(gunzipSync(Buffer.from(packed, 'base64')).toString()))

beforeAll(async () => { await openBackend('auto', { cacheDir: defaultCacheDir() }) })

/** The numbers that the script draws for a tensor of this name. */
function drawn(name: string, shape: readonly number[]): Float32Array {
  const count = shape.reduce((product, length) => product * length, 1)
  if (shape.length === 0) return new Float32Array(1)
  const around = name.endsWith('running_var') || (shape.length === 1 && name.endsWith('weight')) ? 1 : 0
  const reach = shape.length > 1 ? Math.sqrt(6 / (count / shape[0]!)) : around === 1 ? 0.5 : 0.3
  return new Float32Array(uniform(name, count).map((value) => around + reach * value))
}

describe('a network from PyTorch under names of any kind', () => {
  it.each(files)('is recognised and has PyTorch\'s logits: $title ($form)', ({ title, architecture, tensors, logits }) => {
    const file = new Map(tensors.map(([name, shape]) => [name, { shape, data: drawn(name, shape) }]))
    const found = recognise('file', { tensors: file, layout: 'pytorch', hints: {} })
    expect(found).toMatchObject({ head: true, unmatched: [], definition: { architecture } })
    const count = logits.length / 2
    expect(found.definition.classes).toHaveLength(Math.max(2, count))
    if (title.includes('two layers')) expect(found.remarks.map(({ about }) => about)).toEqual(['read', 'assumed'])
    const network = Network.fromWeights(found.definition, found.weights)
    const answers = tf.tidy(() => {
      // Transformers say the size of their images by their positions.
      const side = architecture === 'dinov2-small' ? 70 : 64
      const images = tf.tensor4d(Float32Array.from(uniform('images', 2 * 3 * side * side)), [2, 3, side, side])
      const given = network.forward(tf.transpose(images, [0, 2, 3, 1]), inference)
      // One logit x stands for the probabilities 1 − σ(x) and σ(x), whose logits differ by x.
      return count === 1 ? tf.sub(tf.slice(given, [0, 1], [2, 1]), tf.slice(given, [0, 0], [2, 1])).dataSync() : given.dataSync()
    })
    // Random weights make logits of hundreds, whose rounding in 32 bits goes with the largest.
    const largest = Math.max(...logits.map(Math.abs))
    logits.forEach((value, at) => { expect(Math.abs(answers[at]! - value)).toBeLessThan(5e-4 * (1 + largest)) })
    network.dispose()
  }, 120_000)
})
