import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { Network } from '../../network/network'
import type { BatchStream } from '../../batches/batch-stream'
import type { GradientStage, StageAccess } from '../../training/stage'
import { adda } from '../adda'
import { clusterLabels } from '../shared/pseudo-labels'
import { gradientStage, someImages, startPosition, testContext, tinyDefinition } from './testing'
import { cdan } from '../cdan'
import { dann } from '../dann'
import { ddc } from '../ddc'
import { deepCoral } from '../deep-coral'
import { mcd } from '../mcd'
import { shot } from '../shot'
import { sourceOnly } from '../source-only'

beforeAll(() => tf.setBackend('cpu'))

const values = (variables: ReadonlyMap<string, tf.Tensor>): number[] => [...variables.values()].flatMap((one) => Array.from(one.dataSync()))
const batches = () => ({
  source: { inputs: someImages('source', 4), labels: tf.tensor1d([0, 1, 0, 1], 'int32'), positions: Int32Array.of(0, 1, 2, 3) },
  'target-unlabelled': { inputs: someImages('target', 4), positions: Int32Array.of(0, 1, 2, 3) }
})

describe.each([['dann', dann], ['cdan', cdan]] as const)('%s', (_id, method) => {
  it('leaves the backbone alone at the start of the ramp, and works against it later', () => {
    const parameters = { weight: 1, sourceEpochs: 0, sourceLearningRate: 0.001, backboneFactor: 1, ramp: 10, hidden: 8, batchNormalisation: false, entropyConditioning: false, projection: 0, trainedBlocks: 'all' }
    const run = method.create(testContext(), parameters)
    const stage = gradientStage(run.stages[0])
    const kernel = run.network.weights.get('block1.convolution.kernel')!
    const gradientOfDomain = (step: number): number => {
      const { grads } = tf.variableGrads(
        () => stage.step(batches(), { ...startPosition, step }).losses.domain!, [kernel])
      return grads[kernel.name]!.abs().max().dataSync()[0]!
    }
    expect(gradientOfDomain(0)).toBe(0)
    expect(gradientOfDomain(50)).toBeGreaterThan(0)
    run.dispose()
  })
})

describe.each([
  ['ddc', (weight: number, cap: boolean) => ddc.create(testContext(), { weight, cap, sourceEpochs: 0, sourceLearningRate: 0.001, backboneFactor: 1, trainedBlocks: 'all' })],
  ['deep-coral', (weight: number, cap: boolean) => deepCoral.create(
    testContext(), { weight, cap, weightWithMeans: 0, sourceEpochs: 0, sourceLearningRate: 0.001, backboneFactor: 1, moments: 'covariances', trainedBlocks: 'all' }
  )],
  ['deep-coral, with means', (weight: number, cap: boolean) => deepCoral.create(
    testContext(), { weight: 0, cap, weightWithMeans: weight, sourceEpochs: 0, sourceLearningRate: 0.001, backboneFactor: 1, moments: 'means-too', trainedBlocks: 'all' }
  )]
] as const)('%s', (_id, create) => {
  const discrepancy = (weight: number, cap: boolean): number => {
    const run = create(weight, cap)
    const stage = gradientStage(run.stages[0])
    expect(stage.cap).toEqual(cap ? { term: 'discrepancy', at: 1 } : undefined)
    const { losses } = stage.step(batches(), startPosition)
    run.dispose()
    return losses.discrepancy!.dataSync()[0]!
  }

  it('counts its discrepancy for at most 1, however large the features are', () => {
    expect(discrepancy(1, true)).toBeGreaterThan(0)
    expect(discrepancy(1, true)).toBeLessThan(1)
    expect(discrepancy(1e9, true)).toBeCloseTo(1, 5)
  })

  it('counts it whole where the cap is switched off', () => {
    expect(discrepancy(1, false)).toBeCloseTo(discrepancy(1, true), 7)
    expect(discrepancy(1e9, false) / discrepancy(1, false) / 1e9).toBeCloseTo(1, 4)
  })
})

