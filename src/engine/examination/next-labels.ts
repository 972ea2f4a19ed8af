import * as tf from '@tensorflow/tfjs-core'
import { yieldToEvents } from '../yield'
import { kMeans } from './clusters'

/** Pictures as the model sees them: those that wait for a label first, then those that have one. */
export interface Waiting {
  /** [waiting + labelled, length] */
  features: Float32Array
  length: number
  waiting: number
  labelled: number
}

interface Choosing {
  count: number
  seed: number
  signal: AbortSignal
  onProgress?(done: number, total: number): void
}

/** Neighbours that typicality is measured by, and clusters at most, as the authors have them. */
const neighbours = 20
const mostClusters = 500
/** Fewer pictures make no cluster. */
const leastOfCluster = 5
/** Of how many doubtful pictures for each one chosen, as the authors have it. */
const doubtfulForEach = 10

/**
 * Pictures that stand for many others: TypiClust (Hacohen, Dekel and Weinshall 2022, arXiv:2202.02794). As many clusters as there are
 * labels and wishes; of the largest without a label, the picture that lies closest to its neighbours. Directions alone count:
 * features are brought to length one.
 *
 * @returns rows of waiting pictures, the one that stands for most first
 */
export async function chooseTypical(
  { features, length, waiting, labelled }: Waiting, { count, seed, signal, onProgress }: Choosing
): Promise<number[]> {
  const all = waiting + labelled
  const rows = toLengthOne(features, length)
  const clusters = Math.max(1, Math.min(mostClusters, labelled + count, Math.floor(all / leastOfCluster)))
  const clusterOf = await kMeans(rows, length, clusters, { seed, signal, ...(onProgress && { onProgress }) })
  const members: number[][] = Array.from({ length: clusters }, () => [])
  clusterOf.forEach((cluster, row) => members[cluster]!.push(row))
  const groups = []
  for (const own of members) {
    signal.throwIfAborted()
    const order = byTypicality(rows, length, own).filter((row) => row < waiting)
    if (order.length > 0) groups.push({ size: own.length, known: own.length - order.length, order })
    await yieldToEvents()
  }
  const chosen: number[] = []
  while (chosen.length < Math.min(count, waiting)) {
    const next = groups.filter(({ order }) => order.length > 0).reduce((best, group) =>
      group.known < best.known || (group.known === best.known && group.size > best.size) ? group : best)
    chosen.push(next.order.shift()!)
    next.known += 1
  }
  return chosen
}

/**
 * Pictures that the labels so far leave in doubt, and of these not many alike: of ten times as many with the smallest margin between the
 * two likeliest classes, one of each cluster (Cluster-Margin, Citovsky et al. 2021, arXiv:2107.14263, with k-means for its clusters).
 *
 * @param margins of the waiting pictures, in [0, 1]
 * @returns rows of waiting pictures, the most doubtful first
 */
export async function chooseDoubtful(
  { features, length, waiting }: Waiting, margins: Float64Array, { count, seed, signal, onProgress }: Choosing
): Promise<number[]> {
  const doubtful = Array.from({ length: waiting }, (_, row) => row).sort((a, b) => margins[a]! - margins[b]! || a - b).slice(0, count * doubtfulForEach)
  if (doubtful.length <= count) return doubtful
  const rows = new Float32Array(doubtful.length * length)
  doubtful.forEach((row, place) => rows.set(features.subarray(row * length, (row + 1) * length), place * length))
  const clusterOf = await kMeans(toLengthOne(rows, length), length, count, { seed, signal, ...(onProgress && { onProgress }) })
  const seen = new Set<number>()
  const first = doubtful.filter((_, place) => !seen.has(clusterOf[place]!) && seen.add(clusterOf[place]!))
  // Clusters that came out empty leave places for the most doubtful of the rest.
  return [...first, ...doubtful.filter((row) => !first.includes(row))].slice(0, count)
}

/** Rows of a cluster, the one with the smallest mean distance to its nearest neighbours in it first. */
function byTypicality(rows: Float32Array, length: number, own: readonly number[]): number[] {
  const near = Math.min(neighbours, own.length - 1)
  if (near < 1) return [...own]
  const distances = tf.tidy(() => {
    const values = new Float32Array(own.length * length)
    own.forEach((row, place) => values.set(rows.subarray(row * length, (row + 1) * length), place * length))
    const points = tf.tensor2d(values, [own.length, length])
    // Of rows of length one: |a − b|² = 2 − 2 a·b.
    const squared = tf.relu(tf.sub(2, tf.mul(2, tf.matMul(points, points, false, true))))
    return tf.sqrt(squared).dataSync<'float32'>()
  })
  const mean = own.map((_, place) => {
    const sorted = Float32Array.from(distances.subarray(place * own.length, (place + 1) * own.length)).sort()
    // The first is itself.
    return sorted.subarray(1, near + 1).reduce((sum, value) => sum + value, 0) / near
  })
  return own.map((row, place) => ({ row, place })).sort((a, b) => mean[a.place]! - mean[b.place]! || a.row - b.row).map(({ row }) => row)
}

function toLengthOne(features: Float32Array, length: number): Float32Array {
  const rows = features.slice()
  for (let start = 0; start < rows.length; start += length) {
    const row = rows.subarray(start, start + length)
    const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0))
    if (norm > 0) row.forEach((value, at) => { row[at] = value / norm })
  }
  return rows
}
