import { describe, expect, it } from 'vitest'
import { randomStream } from '../random'
import { estimateOf, shareOf } from './intervals'
import { stratified } from './looking'
import { neighbourHits } from './scores/k-nearest'
import { logme } from './scores/logme'
import { pick, type Sample } from './scores/score'

/** Two classes so many deviations apart in the first of four features. */
function sample(count: number, apart: number, seed = 1): Sample {
  const stream = randomStream(seed, 'advisor')
  const labels = Int32Array.from({ length: count }, (_, image) => image % 2)
  const features = Float64Array.from({ length: 4 * count }, (_, index) => stream.normal() + (index % 4 === 0 ? apart * labels[index >> 2]! : 0))
  return { features, length: 4, labels, classes: 2 }
}

describe('the leading score', () => {
  it('is higher the further apart the classes are', () => {
    const accuracies = [0, 1, 5].map((apart) => neighbourHits(sample(200, apart)).reduce((sum, hit) => sum + hit, 0) / 200)
    expect(accuracies[0]).toBeLessThan(0.6)
    expect(accuracies[1]).toBeGreaterThan(accuracies[0]!)
    expect(accuracies[2]).toBeGreaterThan(0.95)
  })

  it('judges no image by itself: labels without sense are guessed, however alike an image is to itself', () => {
    const { features, length } = sample(400, 0)
    const stream = randomStream(2, 'labels')
    const labels = Int32Array.from({ length: 400 }, () => stream.integer(2))
    const share = neighbourHits({ features, length, labels, classes: 2 }).reduce((sum, hit) => sum + hit, 0) / 400
    expect(share).toBeGreaterThan(0.4)
    expect(share).toBeLessThan(0.6)
  })
})

describe('intervals', () => {
  it('hold the share of hits, are narrower with more images, and never certain', () => {
    const hits = (count: number): Uint8Array => Uint8Array.from({ length: count }, (_, image) => image % 4 === 0 ? 0 : 1)
    const [few, many] = [shareOf(hits(40), 'few'), shareOf(hits(4000), 'many')]
    expect(few.value).toBe(0.75)
    // By the normal approximation 0.75 ± 1.96 · √(0.75 · 0.25 / 40) = 0.616 … 0.884.
    expect(few.interval![0]).toBeCloseTo(0.616, 1)
    expect(few.interval![1]).toBeCloseTo(0.884, 1)
    expect(many.interval![1] - many.interval![0]).toBeLessThan(0.03)
    expect(shareOf(new Uint8Array(30).fill(1), 'all').interval![0]).toBeLessThan(1)
  })

  it('of a score hold its value, and leave other samples\' values out as rarely as they should', () => {
    const estimate = estimateOf(logme, sample(200, 1))!
    expect(estimate.interval![0]).toBeLessThan(estimate.value)
    expect(estimate.interval![1]).toBeGreaterThan(estimate.value)
    const width = estimate.interval![1] - estimate.interval![0]
    const others = Array.from({ length: 20 }, (_, index) => logme.compute(sample(200, 1, index + 2))!)
    const mean = others.reduce((sum, value) => sum + value, 0) / 20
    const deviation = Math.sqrt(others.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 19)
    expect(width / (2 * 1.96 * deviation)).toBeGreaterThan(0.5)
    expect(width / (2 * 1.96 * deviation)).toBeLessThan(2)
  })
})

describe('the images that are looked at', () => {
  it('are of every class alike, the same each time, and all where there are few', () => {
    const members = [[0, 1, 2, 3, 4, 5, 6, 7], [8, 9], [10, 11, 12, 13]]
    expect(stratified(members, 20, 1)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13])
    const chosen = stratified(members, 7, 1)
    expect(chosen).toEqual(stratified(members, 7, 1))
    expect(members.map((images) => chosen.filter((image) => images.includes(image)).length)).toEqual([3, 2, 2])
  })

  it('are picked with their features, labels and outputs', () => {
    const picked = pick({
      features: Float64Array.of(1, 2, 3, 4, 5, 6), length: 2, labels: Int32Array.of(0, 1, 0), classes: 2,
      outputs: Float64Array.of(0.1, 0.2, 0.3), outputClasses: 1
    }, [2, 1])
    expect(picked).toMatchObject({ features: Float64Array.of(5, 6, 3, 4), labels: Int32Array.of(0, 1), outputs: Float64Array.of(0.3, 0.2) })
  })
})
