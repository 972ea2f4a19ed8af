import type * as tf from '@tensorflow/tfjs-core'

/** A network in inference, in its two halves. */
export interface Pass {
  /** Features [batch, length] of normalised images, or of features themselves where the stage's batches are those. */
  features(inputs: tf.Tensor): tf.Tensor2D
  /** Logits [batch, classes] */
  logits(features: tf.Tensor2D): tf.Tensor2D
}
