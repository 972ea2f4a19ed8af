import type { Dataset, SplitName } from '../contract/datasets'
import type { Library } from '../library'
import { DatasetWriter } from '../library/datasets'

/** Images at once. */
const portion = 1000

interface FrameOptions { from: string, id: string, frame: number, signal?: AbortSignal }

/** The same data set with so many black pixels around each image; its splits stay as they are. */
export async function frameDataset({ datasets }: Pick<Library, 'datasets'>, { from, id, frame, signal }: FrameOptions): Promise<Dataset> {
  const reader = await datasets.open(from)
  const { dataset } = reader
  const [height, width, channels] = dataset.shape
  const shape: Dataset['shape'] = [height + 2 * frame, width + 2 * frame, channels]
  const writer = await DatasetWriter.create(datasets.folder, id, shape)
  try {
    for (const [name, split] of Object.entries(dataset.splits)) {
      const splitName = name as SplitName
      const labels = reader.hasLabels(splitName) ? await reader.readLabels(splitName) : undefined
      for (let first = 0; first < split.count; first += portion) {
        signal?.throwIfAborted()
        const positions = Int32Array.from({ length: Math.min(portion, split.count - first) }, (_, index) => first + index)
        const images = framed(await reader.readImages(splitName, positions), dataset.shape, shape, frame)
        await writer.append({ split: splitName, images, ...(labels && { labels: labels.slice(first, first + positions.length) }) })
      }
    }
    return await writer.finish({
      name: id, classes: dataset.classes, validation: 0, test: 0, seed: 1,
      provenance: {
        format: dataset.provenance.format, origin: dataset.provenance.origin,
        preparation: `bilinear to ${height}×${width}, then black around it to ${shape[0]}×${shape[1]}`
      },
      ...(signal && { signal })
    })
  } catch (error) {
    await writer.discard()
    throw error
  } finally {
    await reader.close()
  }
}

/** @param images [n, height, width, channels] */
export function framed(images: Uint8Array, from: Dataset['shape'], to: Dataset['shape'], frame: number): Uint8Array {
  const [rowBytes, newRowBytes] = [from[1] * from[2], to[1] * to[2]]
  const count = images.length / (from[0] * rowBytes)
  const result = new Uint8Array(count * to[0] * newRowBytes)
  for (let row = 0; row < count * from[0]; row++) {
    const [image, y] = [Math.floor(row / from[0]), row % from[0]]
    result.set(images.subarray(row * rowBytes, (row + 1) * rowBytes), (image * to[0] + y + frame) * newRowBytes + frame * to[2])
  }
  return result
}
