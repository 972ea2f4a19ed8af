import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { confidentCrossEntropy } from './confident-cross-entropy'

beforeAll(() => tf.setBackend('cpu'))

const logarithm = Math.log(3)
/** (0.75, 0.25) and (0.5, 0.5) */
const weak = tf.tensor2d([[logarithm, 0], [0, 0]])
/** (0.25, 0.75) each */
const strong = tf.tensor2d([[0, logarithm], [0, logarithm]])

describe('confident cross-entropy', () => {
  it('counts certain answers alone, over all images', () => {
    // The first image alone: −ln 0.25 = 1.386294, over two images.
    expect(confidentCrossEntropy(weak, strong, 0.7).dataSync()[0]).toBeCloseTo(0.693147, 5)
    expect(confidentCrossEntropy(weak, strong, 0.8).dataSync()[0]).toBeCloseTo(0, 6)
  })

  it('moves the strong answers alone', () => {
    const ofStrong = tf.grad((given) => confidentCrossEntropy(weak, given as tf.Tensor2D, 0.7))(strong)
    expect(() => tf.grad((given) => confidentCrossEntropy(given as tf.Tensor2D, strong, 0.7))(weak)).toThrow('Cannot compute gradient')
    // (0.25 − 1, 0.75) / 2 for the first image, nothing for the second.
    ;[-0.375, 0.375, 0, 0].forEach((value, index) => expect(ofStrong.dataSync()[index]).toBeCloseTo(value, 5))
  })
})
