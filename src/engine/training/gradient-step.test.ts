import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, it } from 'vitest'
import { clipped } from './gradient-step'

describe('gradient clipping', () => {
  beforeAll(() => tf.setBackend('cpu'))

  it('scales all gradients alike where their common norm is too large', () => {
    tf.tidy(() => {
      // ‖(3, 0)‖² + ‖(4)‖² = 25: the norm is 5, and a limit of 1 leaves a fifth of each.
      const { a, b } = clipped({ a: tf.tensor1d([3, 0]), b: tf.tensor1d([4]) }, 1)!
      expect([...a!.dataSync(), ...b!.dataSync()]).toEqual([expect.closeTo(0.6, 5), 0, expect.closeTo(0.8, 5)])
    })
  })

  it('leaves smaller ones as they are', () => {
    tf.tidy(() => {
      const gradient = tf.tensor1d([3, 4])
      expect(clipped({ a: gradient }, 5)!.a).toBe(gradient)
    })
  })

  it('gives none where they are no numbers', () => {
    tf.tidy(() => {
      expect(clipped({ a: tf.tensor1d([NaN, 1]), b: tf.tensor1d([2]) }, 1)).toBeUndefined()
    })
  })
})
