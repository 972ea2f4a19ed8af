import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { linearMmd } from './linear-mmd'

beforeAll(() => tf.setBackend('cpu'))

it('is the squared distance of the means, and pulls each image by it', () => {
  const source = tf.tensor2d([[0, 2], [2, 4]])
  const target = tf.tensor2d([[3, 1], [1, 1], [2, 4]])
  // means (1, 3) and (2, 2): (−1)² + 1² = 2; gradient in each source row: 2 · (mean difference) / 2 = (−1, 1)
  const { value, grad } = tf.valueAndGrad((x: tf.Tensor2D) => linearMmd(x, target))(source)
  expect(value.dataSync()[0]).toBeCloseTo(2, 6)
  expect(Array.from(grad.dataSync())).toEqual([-1, 1, -1, 1])
})
