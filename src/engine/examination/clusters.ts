import * as tf from '@tensorflow/tfjs-core'
import { randomStream } from '../random'
import { yieldToEvents } from '../yield'

const rounds = 30

interface Clustering {
  seed: number
  signal: AbortSignal
  onProgress?(done: number, total: number): void
}

/**
 * k-means (Lloyd 1982) from centres that are drawn far apart (k-means++, Arthur and Vassilvitskii 2007): the cluster of each
 * row. A cluster may come out empty.
 *
 * @param features [count, length]
 * @param clusters how many, at most one for each row
 */
export async function kMeans(
  features: Float32Array, length: number, clusters: number, { seed, signal, onProgress = () => undefined }: Clustering
): Promise<Int32Array> {
  const count = features.length / length
  if (clusters < 2) return new Int32Array(count)
  const rows = tf.tensor2d(features, [count, length])
  const squares = tf.tidy(() => tf.sum(tf.square(rows), 1) as tf.Tensor1D)
  /** Squared distances [count, centres]. */
  const distancesTo = (centres: tf.Tensor2D): tf.Tensor2D => tf.tidy(() => tf.relu(tf.add(
    tf.sub(tf.expandDims(squares, 1), tf.mul(tf.matMul(rows, centres, false, true), 2)), tf.expandDims(tf.sum(tf.square(centres), 1), 0)
  )))
  let centres = tf.tidy(() => tf.gather(rows, drawApart(count, clusters, seed, (row) =>
    tf.tidy(() => distancesTo(tf.slice(rows, [row, 0], [1, length])).dataSync<'float32'>()))))
  let nearest = new Int32Array(count)
  try {
    for (let round = 0; round < rounds; round++) {
      signal.throwIfAborted()
      onProgress(round, rounds)
      const now = tf.tidy(() => tf.argMin(distancesTo(centres), 1).dataSync<'int32'>())
      const same = round > 0 && now.every((cluster, row) => cluster === nearest[row])
      nearest = Int32Array.from(now)
      if (same) break
      const moved = tf.tidy(() => {
        const belongs = tf.oneHot(tf.tensor1d(nearest, 'int32'), clusters)
        const sizes = tf.expandDims(tf.sum(belongs, 0), 1)
        // An empty cluster stays where it was.
        return tf.where(tf.tile(tf.greater(sizes, 0), [1, length]), tf.div(tf.matMul(tf.cast(belongs, 'float32'), rows, true, false), tf.maximum(sizes, 1)), centres)
      }) as tf.Tensor2D
      centres.dispose()
      centres = moved
      await yieldToEvents()
    }
    return nearest
  } finally {
    tf.dispose([rows, squares, centres])
  }
}

/** Rows to begin with: each drawn with a chance that grows with its squared distance to those before. */
function drawApart(count: number, clusters: number, seed: number, distancesTo: (row: number) => Float32Array): number[] {
  const stream = randomStream(seed, 'centres')
  const drawn = [stream.integer(count)]
  const near = Float64Array.from(distancesTo(drawn[0]!))
  while (drawn.length < clusters) {
    const sum = near.reduce((total, value) => total + value, 0)
    let left = stream.uniform() * sum
    let row = near.findIndex((value) => (left -= value) < 0)
    // All rows are the same, or rounding left a little.
    if (row < 0) row = stream.integer(count)
    drawn.push(row)
    distancesTo(row).forEach((value, other) => { near[other] = Math.min(near[other]!, value) })
  }
  return drawn
}
