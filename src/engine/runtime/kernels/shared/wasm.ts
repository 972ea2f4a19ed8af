import * as tf from '@tensorflow/tfjs-core'

type Pair = number | [number, number]
/** Attributes of the gradient kernels of convolutions, as tfjs-core hands them over. */
export interface ConvolutionAttributes {
  strides: Pair
  pad: 'same' | 'valid' | number | tf.backend_util.ExplicitPadding
  dilations?: Pair
  dataFormat?: 'NHWC' | 'NCHW'
  dimRoundingMode?: 'floor' | 'round' | 'ceil'
}
export type Shape4D = [number, number, number, number]

/** A kernel of the WebAssembly backend, made of the operations that it has. What `work` makes besides its result is freed. */
export function wasmKernel<Inputs extends Record<string, tf.Tensor>, Attributes extends object>(
  kernelName: string, work: (inputs: Inputs, attributes: Attributes) => tf.Tensor
): tf.KernelConfig {
  return {
    kernelName,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) => tf.tidy(() => work(inputs as unknown as Inputs, attrs as unknown as Attributes))
  }
}

/** Sizes and paddings of a convolution [batch, height, width, channels] by a filter [height, width, in, out or multiplier]. */
export function convolutionInfo(
  inputShape: Shape4D, filterShape: Shape4D, { strides, pad, dimRoundingMode }: ConvolutionAttributes, depthwise: boolean
): tf.backend_util.Conv2DInfo {
  return tf.backend_util.computeConv2DInfo(inputShape, filterShape, strides, 1, pad, dimRoundingMode, depthwise)
}

/**
 * The gradient of a convolution's output laid out and padded so that convolving it with the reversed filter at stride 1 gives
 * the gradient of the input: zeros between its rows and columns, and around it.
 * @param dy [batch, outHeight, outWidth, channels]
 */
export function spread(dy: tf.Tensor4D, info: tf.backend_util.Conv2DInfo): tf.Tensor4D {
  const { strideHeight, strideWidth, filterHeight, filterWidth, inHeight, inWidth, padInfo } = info
  const apart = alongWidth(alongHeight(dy, strideHeight), strideWidth)
  const [batch, height, width, channels] = apart.shape
  const [top, left] = [filterHeight - 1 - padInfo.top, filterWidth - 1 - padInfo.left]
  const [bottom, right] = [inHeight + padInfo.top - height, inWidth + padInfo.left - width]
  const inside = tf.slice(
    apart, [0, Math.max(0, -top), Math.max(0, -left), 0],
    [batch, height + Math.min(0, top) + Math.min(0, bottom), width + Math.min(0, left) + Math.min(0, right), channels]
  )
  const positive = (value: number): number => Math.max(0, value)
  return tf.pad(inside, [[0, 0], [positive(top), positive(bottom)], [positive(left), positive(right)], [0, 0]])
}

/** `stride - 1` rows of zeros after each row. */
function alongHeight(x: tf.Tensor4D, stride: number): tf.Tensor4D {
  if (stride === 1) return x
  const [batch, height, width, channels] = x.shape
  const rows = tf.pad(tf.reshape(x, [batch * height, 1, width * channels]), [[0, 0], [0, stride - 1], [0, 0]])
  return tf.reshape(rows, [batch, height * stride, width, channels])
}

function alongWidth(x: tf.Tensor4D, stride: number): tf.Tensor4D {
  if (stride === 1) return x
  const [batch, height, width, channels] = x.shape
  const columns = tf.pad(tf.reshape(x, [batch * height * width, 1, channels]), [[0, 0], [0, stride - 1], [0, 0]])
  return tf.reshape(columns, [batch, height, width * stride, channels])
}
