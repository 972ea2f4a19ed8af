import * as tf from '@tensorflow/tfjs-core'
import { convolutionInfo, spread, wasmKernel, type ConvolutionAttributes, type Shape4D } from './shared/wasm'

/**
 * Gradient of a depthwise convolution with respect to its input, which the WebAssembly backend lacks: a depthwise convolution
 * of the output's gradient by the reversed filter, summed over the channel multiplier.
 */
export const wasmDepthwiseInputGradient = wasmKernel<
  { dy: tf.Tensor4D, filter: tf.Tensor4D }, ConvolutionAttributes & { inputShape: Shape4D }
>('DepthwiseConv2dNativeBackpropInput', ({ dy, filter }, attributes) => {
  const [filterHeight, filterWidth, channels, multiplier] = filter.shape
  const info = convolutionInfo(attributes.inputShape, filter.shape, attributes, true)
  const [batch, outHeight, outWidth] = dy.shape
  const gradients = tf.reshape(dy, [batch * outHeight * outWidth * channels, multiplier])
  const parts = Array.from({ length: multiplier }, (_, index): tf.Tensor4D => {
    const part: tf.Tensor4D = multiplier === 1 ? dy
      : tf.reshape(tf.slice(gradients, [0, index], [-1, 1]), [batch, outHeight, outWidth, channels])
    const reversed = tf.reverse(tf.slice(filter, [0, 0, 0, index], [filterHeight, filterWidth, channels, 1]), [0, 1]) as tf.Tensor4D
    return tf.depthwiseConv2d(spread(part, info), reversed, 1, 'valid') as tf.Tensor4D
  })
  return parts.reduce((sum, part) => tf.add(sum, part))
})
