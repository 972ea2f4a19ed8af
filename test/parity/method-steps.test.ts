import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Batch, BatchStream } from '../../src/engine/batches/batch-stream'
import { coTuning } from '../../src/engine/methods/co-tuning'
import { fixmatch } from '../../src/engine/methods/fixmatch'
import { lpFt } from '../../src/engine/methods/lp-ft'
import { mcc } from '../../src/engine/methods/mcc'
import { mdd } from '../../src/engine/methods/mdd'
import type { MethodRun } from '../../src/engine/methods'
import { gradientStage, testContext, tinyDefinition } from '../../src/engine/methods/tests/testing'
import { inference, Network } from '../../src/engine/network/network'
import { openBackend } from '../../src/engine/runtime'
import { stepsOf, takeSteps, type Batches } from '../../src/engine/training/gradient-step'
import { createOptimizer } from '../../src/engine/training/optimizers'
import type { StageAccess } from '../../src/engine/training/stage'
import { defaultCacheDir } from '../../src/library/disk'
import { relativeError } from './numbers'

const layerSchema = z.object({ kernel: z.array(z.number()), bias: z.array(z.number()) })
const layersSchema = z.record(z.string(), layerSchema)
const batchSchema = z.record(z.string(), z.array(z.number()))
/** Made by `scripts/parity/method_steps.py`, which says how. */
const { cases } = z.object({
  cases: z.array(z.object({
    method: z.string(), before: layersSchema, after: layersSchema, batches: z.array(batchSchema).min(5), losses: z.array(z.number()),
    granted: batchSchema.optional()
  })).min(5)
}).parse(JSON.parse(readFileSync(join(import.meta.dirname, 'method-steps.json'), 'utf8')))
type Case = (typeof cases)[number]
type Numbers = z.infer<typeof batchSchema>

const inputs = [2, 3, 1] as const
const classes = ['a', 'b', 'c']
const hidden = 5
const training = { optimizer: 'sgd', learningRate: 0.1, momentum: 0.9, weightDecay: 0.01 }

/** One hidden layer with a rectifier, and a head, as the script has it. */
function networkOf(layers: Case['before'], names: readonly string[], head: string): Network {
  const definition = tinyDefinition(names, {
    input: [...inputs],
    blocks: [{
      name: 'block1', title: '', layers: [
        { kind: 'flatten', name: 'flatten' }, { kind: 'dense', name: 'dense', units: hidden, bias: true }, { kind: 'relu', name: 'relu' }
      ]
    }]
  })
  return Network.fromWeights(definition, new Map([
    ...weightsOf('block1', layers.body!), ...weightsOf('head', layers[head]!)
  ].map(([name, values]) => [name, Float32Array.from(values)])))
}
const weightsOf = (block: string, { kernel, bias }: z.infer<typeof layerSchema>): [string, number[]][] =>
  [[`${block}.dense.kernel`, kernel], [`${block}.dense.bias`, bias]]

const imagesOf = (batch: Numbers, ...names: string[]): tf.Tensor4D => {
  const values = names.flatMap((name) => batch[name]!)
  return tf.tensor4d(values, [values.length / 6, ...inputs])
}
const labelled = (batch: Numbers, name: string): Batch =>
  ({ inputs: imagesOf(batch, name), labels: tf.tensor1d(batch.labels!, 'int32'), positions: Int32Array.from(batch.labels!.keys()) })
const unlabelled = (batch: Numbers, ...names: string[]): Batch =>
  ({ inputs: imagesOf(batch, ...names), positions: Int32Array.from(batch.labels!.keys()) })

const assign = (variables: ReadonlyMap<string, tf.Variable>, prefix: string, layer: z.infer<typeof layerSchema>): void => {
  for (const [name, values] of weightsOf(`${prefix}head`, layer)) {
    const variable = variables.get(name)!
    tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)))
  }
}

/** The stage's optimiser steps, one for each batch. */
function train(run: MethodRun, index: number, batches: readonly Batches[], steps = 10): number[] {
  const stage = gradientStage(run.stages[index])
  const optimizer = createOptimizer(testContext({ training }).settings)
  const losses = batches.map((batch, step) => takeSteps(
    stage, stepsOf(stage, 0), batch, { stage: index, epoch: 0, stepInEpoch: step, step, stepsPerEpoch: steps, steps }, optimizer, 0.1
  ).losses.total!)
  optimizer.dispose()
  return losses
}

