import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { ownStatistics } from '../methods/shared/batch-norm'
import type { NetworkDefinition } from './definition'
import { inference, Network } from './network'

beforeAll(() => tf.setBackend('cpu'))

const definition: NetworkDefinition = {
  architecture: 'test', options: {}, input: [1, 2, 1], normalisation: { mean: [0], standardDeviation: [1] }, classes: ['a', 'b'],
  blocks: [{
    name: 'block1', title: '', layers: [
      { kind: 'flatten', name: 'flatten' },
      { kind: 'batch-normalisation', name: 'normalisation', epsilon: 0, momentum: 0.1 },
      { kind: 'dropout', name: 'dropout', rate: 0.5 }
    ]
  }],
  head: { name: 'head', title: '', layers: [{ kind: 'dense', name: 'dense', units: 2, bias: true }] }
}
const mean = 'block1.normalisation.movingMean'
const variance = 'block1.normalisation.movingVariance'
/** Means 2 and 0, unbiased variances 2 and 8. */
const batch = (): tf.Tensor4D => tf.tensor4d([1, -2, 3, 2], [2, 1, 2, 1])
const training = { training: true, randomKey: ['test'] }
const values = (tensor: tf.Tensor | undefined): number[] => Array.from(tensor!.dataSync())

describe('the statistics of batch normalisations', () => {
  it('of another domain move in place of the network\'s own, and are read in place of them', () => {
    const network = Network.create(definition, 1)
    const source = ownStatistics(network, 'source')
    network.features(batch(), { ...training, statistics: source })
    expect(values(network.weights.get(mean))).toEqual([0, 0])
    // 0.9 · 0 + 0.1 · 2; 0.9 · 1 + 0.1 · (2, 8)
    expect(values(source.get(mean))[0]).toBeCloseTo(0.2, 6)
    expect(values(source.get(variance))[1]).toBeCloseTo(1.7, 6)
    // (1 − 0.2) / √(0.9 + 0.2) = 0.762770, against 1 under the network's own
    expect(values(network.features(batch(), { ...inference, statistics: source }))[0]).toBeCloseTo(0.762770, 5)
    expect(values(network.features(batch(), inference))[0]).toBeCloseTo(1, 6)
  })

  it('move by the momentum that is asked for, and not at all by 0', () => {
    const network = Network.create(definition, 1)
    network.features(batch(), { ...training, statisticsMomentum: 0 })
    expect(values(network.weights.get(mean))).toEqual([0, 0])
    network.features(batch(), { ...training, statisticsMomentum: 1 })
    expect(values(network.weights.get(mean))).toEqual([2, 0])
    expect(values(network.weights.get(variance))[1]).toBeCloseTo(8, 5)
  })
})

it('trains without dropout where that is asked for', () => {
  const network = Network.create(definition, 1)
  // Normalised by the batch: (1 − 2) / 1 and (−2 − 0) / 2
  expect(values(network.features(batch(), { ...training, dropout: false }))).toEqual([-1, -1, 1, 1])
})
