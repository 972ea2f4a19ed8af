import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { defaultsOf } from '../../../contract/parameters'
import type { ModelRef } from '../../../contract/models'
import { inference, Network } from '../../network/network'
import type { BatchStream } from '../../batches/batch-stream'
import type { FitStage, Stage } from '../../training/stage'
import type { MethodRun } from '../shared/method'
import { gradientStage, someImages, startPosition, testContext, tinyDefinition } from './testing'
import { barriers } from '../shared/soup'
import { ensemble } from '../ensemble'
import { greedySoup } from '../greedy-soup'
import { multiTeacher } from '../multi-teacher'
import { uniformSoup } from '../uniform-soup'

beforeAll(() => tf.setBackend('cpu'))

const values = (tensor: tf.Tensor): number[] => Array.from(tensor.dataSync())
const bias = 'head.dense.bias'

/** Answers `a` or `b` with this many nats, whatever it sees. */
function decided(logits: [number, number]): Network {
  const network = Network.create(tinyDefinition(), 1)
  for (const [name, weight] of network.weights) {
    const value = name === bias ? tf.tensor1d(logits) : tf.zerosLike(weight)
    weight.assign(value)
    value.dispose()
  }
  return network
}

const refsIn = (others: Record<string, unknown>): ModelRef[] => Object.keys(others).map((name) => name as ModelRef)

const contextOf = (source: Network, others: Record<string, Network>, more: Parameters<typeof testContext>[0] = {}) =>
  testContext({ source, teachers: new Map(refsIn(others).map((ref) => [ref, others[ref]!])), ...more })

/** Four labelled validation images: three of `a`, one of `b`. */
function validationImages(): BatchStream {
  return {
    count: 4, stepsPerEpoch: 1, close: async () => undefined,
    next: async () => ({ inputs: someImages('validation', 4), labels: tf.tensor1d([0, 0, 0, 1], 'int32'), positions: Int32Array.of(0, 1, 2, 3) })
  }
}

function fitStage(stage: Stage | undefined): FitStage {
  if (stage?.kind !== 'fit') throw new Error('not a stage of fitting')
  return stage
}

const fit = (run: MethodRun, images: BatchStream | undefined = validationImages()): Promise<void> => fitStage(run.stages[0]).fit({
  streams: {}, inOrder: () => { throw new Error('not asked for') }, featuresInOrder: () => Promise.reject(new Error('not asked for')), validation: async () => images,
  signal: new AbortController().signal, onProgress: () => undefined
})

describe('a uniform soup', () => {
  it('is the mean of the weights', async () => {
    const networks = [1, 2, 3].map((seed) => Network.create(tinyDefinition(), seed))
    const run = uniformSoup.create(contextOf(networks[0]!, { 'run:b': networks[1]!, 'run:c': networks[2]! }), { models: ['run:b', 'run:c'], barrierPoints: 0 })
    await fit(run)
    for (const [name, weight] of run.network.weights) {
      const of = networks.map(({ weights }) => values(weights.get(name)!))
      values(weight).forEach((value, index) => expect(value).toBeCloseTo((of[0]![index]! + of[1]![index]! + of[2]![index]!) / 3, 6))
    }
  })

  it('leaves its ingredients as they were, and no tensor', async () => {
    const [one, other] = [decided([1, 0]), decided([0, 1])]
    const before = tf.memory().numTensors
    const run = uniformSoup.create(contextOf(one, { 'run:b': other }), { models: ['run:b'], barrierPoints: 3 })
    await fit(run)
    expect(values(one.weights.get(bias)!)).toEqual([1, 0])
    expect(values(run.network.weights.get(bias)!)).toEqual([0.5, 0.5])
    run.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })

  it('is made without validation images too, and says that no barrier was measured', async () => {
    const context = contextOf(decided([1, 0]), { 'run:b': decided([3, 0]) })
    const run = uniformSoup.create(context, { models: ['run:b'], barrierPoints: 3 })
    await fitStage(run.stages[0]).fit({
      streams: {}, inOrder: () => { throw new Error('not asked for') }, featuresInOrder: () => Promise.reject(new Error('not asked for')), validation: async () => undefined,
      signal: new AbortController().signal, onProgress: () => undefined
    })
    expect(values(run.network.weights.get(bias)!)).toEqual([2, 0])
    expect(context.notes[0]!.en).toContain('not measured')
  })

  it('refuses models that do not share a shape, and says in what they differ', () => {
    const one = decided([1, 0])
    const soup = (other: Network) => () => uniformSoup.create(contextOf(one, { 'run:b': other }), { models: ['run:b'], barrierPoints: 0 })
    expect(soup(Network.create(tinyDefinition(['a', 'b'], { architecture: 'lenet' }), 1))).toThrow('they differ in architecture')
    expect(soup(Network.create(tinyDefinition(['a', 'b'], { input: [8, 8, 1] }), 1))).toThrow('they differ in input')
    expect(soup(Network.create(tinyDefinition(['b', 'a']), 1))).toThrow('they differ in classes')
    const [first, second] = tinyDefinition().blocks
    expect(soup(Network.create(tinyDefinition(['a', 'b'], { blocks: [first!, { ...second!, layers: [{ kind: 'flatten', name: 'flatten' }, { kind: 'dense', name: 'dense', units: 9, bias: true }] }] }), 1)))
      .toThrow('they differ in the shapes of their weights')
  })
})

