import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { classConfusion } from './class-confusion'

beforeAll(() => tf.setBackend('cpu'))

const logarithm = Math.log(3)

describe('class confusion', () => {
  it('is what two classes share of the same images, per class', () => {
    // Both predictions (0.75, 0.25) at temperature 1, so that both weigh 1: C = 2 · [[0.5625, 0.1875], [0.1875, 0.0625]].
    // Off the diagonal of the rows, each brought to 1: 0.25 and 0.75; together 1, over two classes 0.5.
    expect(classConfusion(tf.tensor2d([[logarithm, 0], [logarithm, 0]]), 1).dataSync()[0]).toBeCloseTo(0.5, 5)
    // (0.75, 0.25) and (0.25, 0.75): C = [[0.625, 0.375], [0.375, 0.625]], of each row 0.375.
    expect(classConfusion(tf.tensor2d([[logarithm, 0], [0, logarithm]]), 1).dataSync()[0]).toBeCloseTo(0.375, 5)
  })

  it('takes its temperature from the logits', () => {
    expect(classConfusion(tf.tensor2d([[2 * logarithm, 0], [0, 2 * logarithm]]), 2).dataSync()[0]).toBeCloseTo(0.375, 5)
  })

  it('is a number, and so is its gradient, where a class is never predicted', () => {
    const certain = tf.tensor2d([[1000, 0, -1000], [0, 1000, -1000]])
    expect(classConfusion(certain, 2.5).dataSync()[0]).toBeCloseTo(0, 5)
    const gradient = tf.grad((x) => classConfusion(x as tf.Tensor2D, 2.5))(certain)
    expect(Array.from(gradient.dataSync()).every(Number.isFinite)).toBe(true)
  })
})
