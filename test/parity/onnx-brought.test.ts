import * as tf from '@tensorflow/tfjs-core'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { decodeOnnx } from '../../src/engine/interchange/onnx/format'
import { recognise } from '../../src/engine/interchange/recognition/recognise'
import { inference, Network } from '../../src/engine/network/network'
import { openBackend } from '../../src/engine/runtime'
import { readLimits } from '../../src/engine/safetensors/limits'
import { defaultCacheDir } from '../../src/library/disk'
import { uniform } from './numbers'

/** Made by scripts/parity/onnx_brought.py with the commands that stand in it. */
const { files } = z.object({
  torch: z.literal('2.13.0'), files: z.array(z.object({ title: z.string(), content: z.base64(), answers: z.array(z.number()).min(2) })).length(10)
}).parse(JSON.parse(readFileSync(join(__dirname, 'onnx-brought.json'), 'utf8')))

beforeAll(async () => { await openBackend('auto', { cacheDir: defaultCacheDir() }) })

describe('an ONNX file of PyTorch', () => {
  it.each(files)('is read whole and answers as in PyTorch: $title', ({ title, content, answers }) => {
    const file = decodeOnnx(gunzipSync(Buffer.from(content, 'base64')), 'model.onnx', readLimits)
    const found = recognise('model.onnx', file)
    expect(found).toMatchObject({ head: true, unmatched: [], definition: { architecture: 'resnet-20', input: [16, 16, 3] } })
    if (title === 'pixels prepared inside') expect(file.hints.normalisation!.mean[0]).toBeCloseTo(0.5)
    const network = Network.fromWeights(found.definition, found.weights)
    const given = tf.tidy(() => {
      const images = tf.tensor4d(Float32Array.from(uniform('onnx', 2 * 3 * 16 * 16)), [2, 3, 16, 16])
      // (127.5 (x + 1) / 255 − 0.5) / 0.25 = 2x
      const pixels = title === 'pixels prepared inside' ? tf.mul(images, 2) : images
      return tf.softmax(network.forward(tf.transpose(pixels, [0, 2, 3, 1]) as tf.Tensor4D, inference)).dataSync()
    })
    const wanted = answers.length === 2 ? answers.flatMap((p) => [1 - p, p]) : answers
    wanted.forEach((value, at) => { expect(Math.abs(given[at]! - value)).toBeLessThan(title.includes('16 bits') ? 2e-2 : 2e-4) })
    network.dispose()
  })
})
