import * as tf from '@tensorflow/tfjs-core'

/** min(max(x + 3, 0), 6) / 6: Howard et al. 2019, arXiv:1905.02244, section 5.2. */
export const hardSigmoid = (x: tf.Tensor): tf.Tensor => tf.div(tf.relu6(tf.add(x, 3)), 6)

const rootTwo = Math.SQRT2
/** 1 / √(2π) */
const density = 1 / Math.sqrt(2 * Math.PI)

/** x · Φ(x) with the normal distribution Φ: Hendrycks and Gimpel 2016, arXiv:1606.08415. Its gradient is Φ(x) + x · φ(x). */
export const gelu = tf.customGrad((x, save) => {
  const input = x as tf.Tensor
  ;(save as tf.GradSaveFunc)([input])
  return {
    value: tf.tidy(() => tf.mul(input, normal(input))),
    gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.tidy(() => {
      const [kept] = saved as [tf.Tensor]
      const bell = tf.mul(tf.exp(tf.mul(tf.square(kept), -0.5)), density)
      return tf.mul(dy, tf.add(normal(kept), tf.mul(kept, bell)))
    })
  }
}) as (x: tf.Tensor) => tf.Tensor

/** Φ(x) */
const normal = (x: tf.Tensor): tf.Tensor => tf.mul(tf.add(tf.erf(tf.div(x, rootTwo)), 1), 0.5)

/** (x − mean) / √(variance + ε) · γ + β over the last axis of each place by itself (Ba et al. 2016, arXiv:1607.06450). */
export function layerNormalisation(x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, epsilon: number): tf.Tensor {
  const centred = tf.sub(x, tf.mean(x, -1, true))
  const variance = tf.mean(tf.square(centred), -1, true)
  return tf.add(tf.mul(tf.mul(centred, tf.rsqrt(tf.add(variance, epsilon))), gamma), beta)
}
