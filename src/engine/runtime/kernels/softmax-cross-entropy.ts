import type { TensorInfo } from '@tensorflow/tfjs-core'
import { nativeKernel } from './shared/native'

/**
 * TensorFlow's own SparseSoftmaxCrossEntropyWithLogits: from logits [batch, classes] and class indices [batch] (int32) the
 * loss of each example [batch] and its gradient with respect to the logits [batch, classes], in one pass.
 * `maths/cross-entropy.ts` calls it under this name.
 */
export const softmaxCrossEntropyKernel = nativeKernel<Record<'logits' | 'labels', TensorInfo>>(
  'SparseSoftmaxCrossEntropyWithLogits', ({ logits, labels }, native) => (
    native.runMany('SparseSoftmaxCrossEntropyWithLogits', [logits, labels], [native.float(), native.type('Tlabels', 'int32')], 2)
  )
)
