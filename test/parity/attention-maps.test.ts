import * as tf from '@tensorflow/tfjs-core'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { architectureOf, definitionOf } from '../../src/engine/architectures'
import { gradCam, saliencyLayer } from '../../src/engine/evaluation/saliency'
import { openBackend } from '../../src/engine/runtime'
import { defaultCacheDir } from '../../src/library/disk'
import { uniform } from './numbers'
import { withRandomWeights } from './random-weights'

/** Made by `python scripts/parity/attention_maps.py > test/parity/attention-maps.json` with scripts/parity/requirements.txt. */
const { labels, maps } = z.object({
  timm: z.literal('1.0.31'), torch: z.literal('2.13.0'), labels: z.array(z.int()).length(3), maps: z.array(z.array(z.number()).length(16)).length(3)
}).parse(JSON.parse(readFileSync(join(__dirname, 'attention-maps.json'), 'utf8')))

beforeAll(async () => { await openBackend('auto', { cacheDir: defaultCacheDir() }) })

it('a transformer shows PyTorch\'s gradient-weighted attention within 1e-4 of its highest place, and leaves no tensor', () => {
  const network = withRandomWeights(definitionOf(architectureOf('vit-tiny'), [64, 64, 3], ['a', 'b', 'c', 'd', 'e']))
  expect(saliencyLayer(network)).toEqual({ block: 'layer12', layer: 'attention', height: 4, width: 4 })
  const images = tf.tensor4d(Float32Array.from(uniform('images', 3 * 64 * 64 * 3), (value) => value * 1.5), [3, 64, 64, 3])
  const before = tf.memory().numTensors
  const found = gradCam(network, images, labels)!
  expect(tf.memory().numTensors).toBe(before)
  expect([found.height, found.width]).toEqual([4, 4])
  maps.forEach((expected, image) => {
    const highest = Math.max(...expected)
    expect(highest).toBeGreaterThan(0)
    expected.forEach((value, place) => { expect(Math.abs(found.maps[image]![place]! - value / highest)).toBeLessThan(1e-4) })
  })
  images.dispose()
  network.dispose()
})
