import { everySplit, type SplitName } from '../../contract/datasets'
import type { DatasetReader } from '../../library/datasets'
import type { FeatureCache } from '../features/cache'
import type { Network } from '../network/network'
import { everything } from '../training/data'

interface Place { split: SplitName, position: number }

interface Looking {
  cache: FeatureCache
  surroundings: string
  signal: AbortSignal
  onProgress(phase: 'features', done: number, total: number, secondsLeft?: number): void
}

/** Features [pictures, length] of pictures that lie split by split, from the cache where they are there. */
export async function featuresOf(
  network: Network, reader: DatasetReader, pictures: readonly Place[], { cache, surroundings, signal, onProgress }: Looking
): Promise<{ features: Float32Array, length: number, found: boolean }> {
  const length = network.featureLength
  const features = new Float32Array(pictures.length * length)
  const began = performance.now()
  let [done, found] = [0, true]
  for (const { split, positions } of bySplit(pictures)) {
    const before = done
    const table = await cache.open({
      network, reader, split, positions: Int32Array.from(positions), surroundings, signal, onProgress: (images) => {
        const at = before + images
        onProgress('features', at, pictures.length, (performance.now() - began) / 1000 / at * (pictures.length - at))
      }
    })
    try {
      const rows = await table.read(everything(positions.length))
      features.set(rows.dataSync<'float32'>(), before * length)
      rows.dispose()
      found &&= table.found
    } finally {
      await table.close()
    }
    done += positions.length
  }
  return { features, length, found }
}

/** Positions split by split, in the pictures' order. */
export function bySplit(pictures: readonly Place[]): { split: SplitName, positions: number[] }[] {
  return everySplit.flatMap((split) => {
    const positions = pictures.filter((picture) => picture.split === split).map(({ position }) => position)
    return positions.length > 0 ? [{ split, positions }] : []
  })
}
