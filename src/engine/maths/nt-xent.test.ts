import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { ntXent } from './nt-xent'

beforeAll(() => tf.setBackend('cpu'))

describe('ntXent', () => {
  it('asks each view for its partner among the others', () => {
    // partner at cosine 1, the two other views at 0: −1 + ln(e + 2)
    const views = tf.tensor2d([[1, 0], [0, 1]])
    expect(ntXent(views, views, 1).dataSync()[0]).toBeCloseTo(0.551445, 5)
    // at temperature 0.5: −2 + ln(e² + 2)
    expect(ntXent(views, views, 0.5).dataSync()[0]).toBeCloseTo(Math.log(Math.E ** 2 + 2) - 2, 5)
  })

  it('does not look at lengths', () => {
    expect(ntXent(tf.tensor2d([[3, 0], [0, 0.1]]), tf.tensor2d([[1, 0], [0, 200]]), 1).dataSync()[0]).toBeCloseTo(0.551445, 5)
  })

  it('costs most when the views are swapped', () => {
    // partner at 0; the wrong one at 1 and another at 0: ln(e + 2)
    const value = ntXent(tf.tensor2d([[1, 0], [0, 1]]), tf.tensor2d([[0, 1], [1, 0]]), 1)
    expect(value.dataSync()[0]).toBeCloseTo(1.551445, 5)
  })

  it('stays finite for a projection of zeros', () => {
    const zeros = tf.zeros([2, 2]) as tf.Tensor2D
    const gradient = tf.grad((x) => ntXent(x as tf.Tensor2D, zeros, 0.5))(zeros)
    expect(Array.from(gradient.dataSync()).every(Number.isFinite)).toBe(true)
  })
})
