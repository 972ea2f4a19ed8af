import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { groupDro } from './group-dro'

beforeAll(() => tf.setBackend('cpu'))

describe('groupDro', () => {
  it('gives groups with a high loss more weight', () => {
    // 0.5 · 2¹ = 1 and 0.5 · 2³ = 4, together 5: (0.2, 0.8); loss 0.2 · 1 + 0.8 · 3
    const { loss, weights } = groupDro(tf.tensor1d([1, 3]), tf.tensor1d([0.5, 0.5]), Math.LN2)
    expect(weights.dataSync()[0]).toBeCloseTo(0.2, 6)
    expect(weights.dataSync()[1]).toBeCloseTo(0.8, 6)
    expect(loss.dataSync()[0]).toBeCloseTo(2.6, 5)
  })

  it('takes the weights as constants', () => {
    const gradient = tf.grad((losses) => groupDro(losses as tf.Tensor1D, tf.tensor1d([0.5, 0.5]), Math.LN2).loss)(tf.tensor1d([1, 3]))
    expect(gradient.dataSync()[0]).toBeCloseTo(0.2, 6)
    expect(gradient.dataSync()[1]).toBeCloseTo(0.8, 6)
  })
})
