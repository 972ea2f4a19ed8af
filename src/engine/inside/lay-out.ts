import { UMAP } from 'umap-js'
import { randomStream } from '../random'
import { yieldToEvents } from '../yield'

interface LayOutOptions {
  neighbours: number
  seed: number
  signal: AbortSignal
  onProgress(done: number, total: number): void
}

/**
 * Points in one plane, near each other where their features are (UMAP, McInnes et al. 2018, by umap-js). The same features
 * and seed give the same places.
 * @param features [count, length], row by row; at least 4 rows
 * @returns x and y of each
 */
export async function layOut(
  features: Float32Array, length: number, { neighbours, seed, signal, onProgress }: LayOutOptions
): Promise<[number, number][]> {
  const count = features.length / length
  const rows = Array.from({ length: count }, (_, row) => Array.from(features.subarray(row * length, (row + 1) * length)))
  const umap = new UMAP({ nComponents: 2, minDist: 0.1, nNeighbors: Math.min(neighbours, count - 1), random: randomStream(seed, 'umap').uniform })
  const epochs = umap.initializeFit(rows)
  for (let epoch = 0; epoch < epochs; epoch++) {
    signal.throwIfAborted()
    umap.step()
    if (epoch % 10 !== 9) continue
    onProgress(epoch + 1, epochs)
    await yieldToEvents()
  }
  // So many digits as a screen could ever show.
  return umap.getEmbedding().map(([x = 0, y = 0]) => [Number(x.toFixed(4)), Number(y.toFixed(4))])
}