describe('source epochs before an adaptation', () => {
  const params = { weight: 1, sourceEpochs: 4, sourceLearningRate: 0.002, backboneFactor: 1, trainedBlocks: 'all', cap: true }

  it('learn the source alone, with Adam, and the adaptation begins with what was learned', async () => {
    const { network: source } = sourceOnly.create(testContext(), { labelSmoothing: 0, bottleneck: 6, trainedBlocks: 'all' })
    const run = ddc.create(testContext({ source }), params)
    const [first, second] = run.stages.map(gradientStage) as [GradientStage, GradientStage]
    expect(first).toMatchObject({ streams: ['source'], epochs: 4, settings: { optimizer: 'adam', learningRate: 0.002 } })
    const { losses } = first.step({ source: batches().source }, startPosition)
    expect(losses.total.dataSync()).toEqual(losses['task']!.dataSync())
    expect(second.startCompetes).toBe(true)
    const [[name, statistics]] = [...run.network.movingStatistics] as [[string, tf.Variable]]
    statistics.assign(tf.fill(statistics.shape, 7))
    await second.begin!({} as StageAccess)
    expect(second.state!().get(`source/${name}`)!.dataSync()[0]).toBe(7)
    run.dispose()
    source.dispose()
  })

  it('train both heads of MCD', () => {
    const run = mcd.create(testContext(), { ...params, generatorSteps: 1 })
    const [first] = run.stages.map(gradientStage)
    expect(first!.groups(0).map(({ name }) => name)).toContain('second-head')
    const { losses } = first!.step({ source: batches().source }, startPosition)
    expect(losses.total.dataSync()[0]).toBeGreaterThan(losses['task']!.dataSync()[0]!)
    run.dispose()
  })
})

describe('mcd', () => {
  it('has two heads that begin apart, also over fresh weights: alike they would never disagree', () => {
    const run = mcd.create(testContext(), { weight: 1, sourceEpochs: 0, sourceLearningRate: 0.001, backboneFactor: 1, generatorSteps: 1, trainedBlocks: 'all' })
    const stage = gradientStage(run.stages[0])
    const second = stage.state!().get('second-head/head.dense.kernel')!
    expect(second.dataSync()).not.toEqual(run.network.weights.get('head.dense.kernel')!.dataSync())
    const discrepancy = stage.further![1]!.step(batches(), startPosition).losses.discrepancy!
    expect(discrepancy.dataSync()[0]).toBeGreaterThan(0.01)
    run.dispose()
  })

  it('moves only the heads in its second step and only the backbone in those that follow', () => {
    const run = mcd.create(testContext(), { weight: 1, sourceEpochs: 0, sourceLearningRate: 0.001, backboneFactor: 1, generatorSteps: 2, trainedBlocks: 'all' })
    const { groups, further } = gradientStage(run.stages[0])
    const names = (step: { groups(epoch: number): { name: string }[] }) => step.groups(0).map(({ name }) => name)
    expect(names({ groups })).toEqual(['block1', 'block2', 'head', 'second-head'])
    expect(further!.map(names)).toEqual([['head', 'second-head'], ['block1', 'block2'], ['block1', 'block2']])
    run.dispose()
  })
})

describe('a bottleneck for SHOT', () => {
  const parameters = { labelSmoothing: 0.1, bottleneck: 6, trainedBlocks: 'all' }

  it('stands between backbone and head, with batch normalisation, and the rest is the start', () => {
    const source = Network.create(tinyDefinition(), 9)
    const { network, dispose } = sourceOnly.create(testContext({ source }), parameters)
    expect(network.blockNames).toEqual(['block1', 'block2', 'bottleneck'])
    expect(network.featureLength).toBe(6)
    expect(network.movingStatistics.size).toBe(2)
    expect(values(network.weightsOf('block2'))).toEqual(values(source.weightsOf('block2')))
    dispose()
  })

  it('is not added twice, and stays when SHOT takes the model over with its head', () => {
    const first = sourceOnly.create(testContext(), parameters)
    const again = sourceOnly.create(testContext({ source: first.network }), parameters)
    expect(again.network.blockNames).toEqual(first.network.blockNames)
    const adapted = shot.create(testContext({ source: first.network }), { pseudoLabelWeight: 0, informationWeight: 1, backboneFactor: 0.1 })
    expect(values(adapted.network.weights)).toEqual(values(first.network.weights))
    const moved = gradientStage(adapted.stages[0]).groups(0).map(({ name }) => name)
    expect(moved).toEqual(['block1', 'block2', 'bottleneck'])
    const rates = gradientStage(adapted.stages[0]).groups(0).map(({ learningRateFactor }) => learningRateFactor)
    expect(rates).toEqual([0.1, 0.1, 1])
  })
})

