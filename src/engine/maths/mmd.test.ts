import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { mmd } from './mmd'

beforeAll(() => tf.setBackend('cpu'))

const column = (...values: number[]) => tf.tensor2d(values, [values.length, 1])
const sigmaOne = { widths: { sigmas: [1] } }

describe('mmd', () => {
  it('is what the kernels add up to', () => {
    // sources 0 and 2, targets 1 and 1; k = exp(−d²/2): within sources e⁻² = 0.135335, within targets 1, across e⁻⁰·⁵ = 0.606531
    // 0.135335 + 1 − 2 · 0.606531
    expect(mmd(column(0, 2), column(1, 1), sigmaOne).dataSync()[0]).toBeCloseTo(-0.077726, 5)
  })

  it('takes its width from the data: so many times the mean squared distance', () => {
    // of the sixteen pairs of 0, 2, 1, 1: (4 + 1 + 1 + 1 + 1 + 0) · 2 / 16 = 1, so σ = 1 again
    expect(mmd(column(0, 2), column(1, 1), { widths: { alphas: [1] } }).dataSync()[0]).toBeCloseTo(-0.077726, 5)
    // and the same for points ten times as far apart
    expect(mmd(column(0, 20), column(10, 10), { widths: { alphas: [1] } }).dataSync()[0]).toBeCloseTo(-0.077726, 5)
  })

  it('adds several kernels up', () => {
    const both = mmd(column(0, 2), column(1, 1), { widths: { sigmas: [1, 3] } }).dataSync()[0]!
    const wide = mmd(column(0, 2), column(1, 1), { widths: { sigmas: [3] } }).dataSync()[0]!
    expect(both).toBeCloseTo(wide - 0.077726, 5)
  })

  it('is 2 a kernel for distributions that have nothing in common', () => {
    expect(mmd(column(0, 0), column(100, 100), sigmaOne).dataSync()[0]).toBeCloseTo(2, 6)
  })

  it('is near 0 for two halves of one distribution, well above it for two distributions', () => {
    const features = tf.randomNormal([200, 4], 0, 1, 'float32', 7) as tf.Tensor2D
    const [one, other] = tf.split(features, 2) as [tf.Tensor2D, tf.Tensor2D]
    for (const estimator of ['full', 'linear'] as const) {
      expect(Math.abs(mmd(one, other, { estimator }).dataSync()[0]!)).toBeLessThan(0.2)
      expect(mmd(one, tf.add(other, 2), { estimator }).dataSync()[0]).toBeGreaterThan(0.8)
    }
  })

  it('looks at neighbours only when linear', () => {
    // ring of 0, 2, 4 against 1, 1, 1: sources e⁻², e⁻², e⁻⁸; targets 1; across (twice) e⁻⁰·⁵, e⁻⁰·⁵, e⁻⁴·⁵
    // (2 · 0.135335 + 0.000335)/3 + 1 − 2 · (2 · 0.606531 + 0.011109)/3 = 0.090335 + 1 − 0.816114
    expect(mmd(column(0, 2, 4), column(1, 1, 1), { ...sigmaOne, estimator: 'linear' }).dataSync()[0]).toBeCloseTo(0.274221, 5)
  })

  it('leaves out what one side has more than the other when linear', () => {
    const options = { ...sigmaOne, estimator: 'linear' } as const
    const both = mmd(column(0, 2, 4), column(1, 1, 1), options).dataSync()[0]
    expect(mmd(column(0, 2, 4, 9), column(1, 1, 1), options).dataSync()[0]).toBe(both)
    expect(mmd(column(0, 2, 4), column(1, 1, 1, 7, 8), options).dataSync()[0]).toBe(both)
  })

  it('needs two of each', () => {
    expect(() => mmd(column(0), column(1, 2))).toThrow(RangeError)
  })

  it('stays finite where all features are alike', () => {
    const value = mmd(column(3, 3), column(3, 3)).dataSync()[0]!
    expect(Number.isFinite(value)).toBe(true)
    const gradient = tf.grad((x) => mmd(x as tf.Tensor2D, column(3, 3)))(column(3, 3))
    expect(Array.from(gradient.dataSync()).every(Number.isFinite)).toBe(true)
  })
})
