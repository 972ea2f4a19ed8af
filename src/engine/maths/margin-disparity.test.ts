import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { marginDisparity } from './margin-disparity'

beforeAll(() => tf.setBackend('cpu'))

const logarithm = Math.log(3)
const first = tf.tensor2d([[5, 0]])
/** (0.75, 0.25) */
const towardsFirst = tf.tensor2d([[logarithm, 0]])

describe('margin disparity', () => {
  it('asks the adversary to agree on the source, times the margin, and to disagree on the target', () => {
    // −ln 0.75 = 0.287682 on the source; −ln(1 − 0.75) = 1.386294 on the target.
    const both = { head: first, adversary: towardsFirst }
    expect(marginDisparity(both, both, 4).dataSync()[0]).toBeCloseTo(4 * 0.287682 + 1.386294, 4)
    // The head says the second class: −ln 0.25 and −ln 0.75.
    const apart = { head: tf.tensor2d([[0, 5]]), adversary: towardsFirst }
    expect(marginDisparity(apart, apart, 2).dataSync()[0]).toBeCloseTo(2 * 1.386294 + 0.287682, 4)
  })

  it('stays a number where the adversary is beyond doubt', () => {
    const certain = tf.tensor2d([[1000, 0]])
    const loss = (adversary: tf.Tensor) => marginDisparity({ head: first, adversary: certain }, { head: first, adversary: adversary as tf.Tensor2D }, 4)
    // −ln 1e-6
    expect(loss(certain).dataSync()[0]).toBeCloseTo(13.8155, 3)
    expect(Array.from(tf.grad(loss)(certain).dataSync()).every(Number.isFinite)).toBe(true)
  })

  it('sends no gradient through the head\'s answers', () => {
    const gradient = tf.grad((head) =>
      marginDisparity({ head: head as tf.Tensor2D, adversary: towardsFirst }, { head: head as tf.Tensor2D, adversary: towardsFirst }, 4))(first)
    expect(Array.from(gradient.dataSync())).toEqual([0, 0])
  })
})
