import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { batchSpectralShrinkage } from './bss'

beforeAll(() => tf.setBackend('cpu'))

const gradientOf = (features: tf.Tensor2D, count: number): number[] =>
  Array.from(tf.grad((x) => batchSpectralShrinkage(x as tf.Tensor2D, count))(features).dataSync())

describe('batchSpectralShrinkage', () => {
  it('is the square of the smallest singular value', () => {
    // singular values of the rectangle: 4, 3
    const features = tf.tensor2d([[3, 0, 0], [0, 4, 0]])
    expect(batchSpectralShrinkage(features).dataSync()[0]).toBeCloseTo(9, 5)
    expect(batchSpectralShrinkage(features, 2).dataSync()[0]).toBeCloseTo(25, 5)
  })

  it('pulls along the smallest direction only', () => {
    // 2 · 3 · u vᵀ
    gradientOf(tf.tensor2d([[3, 0, 0], [0, 4, 0]]), 1).forEach((value, index) => expect(value).toBeCloseTo([6, 0, 0, 0, 0, 0][index]!, 5))
  })

  it('is the same for more images than features', () => {
    const features = tf.tensor2d([[3, 0], [0, 4], [0, 0]])
    expect(batchSpectralShrinkage(features).dataSync()[0]).toBeCloseTo(9, 5)
    gradientOf(features, 1).forEach((value, index) => expect(value).toBeCloseTo([6, 0, 0, 0, 0, 0][index]!, 5))
  })

  it('has the gradient that moving each number shows', () => {
    const values = [1.2, -0.3, 0.7, 0.1, 2, -1.1, 0.4, 0.9, -0.6, 1.5, 0.2, -2.1]
    const at = (moved: number[]) => batchSpectralShrinkage(tf.tensor2d(moved, [3, 4]), 2).dataSync()[0]!
    const gradient = gradientOf(tf.tensor2d(values, [3, 4]), 2)
    values.forEach((_, index) => {
      const moved = (by: number) => values.map((value, place) => place === index ? value + by : value)
      expect(gradient[index]).toBeCloseTo((at(moved(0.01)) - at(moved(-0.01))) / 0.02, 2)
    })
  })

  it('is 0, with no pull, where images repeat', () => {
    const features = tf.tensor2d([[1, 1], [1, 1]])
    expect(batchSpectralShrinkage(features).dataSync()[0]).toBeCloseTo(0, 6)
    gradientOf(features, 1).forEach((value) => expect(value).toBeCloseTo(0, 6))
  })

  it('takes all there are when asked for more', () => {
    expect(batchSpectralShrinkage(tf.tensor2d([[3, 4]]), 5).dataSync()[0]).toBeCloseTo(25, 5)
  })
})
