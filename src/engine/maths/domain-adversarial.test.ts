import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { domainCrossEntropy, multilinearMap } from './domain-adversarial'

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
