import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { maskedReconstruction } from './masked-reconstruction'

beforeAll(() => tf.setBackend('cpu'))

const wanted = tf.tensor4d([1, 2, 3, 4, 5, 6], [1, 1, 3, 2])
const mask = tf.tensor4d([1, 0, 1], [1, 1, 3, 1])

describe('maskedReconstruction', () => {
  it('is the mean over what is masked', () => {
    // |0 − 1| + |0 − 2| + |5 − 5| + |9 − 6| = 6 over 2 pixels of 2 channels
    const predicted = tf.tensor4d([0, 0, 100, 100, 5, 9], [1, 1, 3, 2])
    expect(maskedReconstruction(predicted, wanted, mask).dataSync()[0]).toBeCloseTo(1.5, 6)
  })

  it('does not look at what is visible', () => {
    const predicted = tf.tensor4d([1, 2, -50, 50, 5, 6], [1, 1, 3, 2])
    const { value, grad } = tf.valueAndGrad((x) => maskedReconstruction(x as tf.Tensor4D, wanted, mask))(predicted)
    expect(value.dataSync()[0]).toBe(0)
    expect(Array.from(grad.dataSync(), Math.abs).slice(2, 4)).toEqual([0, 0])
  })
})
