import * as tf from '@tensorflow/tfjs-core'

/**
 * SimCLR's normalised temperature-scaled cross-entropy (Chen et al. 2020, equation 1 and algorithm 1): each view must
 * find its partner among all other views of the batch by cosine similarity / temperature; the mean over both views.
 * (The authors' code adds the two views' means and so gives twice this.)
 * @param first projections of one view [batch, length]
 * @param second projections of the other view of the same images
 */
export function ntXent(first: tf.Tensor2D, second: tf.Tensor2D, temperature: number): tf.Scalar {
  return tf.tidy(() => {
    const batch = first.shape[0]
    const [one, other] = [normalised(first), normalised(second)]
    const similarity = (a: tf.Tensor2D, b: tf.Tensor2D) => tf.div(tf.matMul(a, b, false, true), temperature)
    const across = similarity(one, other)
    // No view is compared with itself.
    const self = tf.mul(tf.eye(batch), -1e9)
    const loss = (ownSide: tf.Tensor2D, otherSide: tf.Tensor) => {
      const candidates = tf.concat([otherSide, tf.add(similarity(ownSide, ownSide), self)], 1) as tf.Tensor2D
      const partners = tf.sum(tf.mul(otherSide, tf.eye(batch)), 1)
      return tf.mean(tf.sub(tf.logSumExp(candidates, 1), partners))
    }
    return tf.div(tf.add(loss(one, across), loss(other, tf.transpose(across))), 2) as tf.Scalar
  })
}

/** Rows of length 1; a row of zeros stays. */
function normalised(rows: tf.Tensor2D): tf.Tensor2D {
  return tf.mul(rows, tf.rsqrt(tf.maximum(tf.sum(tf.square(rows), 1, true), 1e-24)))
}
