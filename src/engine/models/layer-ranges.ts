import * as tf from '@tensorflow/tfjs-core'
import type { Library } from '../../library'
import { normaliser } from '../batches/normalise'
import type { LayerRanges } from '../interchange'
import { inferenceBatchSize } from '../network/batch-sizes'
import type { NetworkDefinition } from '../network/definition'
import { inference, Network } from '../network/network'

/** Training images that ranges are taken from: TensorFlow's own guide takes a hundred. */
const imagesSeen = 128

/**
 * The smallest and the largest number that each layer of a network gives for training images, evenly drawn from the whole split.
 * It needs a backend, and no labels.
 */
export async function layerRanges(
  library: Library, { definition, weights }: { definition: NetworkDefinition, weights: ReadonlyMap<string, { data: Float32Array }> }, dataset: string,
  { signal, onProgress }: { signal?: AbortSignal | undefined, onProgress?(done: number, total: number): void }
): Promise<LayerRanges> {
  const reader = await library.datasets.open(dataset)
  try {
    const network = Network.fromWeights(definition, new Map([...weights].map(([name, { data }]) => [name, data])))
    try {
      const { input, normalisation } = definition
      const { shape, splits: { train } } = reader.dataset
      const count = train?.count ?? 0
      const wanted = Math.min(count, imagesSeen)
      const positions = Array.from({ length: wanted }, (_, at) => Math.floor(at * count / wanted))
      const normalise = normaliser(shape, input, normalisation)
      const batch = inferenceBatchSize(definition, 32)
      const ranges = new Map<string, readonly [number, number]>()
      for (let from = 0; from < positions.length; from += batch) {
        signal?.throwIfAborted()
        const part = positions.slice(from, from + batch)
        const images = await reader.readImages('train', part)
        tf.tidy(() => {
          network.forward(normalise(images, part.length), {
            ...inference,
            observe: (layer, output) => {
              const [low, high] = [tf.min(output).dataSync()[0]!, tf.max(output).dataSync()[0]!]
              const [least, most] = ranges.get(layer) ?? [low, high]
              ranges.set(layer, [Math.min(least, low), Math.max(most, high)])
            }
          })
        })
        onProgress?.(from + part.length, positions.length)
      }
      return ranges
    } finally {
      network.dispose()
    }
  } finally {
    await reader.close()
  }
}
