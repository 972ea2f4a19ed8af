import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { riskVariance } from './v-rex'

beforeAll(() => tf.setBackend('cpu'))

describe('riskVariance', () => {
  it('is the variance over the environments', () => {
    // 1, 2, 6: mean 3, (4 + 1 + 9)/3
    expect(riskVariance(tf.tensor1d([1, 2, 6])).dataSync()[0]).toBeCloseTo(14 / 3, 5)
    expect(riskVariance(tf.tensor1d([2, 2, 2])).dataSync()[0]).toBe(0)
  })

  it('pulls the risks together', () => {
    // 2/2 · (1 − 2), 2/2 · (3 − 2)
    expect(Array.from(tf.grad((losses) => riskVariance(losses as tf.Tensor1D))(tf.tensor1d([1, 3])).dataSync())).toEqual([-1, 1])
  })
})
