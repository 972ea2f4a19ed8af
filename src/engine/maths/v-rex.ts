import * as tf from '@tensorflow/tfjs-core'

/**
 * V-REx's penalty (Krueger et al. 2021, section 3): the variance of the environments' risks (divided by their number,
 * as DomainBed does), to be added to their mean with a weight.
 * @param losses mean loss of each environment [environments]
 */
export function riskVariance(losses: tf.Tensor1D): tf.Scalar {
  return tf.tidy(() => tf.mean(tf.square(tf.sub(losses, tf.mean(losses)))))
}
