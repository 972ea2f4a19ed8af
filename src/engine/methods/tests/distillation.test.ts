import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { defaultsOf } from '../../../contract/parameters'
import { inference, Network } from '../../network/network'
import type { Batch, BatchStream } from '../../batches/batch-stream'
import type { GradientStage } from '../../training/stage'
import { gradientStage, someImages, startPosition, testContext, tinyDefinition } from './testing'
import { distillation } from '../distillation'
import { featureDistillation } from '../feature-distillation'
import { semiSupervisedDistillation } from '../semi-supervised-distillation'

beforeAll(() => tf.setBackend('cpu'))

const batch = (name: string, labelled = true): Batch => ({
  inputs: someImages(name, 4), ...(labelled && { labels: tf.tensor1d([0, 1, 1, 0], 'int32') }), positions: Int32Array.of(0, 1, 2, 3)
})
const teacher = () => Network.create(tinyDefinition(), 5)
const number = (tensor: tf.Tensor) => tensor.dataSync()[0]!

describe('distillation', () => {
  it('adds the teacher\'s term to the task\'s, weighed by λ', () => {
    const losses = (lambda: number) => gradientStage(distillation.create(
      testContext({ source: teacher() }), { ...defaultsOf(distillation.parameters), width: 1, lambda }
    ).stages[0]).step({ target: batch('one') }, startPosition).losses as Record<string, tf.Scalar>
    const [once, thrice] = [losses(1), losses(3)]
    expect(number(once.task!)).toBe(number(thrice.task!))
    expect(number(thrice.transfer!)).toBeCloseTo(3 * number(once.transfer!), 5)
    expect(number(once.total!)).toBeCloseTo(number(once.task!) + number(once.transfer!), 6)
  })

  it('has nothing to transfer to a student that is the teacher', () => {
    const source = Network.create(tinyDefinition(), 1)
    const run = distillation.create(testContext({ source, training: { seed: 1 } }), { ...defaultsOf(distillation.parameters), width: 1 })
    const { losses } = gradientStage(run.stages[0]).step({ target: batch('two') }, startPosition)
    expect(number((losses as Record<string, tf.Scalar>).transfer!)).toBeCloseTo(0, 5)
  })

  it('makes the student as asked, and says how small it is', () => {
    const context = testContext({
      source: Network.create(tinyDefinition(['a', 'b'], { input: [16, 16, 1] }), 1)
    })
    const run = distillation.create(context, { ...defaultsOf(distillation.parameters), student: 'seed-cnn', width: 0.25 })
    expect(run.network.definition).toMatchObject({ architecture: 'seed-cnn', options: { width: 0.25 }, input: [16, 16, 1] })
    expect(run.network.weights.get('block1.convolution.kernel')!.shape).toEqual([3, 3, 1, 8])
    expect(context.notes[0]!.en).toContain('% of the teacher\'s parameters')
    expect(() => distillation.create(context, { ...defaultsOf(distillation.parameters), student: 'lenet', width: 0.25 }))
      .toThrow('has no width')
  })
})

describe('semi-supervised distillation', () => {
  it('takes the teacher\'s answers from the unlabelled images only', () => {
    const stage = gradientStage(semiSupervisedDistillation.create(
      testContext({ source: teacher() }), { ...defaultsOf(semiSupervisedDistillation.parameters), width: 1 }
    ).stages[0])
    const losses = (labelled: string, unlabelled: string) => stage.step(
      { target: batch(labelled), 'target-unlabelled': batch(unlabelled, false) }, startPosition
    ).losses as Record<string, tf.Scalar>
    const [first, otherUnlabelled, otherLabelled] = [losses('a', 'b'), losses('a', 'c'), losses('d', 'b')]
    expect(number(otherUnlabelled.task!)).toBeCloseTo(number(first.task!), 6)
    expect(number(otherUnlabelled.transfer!)).not.toBeCloseTo(number(first.transfer!), 3)
    expect(number(otherLabelled.transfer!)).toBeCloseTo(number(first.transfer!), 6)
    expect(number(otherLabelled.task!)).not.toBeCloseTo(number(first.task!), 3)
  })
})

