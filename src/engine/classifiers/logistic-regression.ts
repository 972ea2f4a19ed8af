import * as tf from '@tensorflow/tfjs-core'
import { z } from 'zod'
import { yieldToEvents } from '../yield'
import type { Examples, FitHooks } from '../features/examples'
import { tensorOf, type Scorer, type Stored, type StoredTensor } from './classifier'
import { minimise, type Objective } from './l-bfgs'

export const logisticRegressionSchema = z.object({ converged: z.boolean() })
interface LogisticRegressionOptions {
  /** Weight of the examples against the penalty ½‖W‖²; scikit-learn's C. */
  cost: number
  iterations: number
}

/**
 * Multinomial logistic regression: C · Σ cross-entropy + ½ ‖W‖², the bias not penalised, minimised by L-BFGS with the
 * loss and its gradient on the backend; scikit-learn's formulation. ml-logistic-regression has neither bias nor penalty.
 */
export async function fitLogisticRegression(
  examples: Examples, { cost, iterations }: LogisticRegressionOptions, { signal, onProgress }: FitHooks
): Promise<Scorer> {
  const { values, length, labels, classes } = examples
  const count = labels.length
  const inputs = tf.tensor2d(values, [count, length])
  const truth = tf.tidy(() => tf.cast(tf.oneHot(tf.tensor1d(labels, 'int32'), classes), 'float32'))
  const kernelSize = length * classes
  const penalty = 1 / (cost * count)
  const objective: Objective = (point) => {
    // Tensors leave the tidy, which would look for them in each number of an array.
    const terms = tf.tidy(() => {
      const kernel = tf.tensor2d(Float32Array.from(point.subarray(0, kernelSize)), [length, classes])
      const logarithms = tf.logSoftmax(tf.add(tf.matMul(inputs, kernel), tf.tensor1d(Float32Array.from(point.subarray(kernelSize)))))
      const errors = tf.div(tf.sub(tf.exp(logarithms), truth), count) as tf.Tensor2D
      const loss = tf.neg(tf.div(tf.sum(tf.mul(truth, logarithms)), count))
      return [loss, tf.matMul(inputs, errors, true, false), tf.sum(errors, 0)] as const
    })
    const [[data], kernelSlope, biasSlope] = terms.map((term) => term.dataSync<'float32'>()) as [Float32Array, Float32Array, Float32Array]
    tf.dispose([...terms])
    const gradient = new Float64Array(point.length)
    let squares = 0
    for (let index = 0; index < kernelSize; index++) {
      const weight = point[index]!
      squares += weight * weight
      gradient[index] = kernelSlope[index]! + penalty * weight
    }
    biasSlope.forEach((slope, index) => { gradient[kernelSize + index] = slope })
    return { value: data! + penalty / 2 * squares, gradient }
  }
  try {
    onProgress(0, iterations)
    const { point, converged } = await minimise(objective, new Float64Array(kernelSize + classes), {
      iterations, tolerance: 1e-5 / Math.max(1, cost),
      after: async (iteration) => {
        signal.throwIfAborted()
        onProgress(iteration + 1, iterations)
        await yieldToEvents()
      }
    })
    return linearScorer(
      { shape: [length, classes], data: Float32Array.from(point.subarray(0, kernelSize)) },
      { shape: [classes], data: Float32Array.from(point.subarray(kernelSize)) }, converged
    )
  } finally {
    tf.dispose([inputs, truth])
  }
}

export function linearScorer(kernel: StoredTensor, bias: StoredTensor, converged: boolean): Scorer {
  const [factors, offsets] = [tensorOf(kernel) as tf.Tensor2D, tensorOf(bias)]
  return {
    logits: (features) => tf.tidy(() => tf.add(tf.matMul(features, factors), offsets)),
    stored: (): Stored => ({ state: { converged }, tensors: new Map([['kernel', kernel], ['bias', bias]]) }),
    dispose: () => { tf.dispose([factors, offsets]) }
  }
}
