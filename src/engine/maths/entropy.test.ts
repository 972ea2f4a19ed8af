import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { classifierDiscrepancy, diversity, entropy, entropyWeights, informationMaximisation } from './entropy'

beforeAll(() => tf.setBackend('cpu'))

const logarithm = Math.log(3)

describe('entropy', () => {
  it('is the mean of the predictions\' entropies', () => {
    // of (0.75, 0.25): 0.562335; of (0.5, 0.5): 0.693147
    expect(entropy(tf.tensor2d([[logarithm, 0], [0, 0]])).dataSync()[0]).toBeCloseTo(0.627741, 5)
  })

  it('is 0, with a finite gradient, for a prediction beyond doubt', () => {
    const certain = tf.tensor2d([[1000, 0, -1000]])
    expect(entropy(certain).dataSync()[0]).toBeCloseTo(0, 6)
    expect(Array.from(tf.grad((x) => entropy(x as tf.Tensor2D))(certain).dataSync()).every(Number.isFinite)).toBe(true)
  })
})

describe('diversity', () => {
  it('is the entropy of the mean prediction', () => {
    // mean of (0.75, 0.25) and (0.25, 0.75): ln 2, less the guard's 2e-5
    expect(diversity(tf.tensor2d([[logarithm, 0], [0, logarithm]])).dataSync()[0]).toBeCloseTo(0.693127, 5)
  })

  it('is nothing when all images fall into one class', () => {
    expect(diversity(tf.tensor2d([[100, 0], [100, 0]])).dataSync()[0]).toBeCloseTo(0, 4)
  })
})

describe('informationMaximisation', () => {
  it('is certainty less diversity', () => {
    // 0.562315 − 0.693127
    expect(informationMaximisation(tf.tensor2d([[logarithm, 0], [0, logarithm]])).dataSync()[0]).toBeCloseTo(-0.130812, 5)
  })
})

describe('classifierDiscrepancy', () => {
  it('is the mean difference of the probabilities', () => {
    // (0.75, 0.25) and (0.5, 0.5)
    expect(classifierDiscrepancy(tf.tensor2d([[logarithm, 0]]), tf.tensor2d([[0, 0]])).dataSync()[0]).toBeCloseTo(0.25, 6)
  })
})

describe('entropyWeights', () => {
  it('counts certain predictions more, with a mean of 1', () => {
    // entropies ln 2 and 0: 1.5 and 2 over 1.75
    const weights = Array.from(entropyWeights(tf.tensor2d([[0, 0], [100, 0]])).dataSync())
    expect(weights[0]).toBeCloseTo(0.857143, 5)
    expect(weights[1]).toBeCloseTo(1.142857, 5)
  })
})
