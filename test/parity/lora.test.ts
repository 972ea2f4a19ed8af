import * as tf from '@tensorflow/tfjs-core'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { defaultsOf } from '../../src/contract/parameters'
import { architectureOf, definitionOf } from '../../src/engine/architectures'
import { permuted } from '../../src/engine/interchange/shared/permuted'
import { lora } from '../../src/engine/methods/lora'
import { gradientStage, startPosition, testContext, tinyDefinition } from '../../src/engine/methods/tests/testing'
import { Network } from '../../src/engine/network/network'
import { openBackend } from '../../src/engine/runtime'
import { stepsOf, takeSteps } from '../../src/engine/training/gradient-step'
import { createOptimizer } from '../../src/engine/training/optimizers'
import { defaultCacheDir } from '../../src/library/disk'
import { uniform } from './numbers'

/** Made by `python scripts/parity/lora.py > test/parity/lora.json` with the packages that stand in it. */
const { losses, weights } = z.object({
  peft: z.literal('0.21.2'), torch: z.literal('2.13.0'), losses: z.array(z.number()).length(2), weights: z.record(z.string(), z.array(z.number()))
}).parse(JSON.parse(readFileSync(join(__dirname, 'lora.json'), 'utf8')))

beforeAll(async () => { await openBackend('auto', { cacheDir: defaultCacheDir() }) })

const half = (name: string, count: number): Float32Array => Float32Array.from(uniform(name, count), (value) => value * 0.5)
/** [out, in] → [in, out]; the dense layer's inputs were an image [3, 4, 4] in PyTorch and [4, 4, 3] here. */
const kernels: Record<string, (data: Float32Array) => Float32Array> = {
  'block1.convolution.kernel': (data) => permuted(data, [3, 1, 3, 3], [2, 3, 1, 0]),
  'block2.dense.kernel': (data) => permuted(data, [5, 3, 4, 4], [2, 3, 1, 0]),
  'head.dense.kernel': (data) => permuted(data, [2, 5], [1, 0])
}
const names: Record<string, [torch: string, count: number]> = {
  'block1.convolution.kernel': ['0.weight', 27], 'block1.convolution.bias': ['0.bias', 3],
  'block2.dense.kernel': ['3.weight', 240], 'block2.dense.bias': ['3.bias', 5], 'head.dense.kernel': ['4.weight', 10], 'head.dense.bias': ['4.bias', 2]
}
const inGraft = (name: string, data: Float32Array): Float32Array => kernels[name]?.(data) ?? data

it('takes PEFT\'s steps, leaves merged weights behind, and moves nothing else', () => {
  const start = new Map(Object.entries(names).map(([name, [torch, count]]) => [name, inGraft(name, half(torch, count))]))
  const source = Network.fromWeights(tinyDefinition(), start)
  const run = lora.create(testContext({ source }), { ...defaultsOf(lora.parameters), rank: 2, alpha: 3 })
  const stage = gradientStage(run.stages[0])
  const variables = stage.state!()
  expect([...variables.keys()]).toEqual([
    'block1.convolution.kernel.down', 'block1.convolution.kernel.up', 'block2.dense.kernel.down', 'block2.dense.kernel.up'
  ])
  // PEFT's A is [rank, in, height, width]; as here the start is within 1 / √fan in, and B zero.
  for (const [name, limit] of [['block1.convolution.kernel', 1 / 3], ['block2.dense.kernel', 1 / Math.sqrt(48)]] as const) {
    const values = variables.get(`${name}.down`)!.dataSync()
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(limit)
    expect(Math.max(...values.map(Math.abs))).toBeGreaterThan(limit / 2)
    expect(variables.get(`${name}.up`)!.dataSync().every((value) => value === 0)).toBe(true)
  }
  tf.tidy(() => {
    variables.get('block1.convolution.kernel.down')!.assign(tf.tensor2d(permuted(half('A0', 18), [2, 1, 3, 3], [2, 3, 1, 0]), [9, 2]))
    variables.get('block2.dense.kernel.down')!.assign(tf.tensor2d(permuted(half('A3', 96), [2, 3, 4, 4], [2, 3, 1, 0]), [48, 2]))
  })
  const optimizer = createOptimizer({ optimizer: 'sgd', momentum: 0, weightDecay: 0 })
  const found = [0, 1].map((step) => {
    const target = {
      inputs: tf.tensor4d(Float32Array.from(uniform('images', 96)), [6, 4, 4, 1]), labels: tf.tensor1d([0, 1, 1, 0, 1, 0], 'int32'), positions: new Int32Array(6)
    }
    return takeSteps(stage, stepsOf(stage, 0), { target }, { ...startPosition, step, stepInEpoch: step }, optimizer, 0.1).losses.total!
  })
  losses.forEach((loss, at) => { expect(found[at]).toBeCloseTo(loss, 5) })
  for (const [name, [torch]] of Object.entries(names)) {
    const values = run.network.weights.get(name)!.dataSync()
    inGraft(name, Float32Array.from(weights[torch]!)).forEach((value, at) => { expect(Math.abs(values[at]! - value)).toBeLessThan(1e-5) })
  }
  // Biases are the source's, and the source is untouched.
  expect(source.weights.get('block1.convolution.kernel')!.dataSync()).toEqual(inGraft('block1.convolution.kernel', half('0.weight', 27)))
  optimizer.dispose()
  run.dispose()
  source.dispose()
})

