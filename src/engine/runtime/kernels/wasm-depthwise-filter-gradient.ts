import * as tf from '@tensorflow/tfjs-core'
import { convolutionInfo, wasmKernel, type ConvolutionAttributes, type Shape4D } from './shared/wasm'

/**
 * Gradient of a depthwise convolution with respect to its filter, which the WebAssembly backend lacks: for each place of the
 * filter, the sum of the input there times the output's gradient.
 */
export const wasmDepthwiseFilterGradient = wasmKernel<
  { x: tf.Tensor4D, dy: tf.Tensor4D }, ConvolutionAttributes & { filterShape: Shape4D }
>('DepthwiseConv2dNativeBackpropFilter', ({ x, dy }, attributes) => {
  const [filterHeight, filterWidth, channels, multiplier] = attributes.filterShape
  const { padInfo, strideHeight, strideWidth, outHeight, outWidth } = convolutionInfo(x.shape, attributes.filterShape, attributes, true)
  const [batch, height, width] = x.shape
  const [rows, columns] = [filterHeight + (outHeight - 1) * strideHeight, filterWidth + (outWidth - 1) * strideWidth]
  const padded = tf.pad(x, [
    [0, 0], [padInfo.top, Math.max(0, rows - height - padInfo.top)], [padInfo.left, Math.max(0, columns - width - padInfo.left)], [0, 0]
  ])
  const places: tf.Tensor[] = []
  const gradients = tf.reshape(dy, [-1, channels, multiplier])
  for (let row = 0; row < filterHeight; row++) {
    for (let column = 0; column < filterWidth; column++) {
      const seen = tf.stridedSlice(padded, [0, row, column, 0], [
        batch, row + (outHeight - 1) * strideHeight + 1, column + (outWidth - 1) * strideWidth + 1, channels
      ], [1, strideHeight, strideWidth, 1])
      places.push(tf.sum(tf.mul(tf.reshape(seen, [-1, channels, 1]), gradients), 0))
    }
  }
  return tf.reshape(tf.stack(places), attributes.filterShape)
})
