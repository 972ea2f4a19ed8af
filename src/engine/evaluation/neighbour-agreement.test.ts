import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { randomStream } from '../random'
import { scoreWithoutLabels } from './label-free'
import { neighbourAgreement } from './neighbour-agreement'

beforeAll(() => tf.setBackend('cpu'))

/** 1,000 images at 90:10 in two dense groups, and what a network without mistakes and one that throws a coin say of them. */
const images = 1000
const truth = Int32Array.from({ length: images }, (_, image) => image % 10 === 0 ? 1 : 0)
const random = randomStream('neighbours')
const features = Float32Array.from({ length: images * 2 }, (_, at) => (truth[Math.floor(at / 2)] === at % 2 ? 1 : 0) + random.normal() / 20)
const coin = Int32Array.from({ length: images }, () => random.integer(2))
const sure = (answers: Int32Array): Float32Array => Float32Array.from({ length: images * 2 }, (_, at) => answers[Math.floor(at / 2)] === at % 2 ? 50 : 0)
const scoresOf = (answers: Int32Array) => scoreWithoutLabels({ logits: sure(answers), classes: 2, features, length: 2, predictions: answers })

describe('agreement with neighbours', () => {
  it('tells a perfect classifier from balanced noise on a target of 90:10, where information maximisation prefers the noise', () => {
    const [perfect, noise] = [scoresOf(truth), scoresOf(coin)]
    // −0.9 ln 0.9 − 0.1 ln 0.1 = 0.325; ln 2 = 0.693.
    expect(perfect['information-maximisation']).toBeCloseTo(0.325, 3)
    expect(noise['information-maximisation']).toBeCloseTo(0.693, 2)
    expect(perfect['neighbour-agreement']).toBeCloseTo(1, 6)
    expect(Math.abs(noise['neighbour-agreement'])).toBeLessThan(0.1)
  })

  it('gives nothing to one and the same answer for all', () => {
    expect(neighbourAgreement(features, 2, new Int32Array(images), 2)).toBe(0)
  })

  it('is Cohen\'s kappa of the answers and the votes, worked out by hand, and leaves no tensor', () => {
    const before = tf.memory().numTensors
    // Two pairs of twins, one neighbour each: a and b say 0 and 0, c and d say 0 and 1. The votes are 0, 0, 1, 0.
    // Alike: 2 of 4. By chance: 3/4 · 3/4 + 1/4 · 1/4 = 0.625. (0.5 − 0.625) / 0.375 = −1/3.
    expect(neighbourAgreement(Float32Array.of(1, 0, 2, 0, 0, 1, 0, 3), 2, Int32Array.of(0, 0, 0, 1), 2, 1)).toBeCloseTo(-1 / 3, 6)
    expect(tf.memory().numTensors).toBe(before)
  })
})
