import * as tf from '@tensorflow/tfjs-core'
import type { ModelRef } from '../../contract/models'
import type { Library } from '../../library'
import { normaliser } from '../batches/normalise'
import type { LayerRanges } from '../interchange'
import { inferenceBatchSize } from '../network/batch-sizes'
import { inference } from '../network/network'
import { openModel } from './open'

/** Training images that ranges are taken from: TensorFlow's own guide takes a hundred. */
const imagesSeen = 128

/**
 * The smallest and the largest number that each layer of a saved model gives for training images, evenly drawn from the whole split.
 * It needs a backend, and no labels.
 */
export async function layerRanges(
  library: Library, ref: ModelRef, dataset: string, { signal, onProgress }: { signal?: AbortSignal | undefined, onProgress?(done: number, total: number): void }
): Promise<LayerRanges> {
  const reader = await library.datasets.open(dataset)
  try {
    const network = await openModel(library, ref)
    try {
      const { input, normalisation } = network.definition
      const { shape, splits: { train } } = reader.dataset
      const count = train?.count ?? 0
      const wanted = Math.min(count, imagesSeen)
      const positions = Array.from({ length: wanted }, (_, at) => Math.floor(at * count / wanted))
      const normalise = normaliser(shape, input, normalisation)
      const batch = inferenceBatchSize(network.definition, 32)
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
