import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { crossEntropy } from './cross-entropy'

beforeAll(() => tf.setBackend('cpu'))

describe('crossEntropy', () => {
  it('is the mean surprise at the labels, and pulls by softmax less one-hot over the batch', () => {
    // softmax (0.75, 0.25) with label 1 and (0.5, 0.5) with label 0: (ln 4 + ln 2) / 2
    const logits = tf.tensor2d([[Math.log(3), 0], [2, 2]])
    const { value, grad } = tf.valueAndGrad((x) => crossEntropy(x as tf.Tensor2D, tf.tensor1d([1, 0], 'int32')))(logits)
    expect(value.dataSync()[0]).toBeCloseTo(1.039721, 5)
    const expected = [0.375, -0.375, -0.25, 0.25]
    grad.dataSync().forEach((slope, index) => expect(slope).toBeCloseTo(expected[index]!, 6))
  })

  it('stays finite for logits however large', () => {
    const value = crossEntropy(tf.tensor2d([[1000, -1000], [1000, -1000]]), tf.tensor1d([0, 1], 'int32'))
    expect(value.dataSync()[0]).toBeCloseTo(1000, 3)
  })
})
