import * as tf from '@tensorflow/tfjs-core'

/**
 * Mean cross-entropy with target distributions: −Σ y log softmax(logits).
 * @param logits [batch, classes]
 * @param targets distributions [batch, classes]; no gradient flows into them
 * @param weights of each example [batch]: the mean is weighted by them
 */
export function softCrossEntropy(logits: tf.Tensor2D, targets: tf.Tensor2D, weights?: tf.Tensor1D): tf.Scalar {
  if (weights) {
    // Weighted targets weigh the loss; the mean over the batch becomes one over the weights.
    const scaled = tf.mul(targets, tf.expandDims(tf.div(weights, tf.mean(weights)), 1)) as tf.Tensor2D
    return softCrossEntropy(logits, scaled)
  }
  const compute = tf.customGrad((given, save) => {
    const logarithms = tf.logSoftmax(given as tf.Tensor2D)
    ;(save as tf.GradSaveFunc)([logarithms, targets])
    return {
      value: tf.neg(tf.mean(tf.sum(tf.mul(targets, logarithms), 1))),
      // Σy · p − y: targets need not sum to 1.
      gradFunc: (dy: tf.Tensor, [saved, wanted]: tf.Tensor[]) => tf.mul(
        tf.sub(tf.mul(tf.sum(wanted!, 1, true), tf.exp(saved!)), wanted!), tf.div(dy, logits.shape[0])
      )
    }
  })
  return compute(logits) as tf.Scalar
}

/**
 * Labels as distributions, smoothed: (1 − share) · one-hot + share / classes (Szegedy et al. 2016, section 7).
 * @param labels class indices [batch], int32
 * @returns [batch, classes]
 */
export function smoothLabels(labels: tf.Tensor1D, classes: number, share = 0): tf.Tensor2D {
  return tf.tidy(() => tf.add(tf.mul(tf.oneHot(labels, classes), 1 - share), share / classes) as tf.Tensor2D)
}
