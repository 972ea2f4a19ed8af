import * as tf from '@tensorflow/tfjs-core'
import { entropyWeights } from './entropy'

/** Keeps a class that no image is likely to be from being divided by nothing. */
const leastMass = 1e-12

/**
 * Minimum class confusion (Jin et al. 2020, arXiv:1912.03699, equations 3 to 8): how often two classes are predicted
 * together for the same image. With Y the predictions at a temperature and W the certainty of each, C = Yᵀ W Y; each row
 * is brought to a sum of 1, and the loss is what lies off the diagonal, per class.
 * @param logits of target images [batch, classes]
 * @param temperature softens the predictions: the authors' 2.5
 */
export function classConfusion(logits: tf.Tensor2D, temperature: number): tf.Scalar {
  return tf.tidy(() => {
    const classes = logits.shape[1]
    const softened = tf.div(logits, temperature) as tf.Tensor2D
    const predictions = tf.softmax(softened)
    const certain = tf.mul(predictions, tf.expandDims(entropyWeights(softened), 1))
    const confusion = tf.matMul(certain, predictions, true, false)
    const rows = tf.maximum(tf.sum(confusion, 1, true), leastMass)
    const shares = tf.div(confusion, rows)
    return tf.div(tf.sum(tf.mul(shares, tf.sub(1, tf.eye(classes)))), classes) as tf.Scalar
  })
}