describe('the loss barrier between two models', () => {
  const kitchen = (networks: Network[], loss: (answer: number[]) => number) => {
    const mixed = decided([0, 0])
    return {
      members: networks.map((network, index) => ({ title: { en: `m${index}`, zh: `m${index}` }, network })),
      mix: (of: readonly Network[], shares: readonly number[] = of.map(() => 1 / of.length)) => {
        mixed.weights.get(bias)!.assign(tf.addN(of.map(({ weights }, index) => tf.mul(weights.get(bias)!, shares[index]!))))
      },
      score: async () => ({ accuracy: 0, loss: loss(values(mixed.weights.get(bias)!)) })
    }
  }

  it('is 0 for two that are the same', async () => {
    const [found] = await barriers(kitchen([decided([2, 1]), decided([2, 1])], ([first]) => first!), 4)
    expect(found!.height).toBeCloseTo(0, 6)
  })

  it('is the rise above the straight line, at the worst mixture', async () => {
    // From −1 to 1 the loss 1 − x² is 0, 0.75, 1, 0.75, 0: 1 above the line in the middle
    const [found] = await barriers(kitchen([decided([-1, 0]), decided([1, 0])], ([first]) => 1 - first! ** 2), 3)
    expect(found!.height).toBeCloseTo(1, 6)
  })

  it('is told of every pair', async () => {
    const context = contextOf(decided([1, 0]), { 'run:b': decided([0, 0]), 'run:c': decided([2, 0]) })
    const run = uniformSoup.create(context, { models: ['run:b', 'run:c'], barrierPoints: 2 })
    await fit(run)
    const [note] = context.notes
    for (const pair of ['the source – run:b', 'the source – run:c', 'run:b – run:c']) expect(note!.en).toContain(pair)
    // Cross-entropy is convex in the bias: nothing rises above the line.
    expect(note!.en).toContain('highest 0.000')
  })
})

