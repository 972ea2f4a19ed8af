import * as tf from '@tensorflow/tfjs-core'
import { crossEntropy } from './cross-entropy'

/** The authors' guard of the logarithm: part of their numbers. */
const guard = 1e-6

/** Logits [batch, classes] of a domain's images by both heads. */
interface BothHeads { head: tf.Tensor2D, adversary: tf.Tensor2D }

/**
 * What the adversary of MDD minimises (Zhang et al. 2019, arXiv:1904.05801, equations 26 and 27): margin · its
 * cross-entropy with the head's answers on the source, and −log(1 − its probability of the head's answers) on the target.
 * It is the disparity with its sign turned, so that a reversed gradient below makes features on which both agree. No
 * gradient flows through the head's answers, which are classes.
 * @param margin γ: the authors take 2 to 4
 */
export function marginDisparity(source: BothHeads, target: BothHeads, margin: number): tf.Scalar {
  return tf.tidy(() => {
    const agreed = crossEntropy(source.adversary, answersOf(source.head))
    const classes = target.head.shape[1]
    const others = tf.sub(1, tf.oneHot(answersOf(target.head), classes))
    // Summed over the other classes: 1 − p has no digits left where p is nearly 1.
    const doubt = tf.sum(tf.mul(tf.softmax(target.adversary), others), 1)
    const disagreed = tf.neg(tf.mean(tf.log(tf.minimum(tf.add(doubt, guard), 1))))
    return tf.add(tf.mul(agreed, margin), disagreed) as tf.Scalar
  })
}

const answersOf = (logits: tf.Tensor2D): tf.Tensor1D => tf.argMax(logits, 1)