it('refuses blocks in which there is nothing to adapt, and leaves nothing behind', () => {
  const source = Network.create(definitionOf(architectureOf('vit-tiny'), [32, 32, 3], ['a', 'b']), 1)
  const held = tf.memory().numTensors
  const parameters = { ...defaultsOf(lora.parameters), blocks: ['stem'] }
  expect(() => lora.create(testContext({ source }), parameters))
    .toThrow(expect.objectContaining({ value: expect.objectContaining({ code: 'nothing-to-adapt', field: 'method.params.blocks', usage: true }) as unknown }))
  expect(tf.memory().numTensors).toBe(held)
  const run = lora.create(testContext({ source }), { ...parameters, layers: 'all' })
  expect([...gradientStage(run.stages[0]).state!().keys()]).toEqual(['stem.convolution.kernel.down', 'stem.convolution.kernel.up'])
  run.dispose()
  source.dispose()
})

it('learns in a transformer\'s attention, in the blocks that are named, and lowers its loss', () => {
  const source = Network.create(definitionOf(architectureOf('vit-tiny'), [32, 32, 3], ['a', 'b']), 1)
  const run = lora.create(testContext({ source }), { ...defaultsOf(lora.parameters), blocks: ['layer11', 'layer12'] })
  const stage = gradientStage(run.stages[0])
  expect([...stage.state!().keys()].filter((name) => name.endsWith('.up'))).toEqual([
    'layer11.queries-keys-values.kernel.up', 'layer11.projection.kernel.up', 'layer12.queries-keys-values.kernel.up', 'layer12.projection.kernel.up'
  ])
  const optimizer = createOptimizer({ optimizer: 'adamw', momentum: 0.9, weightDecay: 0 })
  const kept: number[] = []
  const found = Array.from({ length: 8 }, (_, step) => {
    kept.push(tf.memory().numTensors)
    const target = {
      inputs: tf.tensor4d(Float32Array.from(uniform('pictures', 4 * 32 * 32 * 3)), [4, 32, 32, 3]), labels: tf.tensor1d([0, 1, 1, 0], 'int32'), positions: new Int32Array(4)
    }
    return takeSteps(stage, stepsOf(stage, 0), { target }, { ...startPosition, step, stepInEpoch: step }, optimizer, 0.01).losses.total!
  })
  expect(found.at(-1)!).toBeLessThan(found[0]! * 0.8)
  // Once the optimiser has its state, a step leaves nothing behind.
  expect(new Set(kept.slice(1)).size).toBe(1)
  const moved = [...run.network.weights].filter(([name, weight]) => {
    const start = source.weights.get(name)!.dataSync()
    return weight.dataSync().some((value, at) => value !== start[at])
  }).map(([name]) => name)
  expect(moved.sort()).toEqual([
    'head.dense.bias', 'head.dense.kernel', 'layer11.projection.kernel', 'layer11.queries-keys-values.kernel', 'layer12.projection.kernel',
    'layer12.queries-keys-values.kernel'
  ])
  optimizer.dispose()
  run.dispose()
  source.dispose()
})
