import * as tf from '@tensorflow/tfjs-core'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import type { Dataset } from '../../src/contract/datasets'
import { evaluate } from '../../src/engine/evaluation/metrics'
import { inferenceBytes } from '../../src/engine/network/liveness'
import { inference } from '../../src/engine/network/network'
import { openBackend } from '../../src/engine/runtime'
import { openEvaluation } from '../../src/engine/training/data'
import { FeatureCache } from '../../src/engine/features/cache'
import { defaultCacheDir } from '../../src/library/disk'
import type { DatasetView } from '../../src/library/datasets'
import { randomNetwork } from './random-network'

beforeAll(async () => { await openBackend('cpu', { cacheDir: defaultCacheDir() }) })

const side = 224
const imageBytes = side * side * 3
const count = 288

/** So many photographs' worth of bytes, made as they are read. */
const reader = {
  dataset: { id: 'photographs', shape: [side, side, 3], classes: ['a', 'b'], splits: { test: { count, sha256: { images: 'abc' } } } } as unknown as Dataset,
  hasLabels: () => true,
  readLabels: () => Promise.resolve(new Int32Array(count)),
  readImages: (_split: string, positions: ArrayLike<number>, into = new Uint8Array(positions.length * imageBytes)) =>
    Promise.resolve(into.map((_, index) => (index * 31 + positions[0]!) & 255))
} as unknown as DatasetView

const gigabytes = (): number => process.resourceUsage().maxRSS * 1024 / 2 ** 30

// In 256 at a time, as it was, MobileNet v1 took more than 10 GB and EfficientNet-Lite0 21; with nothing held longer than it is
// read, 2.1 and 3 GB for the tensors alone.
it.each(['mobilenet-v1', 'efficientnet-lite0'])('evaluation and features of photographs by %s stay under 2 GB', async (id) => {
  const network = randomNetwork(id, [side, side, 3])
  expect(256 * inferenceBytes(network.definition)).toBeGreaterThan(2 * 2 ** 30)
  const before = tf.memory().numTensors
  const images = (await openEvaluation(reader, 'test', network))!
  const { score } = await evaluate((inputs) => network.forward(inputs as tf.Tensor4D, inference), images, network.definition.classes)
  await images.close()
  expect(score.n).toBe(count)

  const folder = await fs.mkdtemp(join(tmpdir(), 'graft-memory-'))
  try {
    const positions = Int32Array.from({ length: 128 }, (_, index) => index)
    const table = await new FeatureCache({ cacheDir: folder }).open({ network, reader, split: 'test', positions, surroundings: 'cpu' })
    expect([table.count, table.length]).toEqual([128, network.featureLength])
    await table.close()
  } finally {
    await fs.rm(folder, { recursive: true, force: true })
  }
  expect(tf.memory().numTensors).toBe(before)
  expect(gigabytes()).toBeLessThan(2)
  network.dispose()
}, 300_000)
