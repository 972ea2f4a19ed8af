import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { domainCrossEntropy, multilinearMap, randomisedMultilinearMap } from './domain-adversarial'

beforeAll(() => tf.setBackend('cpu'))

describe('domainCrossEntropy', () => {
  it('is the binary cross-entropy of source against target', () => {
    // source at probability 0.5: ln 2; target at 0.75 for source: ln 4
    const value = domainCrossEntropy(tf.tensor2d([[0], [Math.log(3)]]), tf.tensor1d([1, 0]))
    expect(value.dataSync()[0]).toBeCloseTo((0.693147 + 1.386294) / 2, 5)
  })

  it('weighs the examples', () => {
    const value = domainCrossEntropy(tf.tensor1d([0, Math.log(3)]), tf.tensor1d([1, 0]), tf.tensor1d([2, 0]))
    expect(value.dataSync()[0]).toBeCloseTo(0.693147, 5)
  })

  it('stays finite however sure the discriminator is', () => {
    // right: 0; wrong: 1000
    expect(domainCrossEntropy(tf.tensor1d([1000, -1000]), tf.tensor1d([1, 0])).dataSync()[0]).toBeCloseTo(0, 6)
    expect(domainCrossEntropy(tf.tensor1d([-1000, 1000]), tf.tensor1d([1, 0])).dataSync()[0]).toBeCloseTo(1000, 3)
  })
})

describe('multilinearMap', () => {
  it('multiplies every probability with every feature', () => {
    const rows = multilinearMap(tf.tensor2d([[1, 2]]), tf.tensor2d([[0.25, 0.75]]))
    expect(Array.from(rows.dataSync())).toEqual([0.25, 0.5, 0.75, 1.5])
  })

  it('lets no gradient into the predictions', () => {
    const [features, predictions] = tf.grads((f, p) => tf.sum(multilinearMap(f as tf.Tensor2D, p as tf.Tensor2D)))(
      [tf.tensor2d([[1, 2]]), tf.tensor2d([[0.25, 0.5]])]
    )
    expect(Array.from(features!.dataSync())).toEqual([0.75, 0.75])
    expect(Array.from(predictions!.dataSync())).toEqual([0, 0])
  })
})

describe('randomisedMultilinearMap', () => {
  const matrices = { features: tf.tensor2d([[1, 0, 2, 1], [0, 1, 1, -1]]), predictions: tf.tensor2d([[2, 0, 0, 4], [0, 4, 4, 4]]) }

  it('multiplies what features and predictions are projected to', () => {
    // (1, 2) becomes (1, 2, 4, −1), (0.25, 0.75) becomes (0.5, 3, 3, 4); products 0.5, 6, 12, −4, over √4
    const rows = randomisedMultilinearMap(tf.tensor2d([[1, 2]]), tf.tensor2d([[0.25, 0.75]]), matrices)
    expect(Array.from(rows.dataSync())).toEqual([0.25, 3, 6, -2])
  })

  it('lets no gradient into the predictions', () => {
    const [features, predictions] = tf.grads((f, p) => tf.sum(randomisedMultilinearMap(f as tf.Tensor2D, p as tf.Tensor2D, matrices)))(
      [tf.tensor2d([[1, 2]]), tf.tensor2d([[0.25, 0.75]])]
    )
    // the matrix times the projected predictions, over 2: (0.5 + 6 + 4, 3 + 3 − 4) / 2
    expect(Array.from(features!.dataSync())).toEqual([5.25, 1])
    expect(Array.from(predictions!.dataSync())).toEqual([0, 0])
  })
})
