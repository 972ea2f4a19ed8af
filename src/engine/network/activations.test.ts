import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-core/dist/register_all_gradients'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { gelu, hardSigmoid, layerNormalisation } from './activations'

beforeAll(() => tf.setBackend('cpu'))

const close = (found: tf.Tensor, wanted: readonly number[]): void => {
  const values = found.dataSync()
  wanted.forEach((value, at) => { expect(values[at]).toBeCloseTo(value, 5) })
}

it('GELU is x times the normal distribution, and its gradient what calculus says', () => {
  // Φ(1) = 0.841345, Φ(−2) = 0.022750; φ(1) = 0.241971, φ(2) = 0.053991.
  const x = tf.tensor1d([0, 1, -2])
  close(gelu(x), [0, 0.841345, -0.0455])
  close(tf.grad((input) => tf.sum(gelu(input)))(x), [0.5, 0.841345 + 0.241971, 0.02275 - 2 * 0.053991])
})

it('the hard sigmoid rises by a sixth from −3 to 3', () => {
  close(hardSigmoid(tf.tensor1d([-4, -3, -1.5, 0, 3, 5])), [0, 0, 0.25, 0.5, 1, 1])
})

it('layer normalisation looks at each place by itself', () => {
  // Means 2 and 0, variances 1 and 4; ε = 0 for round numbers.
  const y = layerNormalisation(tf.tensor4d([1, 3, -2, 2], [1, 1, 2, 2]), tf.tensor1d([1, 2]), tf.tensor1d([0, 1]), 0)
  close(y, [-1, 3, -1, 3])
})
