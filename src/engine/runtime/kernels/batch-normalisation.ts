import * as tf from '@tensorflow/tfjs-core'
import { nativeKernel } from './shared/native'

const kernelName = 'GraftBatchNormalisation'
const gradientKernelName = 'GraftBatchNormalisationGradient'

/**
 * Batch normalisation with the batch's own statistics, as training does it: y = γ (x − mean) / √(variance + ε) + β over
 * all axes but the last. Differentiable in x, gamma and beta.
 *
 * On the native backend it is TensorFlow's FusedBatchNormV3 and FusedBatchNormGradV3; elsewhere plain operations.
 *
 * @param x [batch, height, width, channels] or [batch, features]
 * @param gamma scale [channels]
 * @param beta offset [channels]
 * @returns y of x's shape; mean and (biased) variance of the batch [channels], through which no gradient flows
 */
export function batchNormalisationTraining(
  x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, epsilon: number
): { y: tf.Tensor, mean: tf.Tensor, variance: tf.Tensor } {
  if (!tf.getKernel(kernelName, tf.getBackend())) return withPlainOperations(x, gamma, beta, epsilon)
  const channels = x.shape[x.shape.length - 1]!
  const image = x.rank === 4 ? x : tf.reshape(x, [x.size / channels, 1, 1, channels])
  const [y, mean, unbiased] = tf.engine().runKernel(kernelName, { x: image, gamma, beta }, { epsilon }) as unknown as tf.Tensor[]
  const count = x.size / channels
  return {
    y: x.rank === 4 ? y! : tf.reshape(y!, x.shape),
    mean: mean!,
    variance: tf.mul(unbiased!, Math.max(1, count - 1) / count)
  }
}

function withPlainOperations(x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, epsilon: number): ReturnType<typeof batchNormalisationTraining> {
  const axes = x.shape.slice(0, -1).map((_, axis) => axis)
  const mean = tf.mean(x, axes)
  const centred = tf.sub(x, mean)
  const variance = tf.mean(tf.square(centred), axes)
  const y = tf.add(tf.mul(centred, tf.mul(gamma, tf.rsqrt(tf.add(variance, epsilon)))), beta)
  return { y, mean, variance }
}

interface Attributes { epsilon: number }

/** Outputs: y, batch mean, batch variance (unbiased), and two that only the gradient needs. */
export const batchNormalisationKernel = nativeKernel<Record<'x' | 'gamma' | 'beta', tf.TensorInfo>, Attributes>(
  kernelName, ({ x, gamma, beta }, native, { epsilon }) => {
    const empty = tf.tensor1d([], 'float32')
    const outputs = native.runMany('FusedBatchNormV3', [x, gamma, beta, empty, empty], [
      native.float(), native.float('U'), native.number('epsilon', epsilon), native.text('data_format', 'NHWC'),
      native.flag('is_training', true)
    ], 6)
    empty.dispose()
    return outputs
  }
)

export const batchNormalisationGradientKernel = nativeKernel<
  Record<'dy' | 'x' | 'gamma' | 'reserve1' | 'reserve2' | 'reserve3', tf.TensorInfo>, Attributes
>(gradientKernelName, ({ dy, x, gamma, reserve1, reserve2, reserve3 }, native, { epsilon }) => {
  const [dx, dGamma, dBeta, ...unused] = native.runMany(
    'FusedBatchNormGradV3', [dy, x, gamma, reserve1, reserve2, reserve3], [
      native.float(), native.float('U'), native.number('epsilon', epsilon), native.text('data_format', 'NHWC'),
      native.flag('is_training', true)
    ], 5)
  for (const tensor of unused) tensor.dispose()
  return [dx!, dGamma!, dBeta!]
})

export const batchNormalisationGradient: tf.GradConfig = {
  kernelName,
  inputsToSave: ['x', 'gamma'],
  outputsToSave: [false, false, false, true, true, true],
  gradFunc: (dy, saved, attributes) => {
    const [x, gamma, reserve1, reserve2, reserve3] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]
    // Here, not in the functions below: the tape frees what those make besides their result.
    const [dx, dGamma, dBeta] = tf.engine().runKernel(gradientKernelName, {
      dy: (dy as tf.Tensor[])[0]!, x, gamma, reserve1, reserve2, reserve3
    }, attributes) as unknown as tf.Tensor[]
    return { x: () => dx!, gamma: () => dGamma!, beta: () => dBeta! }
  }
}
