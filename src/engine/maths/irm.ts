import * as tf from '@tensorflow/tfjs-core'

/**
 * IRMv1's penalty of one environment (Arjovsky et al. 2019, section 3): the squared gradient of its mean
 * cross-entropy with respect to a factor w on the logits, at w = 1. That gradient is `mean Σ (p − y) · logit`, so no
 * second-order gradient is needed. For two classes it is the binary form on logit₁ − logit₀.
 *
 * `halves` multiplies the gradients of the even and the odd examples instead of squaring one: an unbiased estimate
 * (DomainBed's form), which needs two examples.
 * @param logits [batch, classes]
 * @param labels class indices [batch], int32
 */
export function irmPenalty(logits: tf.Tensor2D, labels: tf.Tensor1D, { halves = false }: { halves?: boolean } = {}): tf.Scalar {
  return tf.tidy(() => {
    const [batch, classes] = logits.shape
    const truth = tf.oneHot(labels, classes)
    const slopes = tf.sum(tf.mul(tf.sub(tf.softmax(logits), truth), logits), 1)
    if (!halves) return tf.square(tf.mean(slopes)) as tf.Scalar
    if (batch < 2) throw new RangeError('two halves need two examples')
    const meanOf = (parity: number) => {
      const chosen = Float32Array.from({ length: batch }, (_, index) => index % 2 === parity ? 1 : 0)
      return tf.div(tf.sum(tf.mul(slopes, tf.tensor1d(chosen))), chosen.reduce((sum, value) => sum + value))
    }
    return tf.mul(meanOf(0), meanOf(1)) as tf.Scalar
  })
}
