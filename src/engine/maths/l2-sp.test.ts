import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { squaredDistance } from './l2-sp'

beforeAll(() => tf.setBackend('cpu'))

const named = (...values: number[]) => new Map([['kernel', tf.tensor1d(values)]])

describe('squaredDistance', () => {
  it('is half the squared distance from the start', () => {
    // ½ (1² + 2²)
    expect(squaredDistance(named(1, 2), named(0, 4)).dataSync()[0]).toBeCloseTo(2.5, 6)
  })

  it('is half the squared length without a start, summed over all weights', () => {
    expect(squaredDistance(new Map([['a', tf.scalar(3)], ['b', tf.scalar(1)]])).dataSync()[0]).toBeCloseTo(5, 6)
  })

  it('pulls each weight back to where it was', () => {
    const gradient = tf.grad((kernel) => squaredDistance(new Map([['kernel', kernel]]), named(0, 4)))(tf.tensor1d([1, 2]))
    expect(Array.from(gradient.dataSync())).toEqual([1, -2])
  })

  it('names the weight whose start is missing', () => {
    expect(() => squaredDistance(named(1), new Map())).toThrow('kernel')
  })
})
