import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { architectureOf, definitionOf } from '../architectures'
import { randomStream } from '../random'
import { matchWeights } from './matching'
import { inference, Network } from './network'
import { otherArchitecture } from './surgery'

beforeAll(() => tf.setBackend('cpu'))

const classes = ['cat', 'dog', 'hen']
const made = (id: string, options: Record<string, number> = {}, names = classes, seed = 1): Network =>
  Network.create(definitionOf(architectureOf(id), [16, 16, 3], names, options), seed)
const images = (): tf.Tensor4D => {
  const random = randomStream('matching')
  return tf.tensor4d(Float32Array.from({ length: 2 * 16 * 16 * 3 }, () => random.normal()), [2, 16, 16, 3])
}
const close = (first: number[][], second: number[][]) => first.forEach((row, index) =>
  row.forEach((value, column) => expect(second[index]![column]).toBeCloseTo(value, 4)))

describe('matching weights', () => {
  it('leaves the answers of a widened network as they were', () => {
    const source = made('seed-cnn', { width: 0.25 })
    const target = made('seed-cnn', { width: 0.5 }, classes, 2)
    const matches = matchWeights(source, target)
    expect(matches.every(({ how }) => how === 'part')).toBe(true)
    close(source.forward(images(), inference).arraySync(), target.forward(images(), inference).arraySync())
  })

  it('lets the new units of a widened network learn', () => {
    const target = made('seed-cnn', { width: 0.5 }, classes, 2)
    matchWeights(made('seed-cnn', { width: 0.25 }), target)
    // Of 256 units 0 to 63 are new. They say something, though the head does not listen yet: so its gradient is not 0.
    const features = target.features(images(), inference)
    expect(tf.max(tf.abs(tf.slice(features, [0, 0], [2, 64]))).dataSync()[0]).toBeGreaterThan(0)
    expect(tf.max(tf.abs(tf.slice(target.weights.get('head.dense.kernel')!, [0, 0], [64, 3]) as tf.Tensor)).dataSync()[0]).toBe(0)
  })

  it('takes the middle of each weight into a narrower network', () => {
    const source = made('seed-cnn')
    const target = made('seed-cnn', { width: 0.5 })
    matchWeights(source, target)
    const kernel = (network: Network, name: string) => network.weights.get(name)!
    // 32 filters to 16: 8 to 23.
    expect(kernel(target, 'block1.convolution.bias').dataSync()).toEqual(kernel(source, 'block1.convolution.bias').dataSync().slice(8, 24))
    // The dense layer's rows are [2, 2, 128] flattened; of each pixel's 128 channels 32 to 95, of its 1024 units 256 to 767.
    const wanted = tf.slice(tf.reshape(kernel(source, 'dense1.dense.kernel'), [2, 2, 128, 1024]), [0, 0, 32, 256], [2, 2, 64, 512])
    expect(kernel(target, 'dense1.dense.kernel').dataSync()).toEqual(wanted.dataSync())
  })

  it('matches classes by name and leaves the others new', () => {
    const source = made('seed-cnn')
    const target = made('seed-cnn', {}, ['hen', 'fox', 'cat'], 2)
    const fresh = made('seed-cnn', {}, ['hen', 'fox', 'cat'], 2)
    const matches = matchWeights(source, target)
    const bias = (network: Network) => network.weights.get('head.dense.bias')!.dataSync()
    expect(Array.from(bias(target))).toEqual([bias(source)[2], bias(fresh)[1], bias(source)[0]])
    expect(matches.find(({ block }) => block === 'head')).toMatchObject({ how: 'part', copied: 2 * 513, of: 3 * 513 })
    expect(matches.filter(({ how }) => how === 'whole').map(({ block }) => block)).toEqual(source.blockNames)
  })

  it('matches a deeper network block by block and names what is new', () => {
    const source = made('resnet-20')
    const definition = otherArchitecture(source.definition, classes, { architecture: 'resnet-32' })
    const matches = matchWeights(source, Network.create(definition, 2))
    expect(matches.filter(({ how }) => how === 'new').map(({ block }) => block))
      .toEqual(['stage1-4', 'stage1-5', 'stage2-4', 'stage2-5', 'stage3-4', 'stage3-5'])
    expect(matches.filter(({ how }) => how === 'part')).toEqual([])
  })

  it('finds nothing in common with another family', () => {
    const matches = matchWeights(made('resnet-20'), made('seed-cnn'))
    expect(matches.filter(({ block }) => block !== 'head').every(({ how }) => how === 'new')).toBe(true)
  })
})
