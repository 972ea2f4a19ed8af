import * as tf from '@tensorflow/tfjs-core'

/**
 * The same numbers, their gradient turned round and multiplied: what trains a discriminator on top of it trains
 * everything below against it (DANN, Ganin et al. 2016, equations 16 and 17).
 */
export function reverseGradient<T extends tf.Tensor>(x: T, coefficient: number): T {
  const compute = tf.customGrad((value) => ({
    value: tf.clone(value as tf.Tensor),
    gradFunc: (dy: tf.Tensor) => tf.mul(dy, -coefficient)
  }))
  return compute(x) as T
}

/**
 * How the coefficient rises from 0 to 1: 2 / (1 + exp(−γ · progress)) − 1 (DANN, section 5.2, γ = 10 over the whole
 * training; Transfer-Learning-Library takes γ = 1 and steps / 1000).
 */
export const reversalCoefficient = (progress: number, gamma = 10): number => 2 / (1 + Math.exp(-gamma * progress)) - 1
