import * as tf from '@tensorflow/tfjs-core'
import { yieldToEvents } from '../yield'

const neighbours = 10
/** cleanlab's threshold: 1 / 0.37037 − 1 interquartile ranges above the third quartile. */
const ranges = 1 / 0.37037 - 1
const atOnce = 256

/**
 * Mean cosine distance of each image to its ten nearest neighbours in feature space (Kuan and Mueller 2022, "Back to the
 * Basics": the larger, the less it is like the others); equal to scikit-learn's NearestNeighbors. Fewer neighbours where
 * there are not so many images.
 *
 * @param features [count, length]
 */
export async function neighbourDistances(features: Float32Array, length: number, signal: AbortSignal): Promise<Float64Array> {
  const count = features.length / length
  const near = Math.min(neighbours, count - 1)
  const distances = new Float64Array(count)
  if (near < 1) return distances
  const rows = tf.tidy(() => {
    const all = tf.tensor2d(features, [count, length])
    return tf.div(all, tf.maximum(tf.norm(all, 2, 1, true), 1e-30)) as tf.Tensor2D
  })
  try {
    for (let start = 0; start < count; start += atOnce) {
      signal.throwIfAborted()
      const size = Math.min(atOnce, count - start)
      // Each image is its own nearest neighbour: one more is asked for, and its own place is left out below.
      const likeness = tf.tidy(() => tf.matMul(tf.slice(rows, [start, 0], [size, length]), rows, false, true).dataSync<'float32'>())
      for (let row = 0; row < size; row++) {
        const own = likeness.subarray(row * count, (row + 1) * count)
        own[start + row] = -2
        distances[start + row] = meanOfNearest(own, near)
      }
      await yieldToEvents()
    }
  } finally {
    rows.dispose()
  }
  return distances
}

/** 1 less the mean of the largest values. */
function meanOfNearest(likeness: Float32Array, near: number): number {
  const kept = new Float64Array(near).fill(-Infinity)
  for (const value of likeness) {
    if (value <= kept[near - 1]!) continue
    let place = near - 1
    for (; place > 0 && kept[place - 1]! < value; place--) kept[place] = kept[place - 1]!
    kept[place] = value
  }
  return kept.reduce((sum, value) => sum + Math.max(0, 1 - value), 0) / near
}

/** Places of the images that lie far from all others, the farthest first: as cleanlab's data lab judges distances. */
export function outliersOf(distances: Float64Array): number[] {
  const sorted = Float64Array.from(distances).sort()
  const [first, third] = [quantile(sorted, 0.25), quantile(sorted, 0.75)]
  const threshold = third + ranges * (third - first)
  return [...distances.keys()].filter((image) => distances[image]! > threshold).sort((a, b) => distances[b]! - distances[a]!)
}

/** By linear interpolation, as NumPy's `percentile`. @param sorted ascending */
function quantile(sorted: ArrayLike<number>, share: number): number {
  const at = share * (sorted.length - 1)
  const below = Math.floor(at)
  const [low, high] = [sorted[below] ?? 0, sorted[Math.min(below + 1, sorted.length - 1)] ?? 0]
  return low + (at - below) * (high - low)
}
