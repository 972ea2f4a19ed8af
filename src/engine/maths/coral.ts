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
 * The same distance by way of the pairs of examples: for features longer than there are examples, whose covariances would
 * be large. ‖C_s − C_t‖² = tr C_s² + tr C_t² − 2 tr C_s C_t, and tr C_s C_t = ‖X_s X_tᵀ‖² / ((n_s − 1)(n_t − 1)) of centred X.
 * @param source features [sources, d], at least two
 * @param target features [targets, d], at least two
 */
export function coralOfPairs(source: tf.Tensor2D, target: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() => {
    const [one, other] = [centred(source).centred, centred(target).centred]
    const trace = (a: tf.Tensor2D, b: tf.Tensor2D) => tf.sum(tf.square(tf.div(tf.matMul(a, b, false, true), Math.sqrt((a.shape[0] - 1) * (b.shape[0] - 1)))))
    const distance = tf.sub(tf.add(trace(one, one), trace(other, other)), tf.mul(trace(one, other), 2))
    return tf.div(distance, 4 * source.shape[1] ** 2) as tf.Scalar
  })
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
  const { mean, centred: values } = centred(features)
  return { mean, covariance: tf.div(tf.matMul(values, values, true, false), features.shape[0] - 1) }
}

function centred(features: tf.Tensor2D): { mean: tf.Tensor, centred: tf.Tensor2D } {
  if (features.shape[0] < 2) throw new RangeError('a covariance needs two examples')
  const mean = tf.mean(features, 0, true)
  return { mean, centred: tf.sub(features, mean) }
}
