import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { irmPenalty } from './irm'

beforeAll(() => tf.setBackend('cpu'))

const logarithm = Math.log(3)

describe('irmPenalty', () => {
  it('is the squared slope of the loss in a factor on the logits', () => {
    // softmax of (ln 3, 0) is (0.75, 0.25); truth (1, 0): −0.25 · ln 3 + 0.25 · 0 = −0.274653
    const value = irmPenalty(tf.tensor2d([[logarithm, 0]]), tf.tensor1d([0], 'int32'))
    expect(value.dataSync()[0]).toBeCloseTo(0.274653 ** 2, 5)
  })

  it('agrees with the slope measured by moving the factor', () => {
    const logits = [[1, -0.5, 2], [0.3, 0.2, -1], [-2, 1, 0.5]]
    const labels = [2, 0, 0]
    const loss = (factor: number) => logits.reduce((sum, row, index) => {
      const scaled = row.map((value) => value * factor)
      return sum + Math.log(scaled.reduce((total, value) => total + Math.exp(value), 0)) - scaled[labels[index]!]!
    }, 0) / logits.length
    const slope = (loss(1 + 1e-5) - loss(1 - 1e-5)) / 2e-5
    expect(irmPenalty(tf.tensor2d(logits), tf.tensor1d(labels, 'int32')).dataSync()[0]).toBeCloseTo(slope ** 2, 5)
  })

  it('multiplies the slopes of even and odd examples when asked to', () => {
    // the same logits with truth 0 and 1: −0.25 · ln 3 = −0.274653 and 0.75 · ln 3 = 0.823959
    const value = irmPenalty(tf.tensor2d([[logarithm, 0], [logarithm, 0]]), tf.tensor1d([0, 1], 'int32'), { halves: true })
    expect(value.dataSync()[0]).toBeCloseTo(-0.274653 * 0.823959, 5)
  })
})
