import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { capped } from './capped'

const of = (x: number) => {
  const { value, grad } = tf.valueAndGrad((v: tf.Tensor) => capped(tf.mul(3, tf.square(v)) as tf.Scalar, 1))(tf.scalar(x))
  return [value.dataSync()[0]!, grad.dataSync()[0]!]
}

it('leaves a small term as it is', () => {
  // 3 · 0.5² and 6 · 0.5
  expect(of(0.5)).toEqual([0.75, 3])
  expect(of(0)).toEqual([0, 0])
})

it('scales a large term and its gradient down alike', () => {
  // 3 · 10² = 300: its gradient of 60 divided by 300
  const [value, gradient] = of(10)
  expect(value).toBeCloseTo(1, 6)
  expect(gradient).toBeCloseTo(0.2, 6)
})
