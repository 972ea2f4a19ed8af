import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { effectiveClasses, haveCollapsed, overtakesStart, scoreWithoutLabels, softmax, softNeighbourhoodDensity } from './label-free'

beforeAll(() => tf.setBackend('cpu'))

const ln3 = Math.log(3)
/** Of logits alone: the features are the same. */
const scoresOf = (logits: Float32Array, classes: number) =>
  scoreWithoutLabels({ logits, classes, features: logits, length: classes, predictions: new Int32Array(logits.length / classes) })

describe('scoreWithoutLabels', () => {
  it('gives entropy and information maximisation as worked out by hand', () => {
    // softmax (0.25, 0.75) and (0.75, 0.25): each has 0.25 ln 4 + 0.75 ln(4/3) = 0.562335; their mean has ln 2
    const scores = scoresOf(Float32Array.from([0, ln3, ln3, 0]), 2)
    expect(scores.entropy).toBeCloseTo(0.562335, 5)
    expect(scores['information-maximisation']).toBeCloseTo(Math.LN2 - 0.562335, 5)
  })

  it('rates a collapse as certain but not as informative', () => {
    const collapsed = scoresOf(Float32Array.from([50, 0, 50, 0, 50, 0, 50, 0]), 2)
    const varied = scoresOf(Float32Array.from([50, 0, 0, 50, 50, 0, 0, 50]), 2)
    expect(collapsed.entropy).toBeCloseTo(0, 6)
    expect(collapsed['information-maximisation']).toBeCloseTo(0, 6)
    expect(varied['information-maximisation']).toBeCloseTo(Math.LN2, 6)
  })

  it('compares networks at equal sureness: logits a hundred times smaller say no less, and one class for all says nothing', () => {
    // Both images are brought to an entropy of 0.25 ln 2 = 0.173287; the mean prediction has ln 2.
    for (const scale of [0.01, 1, 3]) {
      const scores = scoresOf(Float32Array.from([0, ln3 * scale, ln3 * scale, 0]), 2)
      expect(scores['information-at-equal-sureness']).toBeCloseTo(0.75 * Math.LN2, 5)
    }
    expect(scoresOf(Float32Array.from([1, 0, 1, 0]), 2)['information-at-equal-sureness']).toBeCloseTo(0, 6)
    expect(scoresOf(new Float32Array(4), 2)['information-at-equal-sureness']).toBeCloseTo(0, 6)
  })

  it('stays finite for logits far from zero', () => {
    expect(Array.from(softmax(Float32Array.from([1000, 0, -1000, -1000]), 2))).toEqual([1, 0, 0.5, 0.5])
  })
})

describe('softNeighbourhoodDensity', () => {
  it('is the mean entropy over the other images, worked out by hand', () => {
    // Cosines: a·b = 1, a·c = b·c = 0; temperature 1. a and b see (e, 1) / (e + 1) = 0.731059, 0.268941: entropy
    // 0.582203. c sees both alike: ln 2. Mean (2 · 0.582203 + 0.693147) / 3 = 0.619184
    const vectors = Float32Array.from([1, 0, 2, 0, 0, 1])
    expect(softNeighbourhoodDensity(vectors, 2, 1)).toBeCloseTo(0.619184, 5)
  })

  it('is the same in one block as in several, and leaves no tensor', () => {
    // 1,200 images, all alike: each sees 1,199 others alike, whichever block it is in
    const before = tf.memory().numTensors
    expect(softNeighbourhoodDensity(new Float32Array(2400).fill(1), 2)).toBeCloseTo(Math.log(1199), 3)
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe('an epoch that information maximisation rates below the start', () => {
  const scores = (information: number, agreement: number) => ({ 'information-at-equal-sureness': information, 'neighbour-agreement': agreement })

  it('is kept in its place where it says more at equal sureness and neighbours agree no less', () => {
    expect(overtakesStart(scores(1.9, 0.9), scores(1.8, 0.9))).toBe(true)
    expect(overtakesStart(scores(1.9, 0.89), scores(1.8, 0.9))).toBe(false)
    expect(overtakesStart(scores(1.8, 0.95), scores(1.8, 0.9))).toBe(false)
    // A record of an earlier version knows neither.
    expect(overtakesStart({}, scores(1.8, 0.9))).toBe(false)
  })
})

describe('the collapse alarm', () => {
  it('counts the classes that predictions really fall into', () => {
    expect(effectiveClasses(Int32Array.from([0, 1, 2, 3]), 10)).toBeCloseTo(4, 10)
    expect(effectiveClasses(Int32Array.from([7, 7, 7]), 10)).toBeCloseTo(1, 10)
  })

  it('rings where many classes are hardly ever predicted, and not for rare classes or few images', () => {
    const spread = (classes: number, count: number) => Int32Array.from({ length: count }, (_, index) => index % classes)
    // Ten classes in six: four are missing, three are enough. In eight: two are not.
    expect(haveCollapsed(spread(6, 120), 10)).toBe(true)
    expect(haveCollapsed(spread(8, 120), 10)).toBe(false)
    // A target of 92, 2, 2, 2 and 2 %, rightly answered: two per class in a hundred are more than a twentieth of twenty.
    const rare = Int32Array.from({ length: 100 }, (_, index) => index < 92 ? 0 : 1 + index % 4)
    expect(haveCollapsed(rare, 5)).toBe(false)
    // With two images per class chance leaves e^-2 = 13.5 % out; with fewer nothing can be told.
    expect(haveCollapsed(spread(1, 19), 10)).toBe(false)
    expect(haveCollapsed(spread(1, 20), 10)).toBe(true)
    expect(haveCollapsed(spread(600, 2000), 1000)).toBe(false)
    expect(haveCollapsed(spread(300, 2000), 1000)).toBe(true)
    expect(haveCollapsed(spread(2, 100), 2)).toBe(false)
    expect(haveCollapsed(spread(1, 100), 2)).toBe(true)
  })
})
