import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { coral, coralWithMeans } from './coral'

beforeAll(() => tf.setBackend('cpu'))

// covariances [[2, 2], [2, 2]] and [[2, −2], [−2, 2]]; means (1, 1) and (1, −1)
const source = [[0, 0], [2, 2]]
const target = [[0, 0], [2, -2]]

describe('CORAL', () => {
  it('is the squared distance of the covariances over 4 d²', () => {
    // (4² + 4²) / (4 · 2²)
    expect(coral(tf.tensor2d(source), tf.tensor2d(target)).dataSync()[0]).toBeCloseTo(2, 6)
  })

  it('does not see a shift of the means', () => {
    expect(coral(tf.tensor2d(source), tf.tensor2d([[5, 7], [7, 9]])).dataSync()[0]).toBeCloseTo(0, 6)
  })

  it('with means sees it', () => {
    // mean of (0², 2²) + mean of (0, 4², 4², 0) = 2 + 8
    expect(coralWithMeans(tf.tensor2d(source), tf.tensor2d(target)).dataSync()[0]).toBeCloseTo(10, 6)
  })

  it('needs two examples of each', () => {
    expect(() => coral(tf.tensor2d([[1, 2]]), tf.tensor2d(target))).toThrow(RangeError)
  })
})
