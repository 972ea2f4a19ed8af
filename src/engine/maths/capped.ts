import * as tf from '@tensorflow/tfjs-core'
import { stopGradient } from './stop-gradient'

/**
 * A loss term that counts for at most `most`: a larger one is scaled down with its gradient, so that it still points the
 * same way; a smaller one stays as it is, to the last bit. For discrepancies that grow with the square of the features, or
 * with their fourth power: those of a trained network can be a thousand times larger than fresh ones, and one step of the
 * whole would put every unit out.
 * @param term a scalar, 0 or more
 */
export function capped(term: tf.Scalar, most: number): tf.Scalar {
  return tf.tidy(() => tf.mul(term, tf.div(most, tf.maximum(stopGradient(term), most))) as tf.Scalar)
}