const found: Record<string, (each: Case) => Promise<{ run: MethodRun, losses: number[], others?: Record<string, string> }>> = {
  'mcc': ({ before, batches }) => {
    const run = mcc.create(testContext({ source: networkOf(before, classes, 'head'), classes, training }), { weight: 1, sourceEpochs: 0, sourceLearningRate: 0.001, backboneFactor: 1, temperature: 2.5, trainedBlocks: 'all' })
    const both = batches.map((batch) => ({ 'source': labelled(batch, 'source'), 'target-unlabelled': unlabelled(batch, 'target') }))
    return Promise.resolve({ run, losses: train(run, 0, both) })
  },
  'mdd': ({ before, batches }) => {
    const run = mdd.create(
      testContext({ source: networkOf(before, classes, 'head'), classes, training }),
      { weight: 1, sourceEpochs: 0, sourceLearningRate: 0.001, backboneFactor: 1, margin: 4, reversal: 0.1, ramp: 10, trainedBlocks: 'all' }
    )
    assign(gradientStage(run.stages[0]).state!(), 'second-head/', before.adversary!)
    const both = batches.map((batch) => ({ 'source': labelled(batch, 'source'), 'target-unlabelled': unlabelled(batch, 'target') }))
    return Promise.resolve({ run, losses: train(run, 0, both), others: { adversary: 'second-head/head' } })
  },
  'fixmatch': ({ before, batches }) => {
    const run = fixmatch.create(
      testContext({ source: networkOf(before, classes, 'head'), classes, training }), { threshold: 0.6, weight: 1, unlabelledFactor: 1 }
    )
    const both = batches.map((batch) => ({ 'target': labelled(batch, 'images'), 'target-unlabelled': unlabelled(batch, 'weak', 'strong') }))
    return Promise.resolve({ run, losses: train(run, 0, both) })
  },
  'co-tuning': async ({ before, batches, granted }) => {
    const source = networkOf(before, ['p', 'q', 'r', 's'], 'sourceHead')
    const run = coTuning.create(testContext({ source, classes, training }), { weight: 2.3, headFactor: 10 })
    assign(run.network.weights, '', before.head!)
    const stream: BatchStream = {
      count: granted!.labels!.length, stepsPerEpoch: 1, next: () => Promise.resolve(labelled(granted!, 'images')), close: () => Promise.resolve()
    }
    const access: StageAccess = {
      streams: {}, inOrder: () => stream, validation: () => Promise.resolve(undefined), signal: new AbortController().signal
    }
    await gradientStage(run.stages[0]).begin!(access)
    return { run, losses: train(run, 0, batches.map((batch) => ({ target: labelled(batch, 'images') }))), others: { sourceHead: 'source-head/head' } }
  },
  'lp-ft': ({ before, batches }) => {
    const source = networkOf(before, ['p', 'q', 'r', 's'], 'sourceHead')
    const run = lpFt.create(testContext({ source, classes, training }), { probeEpochs: 1, probeFactor: 2, standardise: false, backboneFactor: 0.5 })
    assign(run.network.weights, '', before.head!)
    const features = batches.map((batch) => {
      const { inputs: images, ...rest } = labelled(batch, 'images')
      return { target: { ...rest, inputs: tf.tidy(() => run.network.features(images as tf.Tensor4D, inference)) } }
    })
    const losses = [...train(run, 0, features), ...train(run, 1, batches.map((batch) => ({ target: labelled(batch, 'images') })))]
    return Promise.resolve({ run, losses })
  }
}

beforeAll(async () => { await openBackend('auto', { cacheDir: defaultCacheDir() }) })

describe('training steps of whole methods beside PyTorch\'s', () => {
  it('compares every method that is listed here', () => {
    expect(cases.map(({ method }) => method)).toEqual(Object.keys(found))
  })

  it.each(cases)('$method: losses and weights of all steps within 1e-4', async (each) => {
    const { run, losses, others = {} } = await found[each.method]!(each)
    expect(relativeError(losses, each.losses)).toBeLessThan(1e-4)
    const variables = new Map([...run.network.weights, ...run.stages.flatMap((stage) => [...(gradientStage(stage).state?.() ?? [])])])
    for (const [part, block] of Object.entries({ body: 'block1', head: 'head', ...others })) {
      for (const [name, values] of weightsOf(block, each.after[part]!)) {
        expect(relativeError(variables.get(name)!.dataSync(), values), name).toBeLessThan(1e-4)
      }
      expect(each.after[part]).not.toEqual(each.before[part])
    }
    run.dispose()
  })
})
