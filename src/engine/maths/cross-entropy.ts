import * as tf from '@tensorflow/tfjs-core'

const nativeKernelName = 'SparseSoftmaxCrossEntropyWithLogits'

/**
 * Mean cross-entropy of the softmax of `logits` in nats: mean over the batch of log Σ exp(logit) − logit[label].
 * Differentiable once in the logits; the gradient is (softmax − one-hot) / batch.
 *
 * @param logits [batch, classes]
 * @param labels class indices [batch], int32; on the native backend one out of range throws
 * @param classWeights one for each class: the mean is then weighted by that of each example's class, as PyTorch's
 * `CrossEntropyLoss(weight)` does it
 */
export function crossEntropy(logits: tf.Tensor2D, labels: tf.Tensor1D, classWeights?: readonly number[]): tf.Scalar {
  if (classWeights) return weightedCrossEntropy(logits, labels, classWeights)
  const batch = logits.shape[0]
  const compute = tf.customGrad((x, save) => {
    const { losses, gradient } = perExample(x as tf.Tensor2D, labels)
    ;(save as tf.GradSaveFunc)([gradient])
    return {
      value: tf.mean(losses),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(saved[0]!, tf.div(dy, batch))
    }
  })
  return compute(logits) as tf.Scalar
}

function weightedCrossEntropy(logits: tf.Tensor2D, labels: tf.Tensor1D, classWeights: readonly number[]): tf.Scalar {
  const shares = tf.tidy(() => {
    const weights = tf.gather(tf.tensor1d([...classWeights]), labels)
    return tf.div(weights, tf.sum(weights)) as tf.Tensor1D
  })
  const compute = tf.customGrad((x, save) => {
    const { losses, gradient } = perExample(x as tf.Tensor2D, labels)
    ;(save as tf.GradSaveFunc)([tf.mul(gradient, tf.expandDims(shares, 1))])
    return {
      value: tf.sum(tf.mul(losses, shares)),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(saved[0]!, dy)
    }
  })
  return compute(logits) as tf.Scalar
}

/** Losses [batch] and their gradients [batch, classes]. */
function perExample(logits: tf.Tensor2D, labels: tf.Tensor1D): { losses: tf.Tensor, gradient: tf.Tensor } {
  if (tf.getKernel(nativeKernelName, tf.getBackend())) {
    const [losses, gradient] = tf.engine().runKernel(nativeKernelName, { logits, labels }) as unknown as tf.Tensor[]
    return { losses: losses!, gradient: gradient! }
  }
  const shifted = tf.sub(logits, tf.max(logits, 1, true))
  const exponentials = tf.exp(shifted)
  const sums = tf.sum(exponentials, 1, true)
  const truth = tf.oneHot(labels, logits.shape[1]) as tf.Tensor2D
  return {
    losses: tf.sub(tf.squeeze(tf.log(sums), [1]), tf.sum(tf.mul(shifted, truth), 1)),
    gradient: tf.sub(tf.div(exponentials, sums), tf.cast(truth, 'float32'))
  }
}
