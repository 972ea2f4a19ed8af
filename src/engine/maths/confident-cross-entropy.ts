import * as tf from '@tensorflow/tfjs-core'
import { softCrossEntropy } from './soft-labels'

/**
 * FixMatch's consistency (Sohn et al. 2020, arXiv:2001.07685, equation 4): the class that a weakly changed image is given,
 * where that is certain enough, is what the strongly changed one should be given; mean over all images, those that do not
 * count included. No gradient flows into the weak answers.
 * @param weak logits [batch, classes]
 * @param strong logits [batch, classes], of the same images in the same order
 * @param threshold the probability from which on an answer counts
 */
export function confidentCrossEntropy(weak: tf.Tensor2D, strong: tf.Tensor2D, threshold: number): tf.Scalar {
  return tf.tidy(() => {
    const probabilities = tf.softmax(weak)
    const counts = tf.cast(tf.greaterEqual(tf.max(probabilities, 1, true), threshold), 'float32')
    const answers = tf.cast(tf.oneHot(tf.argMax(probabilities, 1), weak.shape[1]), 'float32')
    return softCrossEntropy(strong, tf.mul(answers, counts) as tf.Tensor2D)
  })
}
