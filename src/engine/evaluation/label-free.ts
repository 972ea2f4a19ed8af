import * as tf from '@tensorflow/tfjs-core'
import type { labelFreeScoreIds } from '../../contract/training'
import { neighbourAgreement } from './neighbour-agreement'

/** Scores of a network's outputs that need no labels. For some higher is better, for others lower: see `labelFreeScores`. */
type LabelFree = Record<(typeof labelFreeScoreIds)[number], number>

/** The scores, and whether a higher value is the better one. */
export const labelFreeScores: Readonly<Record<keyof LabelFree, { higherIsBetter: boolean }>> = {
  entropy: { higherIsBetter: false },
  'information-maximisation': { higherIsBetter: true },
  'information-at-equal-sureness': { higherIsBetter: true },
  'soft-neighbourhood-density': { higherIsBetter: true },
  'neighbour-agreement': { higherIsBetter: true }
}

export const isLabelFree = (score: string): score is keyof LabelFree => score in labelFreeScores

/** A network's outputs for some images: logits [images, classes] and features [images, length], row by row, and its answers. */
interface Outputs { logits: Float32Array, classes: number, features: Float32Array, length: number, predictions: Int32Array }

/** All label-free scores of a network's outputs. */
export function scoreWithoutLabels({ logits, classes, features, length, predictions }: Outputs): LabelFree {
  const probabilities = softmax(logits, classes)
  return {
    entropy: meanEntropy(probabilities, classes),
    'information-maximisation': information(probabilities, classes),
    'information-at-equal-sureness': information(softmax(atEqualSureness(logits, classes), classes), classes),
    'soft-neighbourhood-density': softNeighbourhoodDensity(Float32Array.from(probabilities), classes),
    'neighbour-agreement': neighbourAgreement(features, length, predictions, classes)
  }
}

/** Softmax of each row. @param logits [images, classes] */
export function softmax(logits: Float32Array, classes: number): Float64Array {
  const result = new Float64Array(logits.length)
  for (let start = 0; start < logits.length; start += classes) {
    const row = logits.subarray(start, start + classes)
    const highest = row.reduce((most, value) => Math.max(most, value), -Infinity)
    let sum = 0
    for (let index = 0; index < classes; index++) sum += result[start + index] = Math.exp(row[index]! - highest)
    for (let index = 0; index < classes; index++) result[start + index]! /= sum
  }
  return result
}

/** Entropy of a distribution in nats. */
function entropyOf(distribution: ArrayLike<number>): number {
  let sum = 0
  for (let index = 0; index < distribution.length; index++) {
    const share = distribution[index]!
    if (share > 0) sum -= share * Math.log(share)
  }
  return sum
}

/** Mean entropy of the predictions in nats: low when the network is sure of each (Morerio et al. 2018). */
function meanEntropy(probabilities: Float64Array, classes: number): number {
  let sum = 0
  for (let start = 0; start < probabilities.length; start += classes) sum += entropyOf(probabilities.subarray(start, start + classes))
  return sum * classes / probabilities.length
}

/** What the predictions say of the classes in nats: the entropy of their mean less their mean entropy. */
const information = (probabilities: Float64Array, classes: number): number =>
  entropyOf(meanPrediction(probabilities, classes)) - meanEntropy(probabilities, classes)

/** The mean entropy at which networks are compared that are not equally sure: this share of the most there can be. */
const equalShare = 0.25
/** The scale of logits is looked for between e to minus this and e to this. */
const widest = 8

/**
 * The logits, scaled so that their predictions have one and the same mean entropy whatever network gave them. What draws
 * features together often makes them smaller too: its predictions are less sure and no less right, as Guo et al. 2017
 * (arXiv:1706.04599) found the other way round.
 */
function atEqualSureness(logits: Float32Array, classes: number): Float32Array {
  let [low, high] = [-widest, widest]
  const scaled = (power: number): Float32Array => logits.map((logit) => logit * Math.exp(power))
  // Larger logits are surer: halve the range until it is narrow.
  for (let turn = 0; turn < 30; turn++) {
    const middle = (low + high) / 2
    if (meanEntropy(softmax(scaled(middle), classes), classes) > equalShare * Math.log(classes)) low = middle
    else high = middle
  }
  return scaled((low + high) / 2)
}

