import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { stopGradient } from './stop-gradient'

beforeAll(() => tf.setBackend('cpu'))

describe('stopGradient', () => {
  it('lets numbers through and no gradient', () => {
    const x = tf.tensor1d([3, 4])
    expect(Array.from(stopGradient(x).dataSync())).toEqual([3, 4])
    // d/dx x · stop(x) = stop(x)
    const gradient = tf.grad((value) => tf.sum(tf.mul(value, stopGradient(value))))(x)
    expect(Array.from(gradient.dataSync())).toEqual([3, 4])
  })
})
