import * as tf from '@tensorflow/tfjs-core'
import { nativeKernel, type NativeOperations } from './shared/native'

/**
 * Max-pooling by oneDNN, which TensorFlow itself uses only in graphs. Of the three pools of a seed CNN step at batch 64
 * the forward pass takes 0.4 ms instead of 1.7, the gradient 0.9 instead of 10.5. Of equal values in a window the first
 * gets the gradient, as in PyTorch.
 */
interface Attributes {
  filterSize: number | [number, number]
  strides: number | [number, number]
  pad: 'same' | 'valid' | number
  dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

/** oneDNN's kernels carry this label. */
const label = 'MklNameChangeOp'

function attributesOf(x: tf.TensorInfo, { filterSize, strides, pad, dimRoundingMode }: Attributes, native: NativeOperations) {
  const info = tf.backend_util.computePool2DInfo(x.shape as [number, number, number, number], filterSize, strides, 1, pad, dimRoundingMode)
  if (info.padInfo.type !== 'VALID' && info.padInfo.type !== 'SAME') {
    throw new Error(`Max-pooling pads "valid" or "same", not ${info.padInfo.type}.`)
  }
  return [
    native.float(),
    native.integers('ksize', [1, info.filterHeight, info.filterWidth, 1]),
    native.integers('strides', [1, info.strideHeight, info.strideWidth, 1]),
    native.text('padding', info.padInfo.type),
    native.text('data_format', 'NHWC'),
    native.flag('workspace_enabled', true),
    native.text('_kernel', label)
  ]
}

export const maxPoolingKernel = nativeKernel<Record<'x', tf.TensorInfo>, Attributes>(
  'MaxPool', ({ x }, native, attributes) => {
    const [y, workspace] = native.runMany('_MklNativeMaxPool', [x], attributesOf(x, attributes, native), 2)
    workspace!.dispose()
    return y!
  }
)

export const maxPoolingGradientKernel = nativeKernel<Record<'dy' | 'input' | 'output', tf.TensorInfo>, Attributes>(
  'MaxPoolGrad', ({ dy, input, output }, native, attributes) => {
    const pooling = attributesOf(input, attributes, native)
    // Where each maximum stood; pooling again is cheaper than keeping it on the tape.
    const [again, workspace] = native.runMany('_MklNativeMaxPool', [input], pooling, 2)
    const dx = native.run('_MklNativeMaxPoolGrad', [input, output, dy, workspace!], pooling)
    again!.dispose()
    workspace!.dispose()
    return dx
  }
)

/** Whether this TensorFlow has oneDNN's max-pooling: on x86-64, when oneDNN is not switched off. */
export function oneDnnPoolingWorks(native: NativeOperations): boolean {
  return tf.tidy(() => {
    try {
      const x = tf.tensor4d([1, 4, 3, 2], [1, 2, 2, 1])
      const attributes = attributesOf(x, { filterSize: 2, strides: 2, pad: 'valid' }, native)
      const [y, workspace] = native.runMany('_MklNativeMaxPool', [x], attributes, 2)
      const dx = native.run('_MklNativeMaxPoolGrad', [x, y!, y!, workspace!], attributes)
      return [...dx.dataSync()].join() === '0,4,0,0'
    } catch {
      return false
    }
  })
}
