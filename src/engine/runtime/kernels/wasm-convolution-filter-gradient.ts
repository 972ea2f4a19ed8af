import * as tf from '@tensorflow/tfjs-core'
import { convolutionInfo, wasmKernel, type ConvolutionAttributes, type Shape4D } from './shared/wasm'

/**
 * Gradient of a convolution with respect to its filter, which the WebAssembly backend lacks. It is itself a convolution: the
 * input with channels as its batch, by the output's gradient as its filter, dilated by the stride; XNNPACK runs that as one
 * matrix product.
 */
export const wasmConvolutionFilterGradient = wasmKernel<
  { x: tf.Tensor4D, dy: tf.Tensor4D }, ConvolutionAttributes & { filterShape: Shape4D }
>('Conv2DBackpropFilter', ({ x, dy }, attributes) => {
  const [filterHeight, filterWidth, inChannels, outChannels] = attributes.filterShape
  const { padInfo, strideHeight, strideWidth, outHeight, outWidth } =
    convolutionInfo(x.shape, attributes.filterShape, attributes, false)
  const [, height, width] = x.shape
  const bottom = Math.max(0, filterHeight + (outHeight - 1) * strideHeight - height - padInfo.top)
  const right = Math.max(0, filterWidth + (outWidth - 1) * strideWidth - width - padInfo.left)
  const gradient = tf.conv2d(
    tf.transpose(x, [3, 1, 2, 0]), tf.transpose(dy, [1, 2, 0, 3]), 1,
    [[0, 0], [padInfo.top, bottom], [padInfo.left, right], [0, 0]], 'NHWC', [strideHeight, strideWidth]
  )
  // Rows that the stride left out give more than the filter has.
  const whole = tf.slice(gradient, [0, 0, 0, 0], [inChannels, filterHeight, filterWidth, outChannels])
  return tf.transpose(whole, [1, 2, 0, 3])
})
