import * as tf from '@tensorflow/tfjs-core'

/** SHOT's guard of the logarithm: part of its published numbers. */
const guard = 1e-5

/**
 * Mean entropy of the predictions in nats: mean −Σ p log p (entropy minimisation; Tent, Wang et al. 2021, section 3.1).
 * @param logits [batch, classes]
 */
export function entropy(logits: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() => tf.mean(entropies(logits)))
}

/** Entropy of each prediction [batch]. */
function entropies(logits: tf.Tensor2D): tf.Tensor1D {
  const logarithms = tf.logSoftmax(logits)
  return tf.neg(tf.sum(tf.mul(tf.exp(logarithms), logarithms), 1))
}

/**
 * Entropy of the batch's mean prediction: high when all classes are predicted (SHOT, Liang et al. 2020, section 3.2,
 * with the authors' 1e-5 in the logarithm). SHOT maximises it.
 * @param logits [batch, classes]
 */
export function diversity(logits: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() => guardedEntropy(tf.mean(tf.softmax(logits), 0), 0) as tf.Scalar)
}

/**
 * SHOT's information maximisation as its authors train it: mean entropy of each prediction less the diversity, to be
 * minimised (Liang et al. 2020, section 3.2).
 * @param logits [batch, classes]
 */
export function informationMaximisation(logits: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() => tf.sub(tf.mean(guardedEntropy(tf.softmax(logits), 1)), diversity(logits)) as tf.Scalar)
}

const guardedEntropy = (probabilities: tf.Tensor, axis: number): tf.Tensor =>
  tf.neg(tf.sum(tf.mul(probabilities, tf.log(tf.add(probabilities, guard))), axis))

/**
 * MCD's discrepancy of two classifiers (Saito et al. 2018, section 3): the mean of |p₁ − p₂| over classes and batch.
 * @param first logits [batch, classes]
 * @param second logits [batch, classes]
 */
export function classifierDiscrepancy(first: tf.Tensor2D, second: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() => tf.mean(tf.abs(tf.sub(tf.softmax(first), tf.softmax(second)))))
}

/**
 * Weights 1 + exp(−entropy), brought to a mean of 1: certain predictions count more (CDAN+E, Long et al. 2018,
 * section 3.3). No gradient flows through them.
 * @param logits [batch, classes]
 * @returns [batch]
 */
export function entropyWeights(logits: tf.Tensor2D): tf.Tensor1D {
  const compute = tf.customGrad((given) => {
    const weights = tf.add(tf.exp(tf.neg(entropies(given as tf.Tensor2D))), 1)
    return { value: tf.div(weights, tf.mean(weights)), gradFunc: () => tf.zeros(logits.shape) }
  })
  return compute(logits) as tf.Tensor1D
}
