import * as tf from '@tensorflow/tfjs-core'
import { stopGradient } from './stop-gradient'

/**
 * DELTA's distance of one layer's feature maps from the source model's (Li et al. 2019, section 3):
 * ½ Σ c · W_c · ‖FM_c − FM⁰_c‖² / (h · w), summed over the batch and the channels c, as the authors' code has it with
 * attention (reg_att_fea_map). Without, that code divides by nothing (reg_fea_map); here it is divided all the same, so its
 * α is the one here divided by h · w.
 * @param current maps [batch, height, width, channels] (or [batch, channels]) of the model that is trained
 * @param source the same layer of the source model on the same images; no gradient flows into it
 * @param weights attention over the channels [channels], sum 1; all alike when absent
 */
export function deltaDistance<Rank extends tf.Tensor2D | tf.Tensor4D>(current: Rank, source: Rank, weights?: tf.Tensor1D): tf.Scalar {
  return tf.tidy(() => {
    const { shape } = current
    const channels = shape[shape.length - 1]!
    const pixels = shape.length === 4 ? shape[1]! * shape[2]! : 1
    const squares = tf.square(tf.sub(current, stopGradient(source as tf.Tensor)))
    const weighted = weights ? tf.mul(squares, tf.mul(weights, channels)) : squares
    return tf.div(tf.sum(weighted), 2 * pixels) as tf.Scalar
  })
}

/**
 * Attention over channels (DELTA, as in the authors' code): softmax of the standardised scores
 * over a temperature of 5.
 * @param scores how much the loss rises when a channel is switched off [channels]
 */
export function channelAttention(scores: readonly number[]): number[] {
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length
  const deviation = Math.sqrt(scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / scores.length)
  const exponentials = scores.map((score) => Math.exp(deviation === 0 ? 0 : (score - mean) / deviation / 5))
  const total = exponentials.reduce((sum, value) => sum + value, 0)
  return exponentials.map((value) => value / total)
}
