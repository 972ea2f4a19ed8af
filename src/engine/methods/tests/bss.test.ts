import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { defaultsOf } from '../../../contract/parameters'
import { Network } from '../../network/network'
import { EpochOrder } from '../../batches/batches'
import { gradientStage, testContext, tinyDefinition } from './testing'
import { bss } from '../bss'

beforeAll(() => tf.setBackend('cpu'))

const stageOf = (params: object = {}) => gradientStage(bss.create(
  testContext({ source: Network.create(tinyDefinition(), 1) }), { ...defaultsOf(bss.parameters), ...params }
).stages[0])

it('never takes the singular values of the smaller batch at an epoch\'s end, yet trains on few images', () => {
  const sizes = (images: number) => {
    const order = new EpochOrder({
      positions: new Int32Array(images), batchSize: 4, seed: 1, name: 'target', shuffle: true, dropLast: stageOf().wholeBatches
    })
    return Array.from({ length: order.stepsPerEpoch }, (_, step) => order.batch(0, step).positions.length)
  }
  expect(sizes(10)).toEqual([4, 4])
  expect(sizes(3)).toEqual([3])
})

it('trains the head faster than the blocks where told to', () => {
  const factors = (params?: object) => stageOf(params).groups(0).map(({ name, learningRateFactor }) => [name, learningRateFactor])
  expect(factors()).toEqual([['block1', 1], ['block2', 1], ['head', 1]])
  expect(factors({ headFactor: 10 })).toEqual([['block1', 1], ['block2', 1], ['head', 10]])
})
