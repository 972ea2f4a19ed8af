import * as tf from '@tensorflow/tfjs-core'
import { stopGradient } from './stop-gradient'

/**
 * The domain discriminator's loss (DANN, Ganin et al. 2016): mean binary cross-entropy, source counted as 1 and target
 * as 0 as in Transfer-Learning-Library, from logits and safe for large ones: log(1 + exp x) − x·y.
 * @param logits of the discriminator [batch] or [batch, 1]
 * @param isSource 1 or 0 each [batch]
 * @param weights of the examples [batch] (CDAN+E's), with mean 1
 */
export function domainCrossEntropy(logits: tf.Tensor, isSource: tf.Tensor1D, weights?: tf.Tensor1D): tf.Scalar {
  return tf.tidy(() => {
    const x = tf.reshape(logits, [-1])
    const losses = tf.sub(tf.softplus(x), tf.mul(x, isSource))
    return tf.mean(weights ? tf.mul(losses, weights) : losses)
  })
}

/**
 * CDAN's input to the discriminator (Long et al. 2018, section 3.2): the outer product of prediction and features, as
 * one row an example. No gradient flows into the predictions, as in the authors' code.
 * @param features [batch, features]
 * @param predictions probabilities [batch, classes]
 * @returns [batch, classes · features]
 */
export function multilinearMap(features: tf.Tensor2D, predictions: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => {
    const [batch, length] = features.shape
    const classes = predictions.shape[1]
    const product = tf.mul(tf.reshape(stopGradient(predictions), [batch, classes, 1]), tf.reshape(features, [batch, 1, length]))
    return tf.reshape(product, [batch, classes * length])
  })
}

/**
 * Its randomised form for many features and classes (Long et al. 2018, equation 6): (Rf f ⊙ Rg g) / √d, the same inner
 * products on average in d numbers. No gradient flows into the predictions.
 * @param features [batch, features]
 * @param predictions probabilities [batch, classes]
 * @param matrices standard normal and fixed, [features, d] and [classes, d]
 * @returns [batch, d]
 */
export function randomisedMultilinearMap(
  features: tf.Tensor2D, predictions: tf.Tensor2D, matrices: { features: tf.Tensor2D, predictions: tf.Tensor2D }
): tf.Tensor2D {
  return tf.tidy(() => {
    const product = tf.mul(tf.matMul(features, matrices.features), tf.matMul(stopGradient(predictions), matrices.predictions))
    return tf.div(product, Math.sqrt(matrices.features.shape[1])) as tf.Tensor2D
  })
}
