import type { BatchStream } from './batch-stream'

/**
 * A weight for each class that makes all of them count alike, 1 on average over the images: images / (classes · images of
 * the class), over the classes that there are; a class without images has none to weigh.
 * @param labels class indices of all images
 */
export function classWeightsOf(labels: Int32Array): number[] {
  const counts: number[] = []
  for (const label of labels) {
    while (counts.length <= label) counts.push(0)
    counts[label]! += 1
  }
  const present = counts.filter((count) => count > 0).length
  return counts.map((count) => count === 0 ? 0 : labels.length / (present * count))
}

/** The same batches, each with these weights of its classes. */
export const withClassWeights = (stream: BatchStream, classWeights: readonly number[]): BatchStream => ({
  count: stream.count,
  stepsPerEpoch: stream.stepsPerEpoch,
  next: async (epoch, step) => ({ ...await stream.next(epoch, step), classWeights }),
  close: () => stream.close()
})