describe('a greedy soup', () => {
  const soup = async (source: [number, number], others: Record<string, [number, number]>) => {
    const context = contextOf(decided(source), Object.fromEntries(Object.entries(others).map(([name, logits]) => [name, decided(logits)])))
    const run = greedySoup.create(context, { models: refsIn(others), barrierPoints: 0 })
    await fit(run)
    return { bias: values(run.network.weights.get(bias)!), note: context.notes.at(-1)!.en }
  }

  it('takes what does not lower the accuracy', async () => {
    // Both say a (3 of 4 right), so does their mean.
    const { bias: mean, note } = await soup([1, 0], { 'run:b': [3, 0] })
    expect(mean).toEqual([2, 0])
    expect(note).toContain('2 of 2 models')
  })

  it('leaves out a bad one, wherever it stands', async () => {
    // b alone is right 1 time in 4; with it the mean of the others, (2, 0), would become (−2, 0).
    const { bias: mean, note } = await soup([1, 0], { 'run:bad': [-10, 0], 'run:c': [3, 0] })
    expect(mean).toEqual([2, 0])
    expect(note).toContain('2 of 3 models')
    expect(note).toContain('run:bad 25.0 %,')
    expect(note).toContain('run:c 75.0 % ✓')
    expect((await soup([-10, 0], { 'run:b': [1, 0], 'run:c': [3, 0] })).bias).toEqual([2, 0])
  })
})

describe('an ensemble', () => {
  it('answers with the mean of its members\' probabilities', async () => {
    // (0.75, 0.25) and (0.5, 0.5) → (0.625, 0.375)
    const context = contextOf(decided([Math.log(3), 0]), { 'run:b': decided([0, 0]) })
    const run = ensemble.create(context, { models: ['run:b'] })
    await fit(run)
    const probabilities = values(tf.softmax(run.classifier!().logits(someImages('any', 1))))
    expect(probabilities[0]).toBeCloseTo(0.625, 6)
    expect(probabilities[1]).toBeCloseTo(0.375, 6)
    expect(context.notes[0]!.en).toBe('2 models answer together: 75.0 % on validation.')
  })

  it('takes a member whose classes stand in another order', () => {
    const other = Network.create(tinyDefinition(['b', 'a']), 4)
    const run = ensemble.create(contextOf(Network.create(tinyDefinition(), 4), { 'run:b': other }), { models: ['run:b'] })
    const inputs = someImages('order', 2)
    const swapped = tf.reverse(tf.softmax(other.forward(inputs, inference)), 1)
    const expected = values(tf.div(tf.add(tf.softmax(run.network.forward(inputs, inference)), swapped), 2))
    values(tf.softmax(run.classifier!().logits(inputs))).forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, 6))
  })

  it('frees its copies and leaves what it was lent', () => {
    const [one, other] = [decided([1, 0]), decided([0, 1])]
    const before = tf.memory().numTensors
    ensemble.create(contextOf(one, { 'run:b': other }), { models: ['run:b'] }).dispose()
    expect(tf.memory().numTensors).toBe(before)
    expect(values(other.weights.get(bias)!)).toEqual([0, 1])
  })
})

describe('several teachers', () => {
  it('teach what they say on average', () => {
    const step = (others: Record<string, Network>) => {
      const run = multiTeacher.create(
        contextOf(decided([2, 0]), others), { ...defaultsOf(multiTeacher.parameters), teachers: refsIn(others), width: 1, temperature: 1 }
      )
      for (const [name, weight] of run.network.weights) weight.assign(name === bias ? tf.tensor1d([0, 0]) : tf.zerosLike(weight))
      const batch = { inputs: someImages('lesson', 2), labels: tf.tensor1d([0, 1], 'int32'), positions: Int32Array.of(0, 1) }
      return gradientStage(run.stages[0]).step({ target: batch }, startPosition).losses as Record<string, tf.Scalar>
    }
    // (p, 1 − p) and (1 − p, p) are undecided together, and so is the student.
    expect(values(step({ 'run:b': decided([-2, 0]) }).transfer!)[0]).toBeCloseTo(0, 6)
    // Both say p = 1 / (1 + e⁻²) = 0.880797: ln 2 + p ln p + (1 − p) ln (1 − p) = 0.327814
    const { transfer, task, total } = step({ 'run:b': decided([2, 0]) })
    expect(values(transfer!)[0]).toBeCloseTo(0.327814, 5)
    expect(values(total!)[0]).toBeCloseTo(Math.log(2) + 0.327814, 5)
    expect(values(task!)[0]).toBeCloseTo(Math.log(2), 5)
  })
})