describe('adda', () => {
  const parameters = { sourceEpochs: 1, adversarialFactor: 1, hidden: 8 }

  it('fixes a copy of the encoder when the second stage begins', async () => {
    const run = adda.create(testContext(), parameters)
    const stage = gradientStage(run.stages[1])
    await stage.begin!({ streams: {}, inOrder: () => { throw new Error('not asked for') }, validation: async () => undefined, signal: new AbortController().signal })
    const fixed = new Map([...stage.state!()].filter(([name]) => name.startsWith('source/')))
    expect(values(fixed)).toEqual(values(run.network.weights))
    const moved = stage.further![0]!.groups(0).flatMap(({ variables }) => [...variables.keys()])
    expect(moved.filter((name) => name.startsWith('head'))).toEqual([])
    run.dispose()
  })
})

describe('labels by clustering', () => {
  it('follow the cluster an image lies in, not the one prediction that strays', async () => {
    // Features are the image's own two numbers. Two clusters, near (1, 0) and near (0, 1); the head leans so far towards
    // the first class that it gives it the second cluster's last image, (0.5, 1), too.
    const definition = tinyDefinition(['a', 'b'], {
      input: [1, 2, 1], blocks: [{ name: 'block1', title: '', layers: [{ kind: 'flatten', name: 'flatten' }] }]
    })
    const network = Network.create(definition, 1)
    network.weights.get('head.dense.kernel')!.assign(tf.tensor2d([[4, 0], [0, 4]]))
    network.weights.get('head.dense.bias')!.assign(tf.tensor1d([2.5, 0]))
    const images = [1, 0, 1, 0.1, 0.9, 0, 0, 1, 0.1, 1, 0, 1.1, 0.5, 1]
    const predicted = network.forward(tf.tensor4d(images, [7, 1, 2, 1]), { training: false }).argMax(1).dataSync()
    expect(predicted[6]).toBe(0)
    const source: BatchStream = {
      count: 7, stepsPerEpoch: 2, close: () => Promise.resolve(),
      next: (_epoch, step) => Promise.resolve(step === 0
        ? { inputs: tf.tensor4d(images.slice(0, 8), [4, 1, 2, 1]), positions: Int32Array.of(0, 1, 2, 3) }
        : { inputs: tf.tensor4d(images.slice(8), [3, 1, 2, 1]), positions: Int32Array.of(4, 5, 6) })
    }
    const before = tf.memory().numTensors
    expect(Array.from(await clusterLabels(network, source, new AbortController().signal))).toEqual([0, 0, 0, 1, 1, 1, 1])
    expect(tf.memory().numTensors).toBe(before)
    network.dispose()
  })
})

describe('a discrepancy from the first step on', () => {
  it('is warned of where the network does not know the source yet, and only there', () => {
    const params = { weight: 1, sourceEpochs: 0, sourceLearningRate: 0.001, backboneFactor: 1, trainedBlocks: 'all' as const, cap: true }
    const [fresh, trained] = [testContext(), testContext({ source: Network.create(tinyDefinition(), 3) })]
    for (const here of [fresh, trained]) ddc.create(here, params).dispose()
    expect(fresh.notes.map(({ en }) => en).join()).toContain('Let it learn the source alone first')
    expect(trained.notes).toEqual([])
  })
})
