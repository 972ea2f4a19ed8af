import { crossValidatedProbabilities } from '../classifiers/cross-validation'
import type { Sample } from './scores/score'

/** 1 for each image that a logistic regression is right about when fitted without it, else 0. Undefined where a class has a single image. */
export async function crossValidatedHits(
  sample: Pick<Sample, 'features' | 'length' | 'labels' | 'classes'>, seed: number, signal: AbortSignal
): Promise<Uint8Array | undefined> {
  const probabilities = await crossValidatedProbabilities(sample, { seed, signal })
  if (!probabilities) return undefined
  const { labels, classes } = sample
  return Uint8Array.from(labels, (label, image) => {
    const row = probabilities.subarray(image * classes, (image + 1) * classes)
    return row.indexOf(Math.max(...row)) === label ? 1 : 0
  })
}
