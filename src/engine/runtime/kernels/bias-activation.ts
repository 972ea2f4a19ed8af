import * as tf from '@tensorflow/tfjs-core'
import { nativeKernel } from './shared/native'

const kernelName = 'GraftBiasActivation'

/** What is done to a sum. */
export type Activation = 'none' | 'relu' | 'relu6'

interface Attributes { activation: Activation }

/**
 * An activation of x + bias, outside of any gradient. On the native backend it is TensorFlow's BiasAdd and Relu or Relu6, which a
 * function makes one with the convolution before them; elsewhere plain operations.
 *
 * @param x [batch, height, width, channels]
 * @param bias [channels]
 * @returns [batch, height, width, channels]
 */
export function biasActivation(x: tf.Tensor4D, bias: tf.Tensor1D, activation: Activation): tf.Tensor4D {
  if (tf.getKernel(kernelName, tf.getBackend())) return tf.engine().runKernel(kernelName, { x, bias }, { activation })
  const sum: tf.Tensor4D = tf.add(x, bias)
  return activation === 'none' ? sum : activation === 'relu' ? tf.relu(sum) : tf.relu6(sum)
}

const operations = { relu: 'Relu', relu6: 'Relu6' } as const

export const biasActivationKernel = nativeKernel<Record<'x' | 'bias', tf.TensorInfo>, Attributes>(kernelName, ({ x, bias }, native, { activation }) => {
  const sum = native.run('BiasAdd', [x, bias], [native.float(), native.text('data_format', 'NHWC')])
  if (activation === 'none') return sum
  const result = native.run(operations[activation], [sum], [native.float()])
  sum.dispose()
  return result
})