describe('feature distillation', () => {
  const made = (hints: string[]) => gradientStage(featureDistillation.create(
    testContext({ source: teacher() }), { ...defaultsOf(featureDistillation.parameters), width: 1, lambda: 1, hints }
  ).stages[0])
  const part = (stage: GradientStage, name: string) => stage.state!().get(name)!
  const transfer = (stage: GradientStage) =>
    (stage.step({ target: batch('hints') }, startPosition).losses as Record<string, tf.Scalar>).transfer!
  const target: BatchStream = { count: 4, stepsPerEpoch: 1, next: () => Promise.resolve(batch('hints')), close: () => Promise.resolve() }
  const begin = (stage: GradientStage) => stage.begin!({
    streams: { target }, inOrder: () => target, validation: () => Promise.resolve(undefined), signal: new AbortController().signal
  })

  it('sends the regressor through the rectifier that the teacher\'s block ends in, and through none where that is linear', () => {
    // A regressor that says -1 everywhere: behind a rectifier that is 0. block1 ends in one, block2 in a dense layer.
    for (const [name, said] of [['block1', 0], ['block2', -1]] as const) {
      const stage = made([name])
      const kernel = part(stage, `hint-${name}.kernel`)
      kernel.assign(tf.zeros(kernel.shape))
      part(stage, `hint-${name}.bias`).assign(tf.fill(part(stage, `hint-${name}.bias`).shape, -1))
      const map = teacher().outputs(someImages('hints', 4), [name], inference).blocks[0]!
      expect(number(transfer(stage))).toBeCloseTo(number(tf.mean(tf.square(tf.sub(map, said)))), 5)
    }
  })

  it('begins with no unit dead: the hint moves each of them and the student', async () => {
    const stage = made(['block1'])
    const bias = part(stage, 'hint-block1.bias')
    bias.assign(tf.fill(bias.shape, -100))
    const gradients = () => tf.variableGrads(() => transfer(stage), stage.groups(0).flatMap(({ variables }) => [...variables.values()])).grads
    expect([...gradients()[bias.name]!.dataSync()]).toEqual([0, 0, 0])
    const before = tf.memory().numTensors
    await begin(stage)
    expect(tf.memory().numTensors).toBe(before)
    const moved = gradients()
    for (const gradient of moved[bias.name]!.dataSync()) expect(Math.abs(gradient)).toBeGreaterThan(1e-3)
    const student = Object.entries(moved).find(([name]) => name.endsWith('block1.convolution.kernel'))![1]
    expect(number(tf.max(tf.abs(student)))).toBeGreaterThan(1e-3)
  })

  it('leaves a linear regressor as it was drawn', async () => {
    const stage = made(['block2'])
    const drawn = [...part(stage, 'hint-block2.bias').dataSync()]
    await begin(stage)
    expect([...part(stage, 'hint-block2.bias').dataSync()]).toEqual(drawn)
  })

  it('trains a regressor that a checkpoint keeps', () => {
    const run = featureDistillation.create(
      testContext({ source: teacher() }), { ...defaultsOf(featureDistillation.parameters), width: 1, hints: ['block1', 'block2'] }
    )
    const stage = gradientStage(run.stages[0])
    const trained = stage.groups(0).flatMap(({ variables }) => [...variables.keys()])
    const kept = [...stage.state!().keys()]
    expect(kept).toEqual(['hint-block1.kernel', 'hint-block1.bias', 'hint-block2.kernel', 'hint-block2.bias'])
    expect(trained).toEqual(expect.arrayContaining(kept))
    const before = tf.memory().numTensors
    run.dispose()
    // Six weights and four of the regressors.
    expect(before - tf.memory().numTensors).toBe(10)
  })
})
