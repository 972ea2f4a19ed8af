import * as tf from '@tensorflow/tfjs-core'
import { crossValidatedProbabilities } from '../classifiers/cross-validation'
import { accuracyOf, aDistance } from '../examination/a-distance'
import { mmd } from '../maths/mmd'

/** Coarser than the X-ray's five parts: it is done once per epoch. */
const fit = { folds: 2, iterations: 60 }

/**
 * How far apart two domains lie, as the X-ray measures it: the proxy A-distance of a logistic regression that was fitted
 * without the image it judges, and the maximum mean discrepancy under DAN's kernels.
 * @param source features [sources, length]; at least two of each
 */
export async function distancesOf(
  source: Float32Array, target: Float32Array, length: number, { seed, signal }: { seed: number, signal: AbortSignal }
): Promise<{ aDistance?: number, mmd?: number }> {
  const [sources, targets] = [source.length / length, target.length / length]
  const features = new Float32Array(source.length + target.length)
  features.set(source)
  features.set(target, source.length)
  const labels = Int32Array.from({ length: sources + targets }, (_, image) => image < sources ? 0 : 1)
  const probabilities = await crossValidatedProbabilities({ features, length, labels, classes: 2 }, { seed, signal, ...fit })
  const discrepancy = tf.tidy(() => mmd(tf.tensor2d(source, [sources, length]), tf.tensor2d(target, [targets, length])).dataSync()[0]!)
  const apart = probabilities && aDistance(accuracyOf(probabilities, labels))
  return { ...(apart !== undefined && Number.isFinite(apart) && { aDistance: apart }), ...(Number.isFinite(discrepancy) && { mmd: discrepancy }) }
}
