import * as tf from '@tensorflow/tfjs-core'

/**
 * Mean absolute difference over the masked pixels alone (Xie et al. 2022, equation 1): Σ mask · |predicted − wanted| /
 * (channels · Σ mask). What is not masked costs nothing and gets no gradient.
 * @param predicted [batch, height, width, channels]
 * @param wanted [batch, height, width, channels]
 * @param mask [batch, height, width, 1]: 1 where masked, a share where a pixel is masked in part
 */
export function maskedReconstruction(predicted: tf.Tensor4D, wanted: tf.Tensor4D, mask: tf.Tensor4D): tf.Scalar {
  return tf.tidy(() => {
    const differences = tf.sum(tf.mul(tf.abs(tf.sub(predicted, wanted)), mask))
    return tf.div(differences, tf.mul(tf.maximum(tf.sum(mask), 1e-12), wanted.shape[3])) as tf.Scalar
  })
}
