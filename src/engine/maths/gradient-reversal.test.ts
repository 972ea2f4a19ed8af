import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { reversalCoefficient, reverseGradient } from './gradient-reversal'

beforeAll(() => tf.setBackend('cpu'))

describe('reverseGradient', () => {
  it('changes nothing on the way up and turns the gradient round on the way down', () => {
    const x = tf.tensor1d([1, -2])
    expect(Array.from(reverseGradient(x, 0.5).dataSync())).toEqual([1, -2])
    // d/dx Σ 3x = 3, times −0.5
    const gradient = tf.grad((value) => tf.sum(tf.mul(reverseGradient(value, 0.5), 3)))(x)
    expect(Array.from(gradient.dataSync())).toEqual([-1.5, -1.5])
  })
})

describe('reversalCoefficient', () => {
  it('rises from 0 to almost 1', () => {
    // 2/(1 + e⁻¹) − 1 and 2/(1 + e⁻¹⁰) − 1
    expect(reversalCoefficient(0)).toBe(0)
    expect(reversalCoefficient(0.1)).toBeCloseTo(0.4621172, 6)
    expect(reversalCoefficient(1)).toBeCloseTo(0.9999092, 6)
  })
})
