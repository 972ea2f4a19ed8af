import type { Estimate } from '../../contract/advice'
import { randomStream } from '../random'
import { pick, type Sample, type Score } from './scores/score'

const resamples = 1000
const halves = 30

/** The share of hits with its 95 % bootstrap interval: images drawn again with replacement. Two more images, half right, keep a sample of nothing but hits from certainty. */
export function shareOf(hits: ArrayLike<number>, name: string): Estimate {
  const count = hits.length
  let sum = 0
  for (let image = 0; image < count; image++) sum += hits[image]!
  const stream = randomStream(1, 'bootstrap', name)
  const shares = Array.from({ length: resamples }, () => {
    let drawn = 0
    for (let image = 0; image < count + 2; image++) {
      const place = stream.integer(count + 2)
      drawn += place < count ? hits[place]! : place === count ? 1 : 0
    }
    return drawn / (count + 2)
  }).sort((a, b) => a - b)
  return { value: sum / count, interval: [shares[Math.floor(0.025 * resamples)]!, shares[Math.ceil(0.975 * resamples) - 1]!] }
}

/**
 * A score with its 95 % interval from random halves of every class (the delete-half jackknife, Shao and Wu 1989: their spread is that of the whole). A
 * bootstrap with replacement would not do: of a copy of an image all these scores know the answer already.
 */
export function estimateOf({ id, compute }: Pick<Score, 'id' | 'compute'>, sample: Sample): Estimate | undefined {
  const value = compute(sample)
  if (value === undefined || !Number.isFinite(value)) return undefined
  const members: number[][] = Array.from({ length: sample.classes }, () => [])
  sample.labels.forEach((label, image) => members[label]!.push(image))
  if (members.some(({ length }) => length < 4)) return { value }
  const values: number[] = []
  for (let turn = 0; turn < halves; turn++) {
    const half = members.flatMap((images, label) => {
      const order = randomStream(1, 'half', id, turn, label).permutation(images.length)
      return Array.from(order.subarray(0, Math.ceil(images.length / 2)), (place) => images[place]!)
    })
    const halved = compute(pick(sample, half))
    if (halved === undefined || !Number.isFinite(halved)) return { value }
    values.push(halved)
  }
  const mean = values.reduce((sum, each) => sum + each, 0) / halves
  const deviation = Math.sqrt(values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (halves - 1))
  return { value, interval: [value - 1.96 * deviation, value + 1.96 * deviation] }
}
