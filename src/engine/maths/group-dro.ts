import * as tf from '@tensorflow/tfjs-core'
import { stopGradient } from './stop-gradient'

/**
 * One step of group DRO (Sagawa et al. 2020, algorithm 1): groups with a high loss gain weight,
 * q ← q · exp(step size · loss), brought to a sum of 1, and the loss is Σ q · loss, q a constant for the gradient.
 * @param losses mean loss of each group [groups]
 * @param weights q of the step before [groups]; all alike at the start
 * @returns the loss and the new weights, to be kept by the caller
 */
export function groupDro(losses: tf.Tensor1D, weights: tf.Tensor1D, stepSize: number): { loss: tf.Scalar, weights: tf.Tensor1D } {
  return tf.tidy(() => {
    const grown = tf.mul(weights, tf.exp(tf.mul(stopGradient(losses), stepSize)))
    const next = tf.div(grown, tf.sum(grown)) as tf.Tensor1D
    return { loss: tf.sum(tf.mul(losses, next)) as tf.Scalar, weights: next }
  })
}
