import * as tf from '@tensorflow/tfjs-core'
import { choice, type ValuesOf } from '../../../contract/parameters'
import { adaptationParameters, align, noteFreshStart, TwoDomains, type AlignmentStep } from './adaptation'
import type { MethodContext, MethodRun } from './method'
import { startOf } from './supervised'
import { trainedOf } from './trained-blocks'

/** Parameters of the methods that draw two domains together by a kernel discrepancy. */
export const kernelDiscrepancyParameters = {
  ...adaptationParameters,
  estimator: choice({
    label: { en: 'Estimator', zh: '估计方式' },
    help: { en: 'All pairs of a batch, or neighbours only: quicker for very large batches, and noisier.', zh: '使用批内所有样本对，或仅相邻样本：对很大的批更快，但噪声更大。' },
    options: [
      { value: 'full', label: { en: 'All pairs', zh: '所有样本对' } },
      { value: 'linear', label: { en: 'Neighbours', zh: '相邻样本' } }
    ],
    default: 'full', advanced: true
  })
}

type KernelDiscrepancy = ValuesOf<typeof kernelDiscrepancyParameters>

/** A run that adds a weighed discrepancy of the two domains to the source's cross-entropy. */
export const alignByKernels = (
  context: MethodContext, { weight, sourceEpochs, sourceLearningRate, backboneFactor, estimator, trainedBlocks }: KernelDiscrepancy & { trainedBlocks: string },
  discrepancyOf: (step: AlignmentStep, options: Pick<KernelDiscrepancy, 'estimator'>) => tf.Scalar
): MethodRun => {
  noteFreshStart(context, sourceEpochs)
  return align({
    context,
    domains: new TwoDomains(startOf(context), context.training.seed, trainedOf(trainedBlocks)),
    first: { sourceEpochs, sourceLearningRate },
    backboneFactor,
    terms: (step) => ({ discrepancy: tf.mul(discrepancyOf(step, { estimator }), weight) as tf.Scalar })
  })
}
