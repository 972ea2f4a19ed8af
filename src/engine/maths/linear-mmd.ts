import * as tf from '@tensorflow/tfjs-core'

/**
 * Maximum mean discrepancy under the linear kernel, squared: ‖mean(source) − mean(target)‖² (DDC, Tzeng et al. 2014,
 * equations 1 and 2).
 * @param source features [sources, length]
 * @param target features [targets, length]
 */
export function linearMmd(source: tf.Tensor2D, target: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() => tf.sum(tf.square(tf.sub(tf.mean(source, 0), tf.mean(target, 0)))))
}