/**
 * Whether an epoch has earned to be kept in place of the start, though information maximisation rates the start higher: its
 * predictions say more of the classes at equal sureness, and nearest neighbours are answered alike no less often.
 * @param epoch label-free scores of its predictions, @param start of those before the first step
 */
export function overtakesStart(epoch: Readonly<Record<string, number>>, start: Readonly<Record<string, number>>): boolean {
  const [information, agreement] = (['information-at-equal-sureness', 'neighbour-agreement'] as const)
    .map((score) => (epoch[score] ?? NaN) - (start[score] ?? NaN)) as [number, number]
  return information > 0 && agreement >= 0
}

function meanPrediction(probabilities: Float64Array, classes: number): Float64Array {
  const mean = new Float64Array(classes)
  const images = probabilities.length / classes
  probabilities.forEach((share, index) => { mean[index % classes]! += share / images })
  return mean
}

/** Rows of the similarity matrix that are in memory at once. */
const blockRows = 500

/**
 * Soft neighbourhood density (Saito et al. 2021, arXiv:2108.10860, section 3.2): the mean entropy of each image's
 * softmax over its cosine similarities with all others, in nats. It is high when images lie in dense groups. Like
 * pytorch-adapt's validator, Graft computes it on predictions. If every image gets the same prediction the score is at
 * its highest, so it cannot detect a collapse.
 * @param vectors [images, length], row by row
 * @param temperature the paper's 0.05
 */
export function softNeighbourhoodDensity(vectors: Float32Array, length: number, temperature = 0.05): number {
  const images = vectors.length / length
  if (images < 2) return 0
  return tf.tidy(() => {
    const rows = tf.tensor2d(vectors, [images, length])
    const directions = tf.div(rows, tf.maximum(tf.norm(rows, 2, 1, true), 1e-12)) as tf.Tensor2D
    let sum = 0
    for (let start = 0; start < images; start += blockRows) {
      sum += tf.tidy(() => {
        const size = Math.min(blockRows, images - start)
        const similarities = tf.matMul(tf.slice(directions, [start, 0], [size, length]), directions, false, true)
        const itself = tf.oneHot(tf.range(start, start + size, 1, 'int32'), images)
        const logarithms = tf.logSoftmax(tf.sub(tf.div(similarities, temperature), tf.mul(itself, 1e9)))
        return -tf.sum(tf.mul(tf.exp(logarithms), logarithms)).dataSync()[0]!
      })
    }
    return sum / images
  })
}

/** How many classes the predictions fall into: e to the entropy of their shares. It is 10 if ten classes are predicted equally often. */
export function effectiveClasses(predictions: Int32Array, classes: number): number {
  const shares = new Float64Array(classes)
  for (const prediction of predictions) shares[prediction]! += 1 / predictions.length
  return Math.exp(entropyOf(shares))
}

/** A class with less than this part of an equal share of the predictions is missing in them. */
const hardlyAny = 0.05
/** From this share of the classes on, beside those that chance leaves out, missing classes are a collapse. */
const manyMissing = 0.3

/**
 * Whether the predictions have collapsed: many classes are hardly ever predicted. Classes that are rare are no collapse
 * (92, 2, 2, 2 and 2 % of five), ten that merge into six are one. A class that comes as often as the others is missing in
 * so many images with a chance of e to the minus images per class; with fewer than two of these it cannot be told, and
 * the answer is no.
 */
export function haveCollapsed(predictions: Int32Array, classes: number): boolean {
  if (classes < 2 || predictions.length < 2 * classes) return false
  const counts = new Int32Array(classes)
  for (const prediction of predictions) counts[prediction]! += 1
  const perClass = predictions.length / classes
  const missing = counts.reduce((sum, count) => sum + (count < hardlyAny * perClass ? 1 : 0), 0)
  return missing >= (manyMissing + Math.exp(-perClass)) * classes
}
