import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { jointMmd } from './joint-mmd'
import { mmd } from './mmd'

beforeAll(() => tf.setBackend('cpu'))

const column = (...values: number[]) => tf.tensor2d(values, [values.length, 1])
const sigmaOne = { sigmas: [1] }

describe('jointMmd', () => {
  it('multiplies the layers\' kernels', () => {
    // layer 1: sources 0, 2, targets 1, 1; layer 2: 0, 1 on both sides
    // within sources e⁻² · e⁻⁰·⁵ = 0.082085; within targets 1 · e⁻⁰·⁵ = 0.606531
    // across: e⁻⁰·⁵ times the mean of 1, e⁻⁰·⁵, e⁻⁰·⁵, 1 = 0.606531 · 0.803265 = 0.487206
    const value = jointMmd([column(0, 2), column(0, 1)], [column(1, 1), column(0, 1)], { widths: [sigmaOne, sigmaOne] })
    expect(value.dataSync()[0]).toBeCloseTo(0.082085 + 0.606531 - 2 * 0.487206, 5)
  })

  it('of one layer is the MMD', () => {
    const [source, target] = [column(0, 2, 5), column(1, 1, 4)]
    for (const estimator of ['full', 'linear'] as const) {
      const joint = jointMmd([source], [target], { widths: [sigmaOne], estimator }).dataSync()[0]!
      expect(joint).toBeCloseTo(mmd(source, target, { widths: sigmaOne, estimator }).dataSync()[0]!, 6)
    }
  })

  it('refuses layers that do not belong together', () => {
    expect(() => jointMmd([column(0, 1)], [column(0, 1), column(0, 1)])).toThrow(RangeError)
  })
})
