import * as tf from '@tensorflow/tfjs-core'
import { z } from 'zod'
import type { Examples } from '../features/examples'
import type { Scorer, Stored, StoredTensor } from './classifier'

export const kNearestSchema = z.object({ k: z.int().min(1), weights: z.enum(['uniform', 'distance']), classes: z.int() })
type KNearestOptions = Omit<z.infer<typeof kNearestSchema>, 'classes'>

/**
 * k nearest neighbours by Euclidean distance, all distances at once; the neighbours vote, alike or by 1 / distance
 * (Dudani 1976, as scikit-learn has it). The share of the votes is the probability, with one vote more spread over all
 * classes, so that no class is ever impossible. ml-knn's tree took 94 ms per image at 512 features and gives no probabilities.
 */
export function kNearest({ values, length, labels, classes }: Examples, options: KNearestOptions): Scorer {
  const count = labels.length
  const k = Math.min(options.k, count)
  const examples = tf.tensor2d(values, [count, length])
  const squares = tf.tidy(() => tf.sum(tf.square(examples), 1))
  const truth = tf.tidy(() => tf.tensor1d(labels, 'int32'))
  return {
    logits: (features) => tf.tidy(() => {
      const products = tf.matMul(features, examples, false, true)
      const distances = tf.add(tf.sub(squares, tf.mul(products, 2)), tf.sum(tf.square(features), 1, true))
      const nearest = tf.topk(tf.neg(distances), k)
      const chosen = tf.reshape(tf.gather(truth, tf.reshape(nearest.indices, [-1])), [-1, k])
      const votes = tf.oneHot(chosen as tf.Tensor2D, classes)
      // Two equal images are at a distance of 0, less what rounding leaves.
      const weights = options.weights === 'uniform' ? tf.onesLike(nearest.values)
        : tf.rsqrt(tf.maximum(tf.neg(nearest.values), 1e-6))
      const shares = tf.div(weights, tf.sum(weights, 1, true))
      const share = tf.sum(tf.mul(tf.expandDims(shares, 2), votes), 1)
      return tf.log(tf.div(tf.add(tf.mul(share, k), 1 / classes), k + 1)) as tf.Tensor2D
    }),
    stored: (): Stored => ({
      state: { ...options, classes },
      tensors: new Map<string, StoredTensor>([
        ['examples', { shape: [count, length], data: examples.dataSync<'float32'>() }], ['labels', { shape: [count], data: labels }]
      ])
    }),
    dispose: () => { tf.dispose([examples, squares, truth]) }
  }
}
