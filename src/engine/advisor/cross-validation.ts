import * as tf from '@tensorflow/tfjs-core'
import { fitLogisticRegression } from '../classifiers/logistic-regression'
import { standardisationOf, standardise } from '../features/collect'
import type { Examples } from '../features/examples'
import { randomStream } from '../random'
import type { Sample } from './scores/score'

const mostFolds = 5

/**
 * Whether a logistic regression on the features, as the method of that name fits it, is right about each image when fitted without it: images in five parts, or
 * as many as the smallest class has images. Undefined where a class has a single one.
 */
export async function crossValidatedHits(
  { features, length, labels, classes }: Pick<Sample, 'features' | 'length' | 'labels' | 'classes'>, seed: number, signal: AbortSignal
): Promise<Uint8Array | undefined> {
  const members: number[][] = Array.from({ length: classes }, () => [])
  labels.forEach((label, image) => members[label]!.push(image))
  const folds = Math.min(mostFolds, ...members.map((images) => images.length))
  if (folds < 2) return undefined
  const foldOf = new Int32Array(labels.length)
  members.forEach((images, label) => {
    randomStream(seed, 'folds', label).permutation(images.length).forEach((place, turn) => { foldOf[images[place]!] = turn % folds })
  })
  const hits = new Uint8Array(labels.length)
  const part = (images: readonly number[]): Examples => {
    const values = new Float32Array(images.length * length)
    images.forEach((image, row) => values.set(features.subarray(image * length, (image + 1) * length), row * length))
    return { values, length, labels: Int32Array.from(images, (image) => labels[image]!), classes }
  }
  const all = Array.from(labels.keys())
  for (let fold = 0; fold < folds; fold++) {
    const [learned, held] = [part(all.filter((image) => foldOf[image] !== fold)), all.filter((image) => foldOf[image] === fold)]
    const judged = part(held)
    const scaling = standardisationOf(learned)
    standardise(learned, scaling)
    standardise(judged, scaling)
    const scorer = await fitLogisticRegression(learned, { cost: 1, iterations: 300 }, { signal, onProgress: () => undefined })
    try {
      const answers = tf.tidy(() => tf.argMax(scorer.logits(tf.tensor2d(judged.values, [held.length, length])), 1).dataSync<'int32'>())
      held.forEach((image, row) => { hits[image] = answers[row] === labels[image] ? 1 : 0 })
    } finally {
      scorer.dispose()
    }
  }
  return hits
}
