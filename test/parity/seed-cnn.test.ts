import * as tf from '@tensorflow/tfjs-core'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { architectureOf, definitionOf } from '../../src/engine/architectures'
import { crossEntropy } from '../../src/engine/maths/cross-entropy'
import { Network } from '../../src/engine/network/network'
import { weightShapes } from '../../src/engine/network/shapes'
import { openBackend } from '../../src/engine/runtime'
import { createOptimizer, type OptimizerSettings } from '../../src/engine/training/optimizers'
import { defaultCacheDir } from '../../src/library/disk'
import { integers, uniform } from './numbers'

const series = z.array(z.number())
/** Made by `python scripts/parity/seed_cnn.py > test/parity/figures.json` with the versions in scripts/parity/requirements.txt. */
const figures = z.object({
  torch: z.literal('2.13.0'),
  losses: z.object({ sgd: series, momentum: series }),
  optimisers: z.record(z.enum(['sgd', 'adam', 'adamw']), z.array(series))
}).parse(JSON.parse(readFileSync(join(__dirname, 'figures.json'), 'utf8')))

beforeAll(async () => { await openBackend('auto', { cacheDir: defaultCacheDir() }) })

const [batchSize, classes] = [64, 10]
const definition = definitionOf(architectureOf('seed-cnn'), [32, 32, 3], Array.from({ length: classes }, (_, index) => String(index)))

/** Twice PyTorch's limits for kernels and its own for biases, as the script has them. */
function initialWeights(): Map<string, Float32Array> {
  let fanIn = 1
  return new Map(weightShapes(definition).map(({ name, shape, weight }) => {
    const count = shape.reduce((product, length) => product * length, 1)
    if (weight === 'kernel') fanIn = count / shape[shape.length - 1]!
    const limit = 1 / Math.sqrt(fanIn)
    return [name, Float32Array.from(uniform(name, count), (value) => value * (weight === 'kernel' ? 2 : 1) * limit)]
  }))
}

const patterns = uniform('patterns', classes * 4 * 4 * 3)

/** Noise over one pattern of 4×4 patches a class. */
function batch(step: number): { images: tf.Tensor4D, labels: tf.Tensor1D } {
  const labels = integers(`labels ${step}`, classes, batchSize)
  const pixels = Float32Array.from(uniform(`images ${step}`, batchSize * 32 * 32 * 3), (noise, index) => {
    const [channel, column, row] = [index % 3, Math.floor(index / 3) % 32, Math.floor(index / 96) % 32]
    const patch = (labels[Math.floor(index / 3072)]! * 4 + (row >> 3)) * 4 + (column >> 3)
    return 0.25 * noise + 0.75 * patterns[patch * 3 + channel]!
  })
  return { images: tf.tensor4d(pixels, [batchSize, 32, 32, 3]), labels: tf.tensor1d(labels, 'int32') }
}

function losses(rate: number, momentum: number, steps: number): number[] {
  const network = Network.fromWeights(definition, initialWeights())
  const optimizer = createOptimizer({ optimizer: 'sgd', momentum, weightDecay: 0 })
  const groups = [{ name: 'all', variables: network.weights, learningRateFactor: 1 }]
  const result = Array.from({ length: steps }, (_, step) => tf.tidy(() => {
    const { images, labels } = batch(step)
    const { value, grads } = tf.variableGrads(
      () => crossEntropy(network.forward(images, { training: true }), labels), [...network.weights.values()])
    optimizer.apply(groups, Object.fromEntries([...network.weights].map(([name, weight]) => [name, grads[weight.name]!])), rate)
    return value.dataSync()[0]!
  }))
  network.dispose()
  optimizer.dispose()
  return result
}

const worstRelative = (actual: readonly number[], expected: readonly number[]): number =>
  Math.max(...actual.map((value, index) => Math.abs(value - expected[index]!) / Math.abs(expected[index]!)))

describe('from the same weights and the same batches', () => {
  it('50 SGD steps of the seed CNN follow PyTorch\'s losses within 1e-3', () => {
    const actual = losses(0.005, 0, 50)
    expect(figures.losses.sgd).toHaveLength(50)
    expect(worstRelative(actual, figures.losses.sgd)).toBeLessThan(1e-3)
  })

  it('and so do 50 steps with momentum 0.9', () => {
    const actual = losses(0.001, 0.9, 50)
    expect(figures.losses.momentum).toHaveLength(50)
    expect(worstRelative(actual, figures.losses.momentum)).toBeLessThan(1e-3)
  })
})

describe.each<OptimizerSettings>([
  { optimizer: 'sgd', momentum: 0.9, weightDecay: 0.01 },
  { optimizer: 'adam', momentum: 0, weightDecay: 0.01 },
  { optimizer: 'adamw', momentum: 0, weightDecay: 0.01 }
])('$optimizer with weight decay', (settings) => {
  it('walks PyTorch\'s path over 20 steps within 1e-4', () => {
    const weight = tf.variable(tf.tensor1d(Float32Array.from(uniform('weights', 12))))
    const curvature = tf.tensor1d(Float32Array.from(uniform('curvature', 12), (value) => value + 1))
    const optimizer = createOptimizer(settings)
    figures.optimisers[settings.optimizer].forEach((expected, step) => {
      tf.tidy(() => {
        const pull = tf.tensor1d(Float32Array.from(uniform(`pull ${step}`, 12)))
        const w = tf.sub(tf.mul(curvature, weight), pull)
        optimizer.apply([{ name: 'all', variables: new Map([['w', weight]]), learningRateFactor: 1 }], { w }, 0.1 / (1 + step))
      })
      weight.dataSync().forEach((value, index) => { expect(Math.abs(value - expected[index]!)).toBeLessThan(1e-4) })
    })
    optimizer.dispose()
    tf.dispose([weight, curvature])
  })
})
