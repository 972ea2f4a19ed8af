import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { defaultsOf, type ValuesOf } from '../../src/contract/parameters'
import { architectures, definitionOf } from '../../src/engine/architectures'
import { featureTransfer } from '../../src/engine/methods/feature-transfer'
import { fineTuning } from '../../src/engine/methods/fine-tuning'
import { gradientStage, startPosition, testContext } from '../../src/engine/methods/tests/testing'
import type { MethodRun } from '../../src/engine/methods/shared/method'
import { inference, Network } from '../../src/engine/network/network'
import { openBackend } from '../../src/engine/runtime'
import { stepsOf, takeSteps } from '../../src/engine/training/gradient-step'
import { createOptimizer } from '../../src/engine/training/optimizers'
import { defaultCacheDir } from '../../src/library/disk'
import { images, quickNetwork, randomNetwork } from './random-network'

beforeAll(async () => { await openBackend('auto', { cacheDir: defaultCacheDir() }) })

const normalised = architectures.filter((architecture) => (
  definitionOf(architecture, architecture.defaultInput, ['a', 'b']).blocks.some(({ layers }) => layers.some(({ kind }) => kind === 'batch-normalisation'))))

const bytesOf = (network: Network): Map<string, Buffer> =>
  new Map([...network.weights].map(([name, weight]) => [name, Buffer.from(weight.dataSync<'float32'>().slice().buffer)]))
/** Names of the weights that are not what they were, bit for bit. */
const moved = (before: Map<string, Buffer>, network: Network): string[] =>
  [...bytesOf(network)].filter(([name, bytes]) => !bytes.equals(before.get(name)!)).map(([name]) => name)

describe('a frozen block', () => {
  it('is tried in every architecture with batch normalisation', () => {
    expect(normalised.map(({ id }) => id)).toEqual([
      'resnet-20', 'resnet-32', 'resnet-44', 'resnet-56', 'resnet-18', 'resnet-34', 'resnet-50', 'mobilenet-v1', 'mobilenet-v2',
      'mobilenet-v3-small', 'mobilenet-v3-large', 'efficientnet-b0', 'efficientnet-lite0', 'efficientnet-lite1', 'efficientnet-lite2', 'efficientnet-lite3', 'efficientnet-lite4'
    ])
  })

  it.each(normalised.map(({ id, defaultInput }) => [id, defaultInput] as const))('of %s gives in training what it gives in inference, and moves no average', (id, defaultInput) => {
    const network = quickNetwork(id, defaultInput)
    const inputs = images(network)
    const before = bytesOf(network)
    const outputOf = (mode: Parameters<Network['forward']>[1]) => tf.tidy(() => network.forward(inputs, mode).dataSync())
    const training = { training: true, randomKey: ['test'] }

    const all = new Set([...network.blockNames, 'head'])
    expect(outputOf({ ...training, frozen: all })).toEqual(outputOf(inference))
    expect(moved(before, network)).toEqual([])

    // All but the last block: only its averages move, and what goes into it is what inference gives.
    const last = network.blockNames.at(-1)!
    const rest = new Set(network.blockNames.slice(0, -1))
    const below = network.blockNames.at(-2)!
    const [frozen, still] = tf.tidy(() => [{ ...training, frozen: rest }, inference].map((mode) => network.blockOutput(inputs, below, mode).dataSync()))
    expect(frozen).toEqual(still)
    outputOf({ ...training, frozen: rest })
    const changed = moved(before, network)
    expect(changed.length).toBeGreaterThan(0)
    expect(changed.every((name) => name.startsWith(`${last}.`) && /moving(Mean|Variance)$/.test(name))).toBe(true)

    // And none frozen: every average of every block moves.
    outputOf(training)
    expect(new Set(moved(before, network))).toEqual(new Set(network.movingStatistics.keys()))
    inputs.dispose()
    network.dispose()
  }, 60_000)
})

/** Three steps of a stage on one labelled batch, with momentum and weight decay, which must not reach what is frozen either. */
function train(run: MethodRun, inputs: tf.Tensor4D, epoch: number): void {
  const stage = gradientStage(run.stages[0])
  const optimizer = createOptimizer({ optimizer: 'sgd', momentum: 0.9, weightDecay: 0.01 })
  for (let step = 0; step < 3; step++) {
    const target = { inputs: tf.clone(inputs), labels: tf.tensor1d([1, 0], 'int32'), positions: Int32Array.of(0, 1) }
    takeSteps(stage, stepsOf(stage, epoch), { target }, { ...startPosition, epoch, step, stepInEpoch: step }, optimizer, 0.01)
  }
  optimizer.dispose()
}

describe.each(['resnet-20', 'mobilenet-v2'])('training on %s', (id) => {
  const input = [32, 32, 3] as const
  const classes = ['cat', 'dog', 'ship']
  const weightsOf = (network: Network, blocks: readonly string[]): string[] => blocks.flatMap((block) => [...network.weightsOf(block).keys()])
  const trainedFrom = (create: (source: Network) => MethodRun, epoch = 0) => {
    const source = randomNetwork(id, [...input])
    const inputs = images(source)
    const run = create(source)
    const before = bytesOf(run.network)
    train(run, inputs, epoch)
    const changed = new Set(moved(before, run.network))
    const untouched = bytesOf(source)
    const asInSource = (name: string): boolean => bytesOf(run.network).get(name)!.equals(untouched.get(name)!)
    return { source, run, changed, asInSource, dispose: () => [inputs, source, run].forEach((each) => { each.dispose() }) }
  }
  const contextOf = (source: Network) => testContext({ source, classes, freshNetwork: () => Network.create(source.definition, 5) })

  it('leaves every number of a frozen block of feature-transfer as the source has it, and trains the rest', () => {
    const parts = trainedFrom((source) => featureTransfer.create(contextOf(source), {
      ...defaultsOf(featureTransfer.parameters) as ValuesOf<typeof featureTransfer.parameters>, frozen: source.blockNames.slice(0, 3)
    }))
    const { run: { network }, changed, asInSource } = parts
    const frozen = weightsOf(network, network.blockNames.slice(0, 3))
    expect(frozen.some((name) => name.endsWith('movingVariance'))).toBe(true)
    expect(frozen.filter((name) => changed.has(name) || !asInSource(name))).toEqual([])
    expect(weightsOf(network, [...network.blockNames.slice(3), 'head']).filter((name) => !changed.has(name))).toEqual([])
    parts.dispose()
  }, 60_000)

  it('leaves the blocks that fine-tuning has not unfrozen yet alone', () => {
    // One block an epoch from the top: after the first only the last block and the head train.
    const parts = trainedFrom((source) => fineTuning.create(contextOf(source), {
      ...defaultsOf(fineTuning.parameters) as ValuesOf<typeof fineTuning.parameters>, unfreezeEvery: 1
    }), 1)
    const { run: { network }, changed } = parts
    expect(changed).toEqual(new Set(weightsOf(network, [network.blockNames.at(-1)!, 'head'])))
    parts.dispose()
  }, 60_000)
})
