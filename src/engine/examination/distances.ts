import * as tf from '@tensorflow/tfjs-core'
import type { Distances } from '../../contract/xray'
import { crossValidatedProbabilities } from '../classifiers/cross-validation'
import type { FeatureCache } from '../features/cache'
import { coral, coralOfPairs } from '../maths/coral'
import { mmd } from '../maths/mmd'
import type { Network } from '../network/network'
import { randomStream } from '../random'
import { accuracyOf, aDistance } from './a-distance'

/** What looks at pictures. */
export interface Seeing {
  network: Network
  cache: FeatureCache
  surroundings: string
  seed: number
  signal: AbortSignal
  onProgress(phase: 'features' | 'comparing', done: number, total: number): void
}

/** With longer features a distance of covariances is computed of the pairs of pictures. */
const longestCovariance = 1024
/** Fewer pictures of a side give no distance. */
const fewest = 8

/** Features [count, length] of some pictures. */
interface Looked { features: Float32Array, length: number }

/**
 * MMD and CORAL of the features, each beside the same of two halves of the source, and how well a rule tells the two sets apart.
 * Undefined where there are fewer than eight pictures of a side.
 */
export async function distancesOf(source: Looked, target: Looked, seed: number, signal: AbortSignal): Promise<Distances | undefined> {
  const { length } = source
  const [sources, targets] = [source.features.length / length, target.features.length / length]
  if (sources < fewest || targets < fewest) return undefined
  const values = new Float32Array(source.features.length + target.features.length)
  values.set(source.features)
  values.set(target.features, source.features.length)
  const labels = Int32Array.from({ length: sources + targets }, (_, image) => image < sources ? 0 : 1)
  const probabilities = await crossValidatedProbabilities({ features: values, length, labels, classes: 2 }, { seed, signal })
  signal.throwIfAborted()
  const order = randomStream(seed, 'halves').permutation(sources)
  const half = sources >> 1
  const [mmds, corals] = tf.tidy(() => {
    const [one, other] = [tf.tensor2d(source.features, [sources, length]), tf.tensor2d(target.features, [targets, length])]
    const halves = [order.slice(0, half), order.slice(half)].map((rows) => tf.gather(one, tf.tensor1d(rows, 'int32'))) as [tf.Tensor2D, tf.Tensor2D]
    // Covariances of long features would take gigabytes.
    return [mmd, length > longestCovariance ? coralOfPairs : coral].map((distance) => ({
      value: distance(one, other).dataSync()[0]!, halves: Math.max(0, distance(...halves).dataSync()[0]!)
    }))
  }) as [{ value: number, halves: number }, { value: number, halves: number }]
  const toldApart = accuracyOf(probabilities!, labels)
  return { mmd: mmds, coral: corals, toldApart, aDistance: aDistance(toldApart) }
}

/** Features of pictures of training, from the cache where they are there. */
export async function lookAt(
  network: Network, reader: Parameters<FeatureCache['open']>[0]['reader'], positions: Int32Array, { cache, surroundings, signal }: Seeing
): Promise<Looked> {
  const table = await cache.open({ network, reader, split: 'train', positions, surroundings, signal })
  try {
    const rows = await table.read(Int32Array.from(positions.keys()))
    const features = Float32Array.from(rows.dataSync<'float32'>())
    rows.dispose()
    return { features, length: table.length }
  } finally {
    await table.close()
  }
}
