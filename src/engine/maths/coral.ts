import * as tf from '@tensorflow/tfjs-core'

/**
 * CORAL (Sun & Saenko 2016, equations 1 to 3): ‖C_s − C_t‖²_F / (4 d²), C the covariances with n − 1.
 * @param source features [sources, d], at least two
 * @param target features [targets, d], at least two
 */
export function coral(source: tf.Tensor2D, target: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() => tf.div(tf.mean(tf.square(tf.sub(moments(source).covariance, moments(target).covariance))), 4))
}

/**
 * The form that DomainBed and Transfer-Learning-Library train under the name CORAL: means are matched too, and both
 * terms are plain means: `mean (μ_s − μ_t)² + mean (C_s − C_t)²`.
 * @param source features [sources, d], at least two
 * @param target features [targets, d], at least two
 */
export function coralWithMeans(source: tf.Tensor2D, target: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() => {
    const [one, other] = [moments(source), moments(target)]
    const distance = (a: tf.Tensor, b: tf.Tensor) => tf.mean(tf.square(tf.sub(a, b)))
    return tf.add(distance(one.mean, other.mean), distance(one.covariance, other.covariance)) as tf.Scalar
  })
}

function moments(features: tf.Tensor2D): { mean: tf.Tensor, covariance: tf.Tensor } {
  const count = features.shape[0]
  if (count < 2) throw new RangeError('a covariance needs two examples')
  const mean = tf.mean(features, 0, true)
  const centred = tf.sub(features, mean) as tf.Tensor2D
  return { mean, covariance: tf.div(tf.matMul(centred, centred, true, false), count - 1) }
}
