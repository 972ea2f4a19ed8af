import * as tf from '@tensorflow/tfjs-core'
import { networkProduct } from '../runtime/kernels/network-product'

/**
 * The places of an image as a row behind learned tokens.
 * @param x [batch, height, width, channels]
 * @param tokens [count, channels]
 * @returns [batch, count + height · width, 1, channels]
 */
export function withTokens(x: tf.Tensor4D, tokens: tf.Tensor): tf.Tensor {
  const [batch, height, width, channels] = x.shape
  const count = tokens.shape[0]!
  const spread = tf.tile(tf.reshape(tokens, [1, count, 1, channels]), [batch, 1, 1, 1])
  return tf.concat([spread, tf.reshape(x, [batch, height * width, 1, channels])], 1)
}

/**
 * Scaled dot-product attention with several heads: Vaswani et al. 2017, arXiv:1706.03762, equation 1.
 * @param x [batch, places, 1, 3 · channels]: queries, keys, values, each head after head
 * @param change what is done to the probabilities [batch, heads, from, to] before they are used
 * @returns [batch, places, 1, channels]
 */
export function attention(x: tf.Tensor4D, heads: number, change?: (probabilities: tf.Tensor) => tf.Tensor): tf.Tensor {
  const [batch, places, , all] = x.shape
  const [channels, width] = [all / 3, all / 3 / heads]
  const perHead = (part: tf.Tensor): tf.Tensor => tf.transpose(tf.reshape(part, [batch, places, heads, width]), [0, 2, 1, 3])
  const [queries, keys, values] = tf.split(tf.reshape(x, [batch, places, all]), 3, 2).map(perHead) as [tf.Tensor, tf.Tensor, tf.Tensor]
  const probabilities = tf.softmax(tf.mul(networkProduct(queries, keys, true), 1 / Math.sqrt(width)))
  const mixed = networkProduct(change ? change(probabilities) : probabilities, values)
  return tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [batch, places, 1, channels])
}
