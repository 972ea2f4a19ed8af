import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { defaultsOf } from '../../contract/parameters'
import { Network } from '../network/network'
import type { Batch } from '../training/_source'
import { gradientStage, someImages, startPosition, testContext, tinyDefinition } from './_testing'
import { distillation } from './distillation'
import { featureDistillation } from './feature-distillation'
import { semiSupervisedDistillation } from './semi-supervised-distillation'

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
