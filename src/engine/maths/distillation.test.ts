import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { distillation, distillationFromMany, hint } from './distillation'

beforeAll(() => tf.setBackend('cpu'))

describe('distillation', () => {
  it('is the divergence at the temperature, times its square', () => {
    // at T = 2 teacher (0.75, 0.25), student (0.5, 0.5): 0.75 ln 1.5 + 0.25 ln 0.5 = 0.130812; · 4
    const value = distillation(tf.tensor2d([[0, 0]]), tf.tensor2d([[2 * Math.log(3), 0]]), 2)
    expect(value.dataSync()[0]).toBeCloseTo(0.523248, 5)
  })

  it('is 0 for a perfect copy', () => {
    const logits = tf.tensor2d([[1, 2, 3], [-4, 0, 100]])
    expect(distillation(logits, logits, 4).dataSync()[0]).toBeCloseTo(0, 6)
  })

  it('teaches the student only', () => {
    const [, gradient] = tf.grads((student, teacher) => distillation(student as tf.Tensor2D, teacher as tf.Tensor2D, 2))(
      [tf.tensor2d([[0, 0]]), tf.tensor2d([[1, 0]])]
    )
    expect(Array.from(gradient!.dataSync())).toEqual([0, 0])
  })
})

describe('distillationFromMany', () => {
  it('teaches what the teachers say on average', () => {
    // (0.75, 0.25) and (0.25, 0.75) are (0.5, 0.5) together: against a student of (0.75, 0.25) 0.5 ln (0.5 / 0.75) + 0.5 ln (0.5 / 0.25)
    const one = tf.tensor2d([[Math.log(3), 0]])
    const other = tf.tensor2d([[0, Math.log(3)]])
    expect(distillationFromMany(one, [one, other], 1).dataSync()[0]).toBeCloseTo(0.143841, 5)
    expect(distillationFromMany(tf.tensor2d([[2, 2]]), [one, other], 1).dataSync()[0]).toBeCloseTo(0, 6)
  })

  it('is distillation for one teacher, and for the same one twice', () => {
    const [student, teacher] = [tf.tensor2d([[1, -2, 0.5]]), tf.tensor2d([[3, 0, -1]])]
    const value = distillation(student, teacher, 4).dataSync()[0]!
    expect(distillationFromMany(student, [teacher], 4).dataSync()[0]).toBeCloseTo(value, 5)
    expect(distillationFromMany(student, [teacher, teacher], 4).dataSync()[0]).toBeCloseTo(value, 5)
  })

  it('stays finite for a teacher that is certain', () => {
    const certain = tf.tensor2d([[1000, 0]])
    expect(distillationFromMany(tf.tensor2d([[0, 0]]), [certain, certain], 1).dataSync()[0]).toBeCloseTo(Math.log(2), 5)
  })
})

describe('hint', () => {
  it('is the mean squared difference', () => {
    expect(hint(tf.tensor1d([1, 2]), tf.tensor1d([3, 2])).dataSync()[0]).toBeCloseTo(2, 6)
  })
})
