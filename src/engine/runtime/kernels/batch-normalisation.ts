import * as tf from '@tensorflow/tfjs-core'
import { nativeKernel } from './shared/native'

const kernelName = 'GraftBatchNormalisation'
const gradientKernelName = 'GraftBatchNormalisationGradient'

/** Averages of mean and variance [channels], and how far a batch moves them: 0 not at all, 1 to its own. */
interface MovingStatistics { mean: tf.Tensor, variance: tf.Tensor, momentum: number }

/**
 * Batch normalisation with the batch's own statistics, as training does it: y = γ (x − mean) / √(variance + ε) + β over
 * all axes but the last. Differentiable in x, gamma and beta.
 *
 * On the native backend it is TensorFlow's FusedBatchNormV3 and FusedBatchNormGradV3, the moving of the averages included,
 * which by itself was a quarter of all operations of a step of ResNet-20; elsewhere plain operations.
 *
 * @param x [batch, height, width, channels] or [batch, features]
 * @param gamma scale [channels]
 * @param beta offset [channels]
 * @returns y of x's shape; and the averages as the batch moves them, (1 − momentum) · average + momentum · batch, with the
 *   unbiased variance as in PyTorch; no gradient flows through these. With a momentum of 0 they are of no meaning
 */
export function batchNormalisationTraining(
  x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, epsilon: number, moving: MovingStatistics
): { y: tf.Tensor, mean: tf.Tensor, variance: tf.Tensor } {
  if (!tf.getKernel(kernelName, tf.getBackend())) return withPlainOperations(x, gamma, beta, epsilon, moving)
  const channels = x.shape[x.shape.length - 1]!
  const image = x.rank === 4 ? x : tf.reshape(x, [x.size / channels, 1, 1, channels])
  const { mean: before, variance: varianceBefore, momentum } = moving
  const inputs = { x: image, gamma, beta, mean: before, variance: varianceBefore }
  const [y, mean, variance] = tf.engine().runKernel(kernelName, inputs, { epsilon, momentum }) as unknown as tf.Tensor[]
  return { y: x.rank === 4 ? y! : tf.reshape(y!, x.shape), mean: mean!, variance: variance! }
}

function withPlainOperations(
  x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, epsilon: number, { mean: before, variance: varianceBefore, momentum }: MovingStatistics
): ReturnType<typeof batchNormalisationTraining> {
  const axes = x.shape.slice(0, -1).map((_, axis) => axis)
  const mean = tf.mean(x, axes)
  const centred = tf.sub(x, mean)
  const variance = tf.mean(tf.square(centred), axes)
  const y = tf.add(tf.mul(centred, tf.mul(gamma, tf.rsqrt(tf.add(variance, epsilon)))), beta)
  const count = x.size / x.shape[x.shape.length - 1]!
  const unbiased = tf.mul(variance, count / Math.max(1, count - 1))
  const moved = (average: tf.Tensor, batch: tf.Tensor): tf.Tensor => tf.add(tf.mul(average, 1 - momentum), tf.mul(batch, momentum))
  return { y, mean: moved(before, mean), variance: moved(varianceBefore, unbiased) }
}

interface Attributes { epsilon: number, momentum: number }

/** Outputs: y, both averages, and three that only the gradient needs. */
export const batchNormalisationKernel = nativeKernel<Record<'x' | 'gamma' | 'beta' | 'mean' | 'variance', tf.TensorInfo>, Attributes>(
  kernelName, ({ x, gamma, beta, mean, variance }, native, { epsilon, momentum }) => {
    const moves = momentum > 0 && momentum < 1
    // A factor of 1 gives the batch's own, and TensorFlow then wants no averages.
    const empty = moves ? undefined : tf.tensor1d([], 'float32')
    const outputs = native.runMany('FusedBatchNormV3', [x, gamma, beta, empty ?? mean, empty ?? variance], [
      native.float(), native.float('U'), native.number('epsilon', epsilon), native.text('data_format', 'NHWC'),
      native.flag('is_training', true), native.number('exponential_avg_factor', moves ? momentum : 1)
    ], 6)
    empty?.dispose()
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
