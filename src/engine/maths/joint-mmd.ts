import type * as tf from '@tensorflow/tfjs-core'
import { danWidths, discrepancy, type KernelWidths } from './mmd'

/** JAN's kernels as Transfer-Learning-Library trains them: DAN's five on the features, one of width 0.92 on the predictions. */
const janWidths: readonly KernelWidths[] = [danWidths, { sigmas: [0.92] }]

/**
 * Joint maximum mean discrepancy (JAN, Long et al. 2017, section 4): the discrepancy of the joint distribution over
 * several layers, under the product of the layers' kernels; otherwise as `mmd`.
 * @param source a layer each, [batch, length], e.g. features and softmax predictions
 * @param target the same layers of the target's batch
 * @param widths kernels of each layer, in order
 */
export function jointMmd(
  source: readonly tf.Tensor2D[], target: readonly tf.Tensor2D[],
  { widths = janWidths, estimator = 'full' }: { widths?: readonly KernelWidths[], estimator?: 'full' | 'linear' } = {}
): tf.Scalar {
  if (source.length === 0 || source.length !== target.length || source.length !== widths.length) {
    throw new RangeError('source, target and widths need the same layers')
  }
  return discrepancy(source, target, widths, estimator)
}
