import * as tf from '@tensorflow/tfjs-core'
import { standardisationOf, standardise } from '../features/collect'
import type { Examples } from '../features/examples'
import { randomStream } from '../random'
import { fitLogisticRegression } from './logistic-regression'

const mostFolds = 5

interface CrossValidated {
  /** [count, length], row by row. */
  features: Float64Array | Float32Array
  length: number
  /** Class indices [count]; every class below `classes` has at least one image. */
  labels: Int32Array
  classes: number
}

interface CrossValidation {
  seed: number
  signal: AbortSignal
  /** Weight of the images against the penalty; see `fitLogisticRegression`. */
  cost?: number
  /** Parts that the images are drawn into at most (five when absent), and steps of a fit at most. */
  folds?: number
  iterations?: number
  onProgress?(done: number, total: number): void
}

/**
 * What a logistic regression says of each image when it is fitted without it: probabilities [count, classes]. The images are
 * drawn into five parts, or as many as the smallest class has images, class by class. Undefined where a class has a single image.
 */
export async function crossValidatedProbabilities(
  { features, length, labels, classes }: CrossValidated,
  { seed, signal, cost = 1, folds: most = mostFolds, iterations = 300, onProgress = () => undefined }: CrossValidation
): Promise<Float64Array | undefined> {
  const members: number[][] = Array.from({ length: classes }, () => [])
  labels.forEach((label, image) => members[label]!.push(image))
  const folds = Math.min(most, ...members.map((images) => images.length))
  if (folds < 2) return undefined
  const foldOf = new Int32Array(labels.length)
  members.forEach((images, label) => {
    randomStream(seed, 'folds', label).permutation(images.length).forEach((place, turn) => { foldOf[images[place]!] = turn % folds })
  })
  const probabilities = new Float64Array(labels.length * classes)
  const part = (images: readonly number[]): Examples => {
    const values = new Float32Array(images.length * length)
    images.forEach((image, row) => values.set(features.subarray(image * length, (image + 1) * length), row * length))
    return { values, length, labels: Int32Array.from(images, (image) => labels[image]!), classes }
  }
  const all = Array.from(labels.keys())
  for (let fold = 0; fold < folds; fold++) {
    onProgress(fold, folds)
    const [learned, held] = [part(all.filter((image) => foldOf[image] !== fold)), all.filter((image) => foldOf[image] === fold)]
    const judged = part(held)
    const scaling = standardisationOf(learned)
    standardise(learned, scaling)
    standardise(judged, scaling)
    const scorer = await fitLogisticRegression(learned, { cost, iterations }, { signal, onProgress: () => undefined })
    try {
      const answers = tf.tidy(() => tf.softmax(scorer.logits(tf.tensor2d(judged.values, [held.length, length]))).dataSync<'float32'>())
      held.forEach((image, row) => probabilities.set(answers.subarray(row * classes, (row + 1) * classes), image * classes))
    } finally {
      scorer.dispose()
    }
  }
  return probabilities
}
