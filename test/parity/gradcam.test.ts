import * as tf from '@tensorflow/tfjs-core'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { architectureOf, definitionOf } from '../../src/engine/architectures'
import { gradCam, saliencyLayer } from '../../src/engine/evaluation/saliency'
import type { NetworkDefinition } from '../../src/engine/network/definition'
import { inference } from '../../src/engine/network/network'
import { openBackend } from '../../src/engine/runtime'
import { defaultCacheDir } from '../../src/library/disk'
import { relativeError, uniform } from './numbers'
import { withRandomWeights } from './random-weights'

const series = z.array(z.number())
/** Made by `python scripts/parity/gradcam.py > test/parity/gradcam.json` with the versions in scripts/parity/requirements.txt. */
const { networks } = z.object({
  torch: z.literal('2.13.0'),
  networks: z.array(z.object({
    name: z.enum(['strided', 'residual']), labels: z.array(z.int()), size: z.tuple([z.int(), z.int()]), logits: z.array(series), maps: z.array(series)
  })).length(2)
}).parse(JSON.parse(readFileSync(join(__dirname, 'gradcam.json'), 'utf8')))

beforeAll(async () => { await openBackend('auto', { cacheDir: defaultCacheDir() }) })

const classes = ['a', 'b', 'c', 'd', 'e']

/** As `Strided` in the script: the map is cut out of the middle of block 3. */
const strided: NetworkDefinition = {
  architecture: 'test', options: {}, input: [32, 32, 3], classes,
  normalisation: { mean: [0.5, 0.5, 0.5], standardDeviation: [0.5, 0.5, 0.5] },
  blocks: [
    {
      name: 'block1', title: '', layers: [
        { kind: 'convolution', name: 'convolution', filters: 8, kernelSize: [5, 5], strides: [2, 2], padding: 2, bias: false },
        { kind: 'batch-normalisation', name: 'normalisation', epsilon: 1e-3, momentum: 0.1 },
        { kind: 'relu', name: 'relu' },
        { kind: 'max-pooling', name: 'pooling', size: [3, 3], strides: [2, 2], padding: 1 }
      ]
    },
    {
      name: 'block2', title: '', layers: [
        { kind: 'depthwise-convolution', name: 'depthwise', kernelSize: [3, 3], strides: [1, 1], padding: 1, bias: false },
        { kind: 'batch-normalisation', name: 'normalisation', epsilon: 1e-5, momentum: 0.1 },
        { kind: 'relu6', name: 'relu' }
      ]
    },
    {
      name: 'block3', title: '', layers: [
        { kind: 'convolution', name: 'convolution', filters: 12, kernelSize: [3, 3], strides: [1, 1], padding: 'valid', bias: true },
        { kind: 'relu', name: 'relu' },
        { kind: 'average-pooling', name: 'pooling', size: [2, 2], strides: [2, 2], padding: 'valid' }
      ]
    },
    {
      name: 'dense1', title: '', layers: [
        { kind: 'flatten', name: 'flatten' }, { kind: 'dense', name: 'dense', units: 10, bias: true }, { kind: 'relu', name: 'relu' }
      ]
    }
  ],
  head: { name: 'head', title: '', layers: [{ kind: 'dense', name: 'dense', units: classes.length, bias: true }] }
}
const definitions = { strided, residual: definitionOf(architectureOf('resnet-20'), [32, 32, 3], classes, { width: 0.5 }) }
const layers = { strided: { block: 'block3', layer: 'relu' }, residual: { block: 'stage3-3', layer: 'relu2' } }

describe.each(networks)('Grad-CAM of the $name network', ({ name, labels, size: [height, width], logits, maps }) => {
  it('shows PyTorch\'s map for each image and class within 1e-5 of its highest place', () => {
    const network = withRandomWeights(definitions[name])
    const images = tf.tensor4d(Float32Array.from(uniform('images', labels.length * 32 * 32 * 3), (value) => value * 1.5), [labels.length, 32, 32, 3])
    const answers = tf.tidy(() => network.forward(images, inference).dataSync())
    expect(relativeError(answers, logits.flat())).toBeLessThan(1e-4)

    expect(saliencyLayer(network)).toEqual({ ...layers[name], height, width })
    const found = gradCam(network, images, labels)!
    expect([found.height, found.width]).toEqual([height, width])
    expect(found.maps).toHaveLength(maps.length)
    maps.forEach((expected, image) => {
      // Graft scales a map so that its highest place is 1; nothing speaks for the class where all is 0. A place is a sum of channels
      // that speak for and against, so its rounding goes with the highest place and not with what is left of the sum.
      const highest = Math.max(...expected) || 1
      expected.forEach((value, place) => { expect(Math.abs(found.maps[image]![place]! - value / highest)).toBeLessThan(1e-5) })
    })
    // Some of the maps must have something to show.
    expect(maps.filter((map) => map.some((value) => value > 0)).length).toBeGreaterThanOrEqual(3)
    images.dispose()
    network.dispose()
  })
})
