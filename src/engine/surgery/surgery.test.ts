import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { architectureOf, definitionOf } from '../architectures'
import { inference, Network } from '../network/network'
import { endingAfter } from './surgery'

beforeAll(() => tf.setBackend('cpu'))

const network = (architecture: string, side: number, options = {}): Network =>
  Network.create(definitionOf(architectureOf(architecture), [side, side, 3], ['a', 'b', 'c'], options), 1)

describe('a network that ends after one of its blocks', () => {
  it('gives the flattened maps of that block', () => {
    const whole = network('seed-cnn', 16, { width: 0.125 })
    const cut = endingAfter(whole, 'block2', ['x', 'y'], 1)
    const images = tf.randomNormal([2, 16, 16, 3], 0, 1, 'float32', 1) as tf.Tensor4D
    expect(cut.blockNames).toEqual(['block1', 'block2', 'features'])
    expect(cut.features(images, inference).dataSync()).toEqual(whole.blockOutput(images, 'block2', inference).dataSync())
    expect(cut.forward(images, inference).shape).toEqual([2, 2])
  })

  it('averages maps that would make too long a vector', () => {
    const cut = endingAfter(network('seed-cnn', 128, { width: 0.25 }), 'block1', ['x', 'y'], 1)
    // 64×64×8 are 32,768 numbers: over windows of 2×2 they are 32×32×8.
    expect(cut.featureLength).toBe(8192)
  })

  it('needs no vector of its own where the block ends in one', () => {
    const cut = endingAfter(network('seed-cnn', 16, { width: 0.125 }), 'dense1', ['x'], 1)
    expect(cut.blockNames.at(-1)).toBe('dense1')
  })
})
