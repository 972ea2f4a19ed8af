import * as tf from '@tensorflow/tfjs-core'

/** The same numbers, through which no gradient flows (PyTorch's `detach`). */
export function stopGradient<T extends tf.Tensor>(x: T): T {
  const compute = tf.customGrad((value) => ({
    value: tf.clone(value as tf.Tensor),
    gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy)
  }))
  return compute(x) as T
}
