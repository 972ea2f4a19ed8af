import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { architectureOf, definitionOf } from '../architectures'
import { randomStream } from '../random'
import type { Layer, NetworkDefinition } from './definition'
import { matchWeights } from './matching'
import { inference, Network } from './network'
import { otherArchitecture } from '../surgery/surgery'

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

/** Two normalised convolutions and a head; the first with a kernel of this size, the second past a shortcut or not. */
function small(kernel: number, shortcut = false): NetworkDefinition {
  const normalised = (size: number): Layer[] => [
    { kind: 'convolution', name: 'convolution', filters: 3, kernelSize: [size, size], strides: [1, 1], padding: 'same', bias: true },
    { kind: 'batch-normalisation', name: 'normalisation', epsilon: 1e-5, momentum: 0.1 },
    { kind: 'relu', name: 'relu' }
  ]
  return {
    architecture: 'test', options: {}, input: [4, 4, 3], normalisation: { mean: [0, 0, 0], standardDeviation: [1, 1, 1] }, classes,
    blocks: [
      { name: 'block1', title: '', layers: [...normalised(kernel), ...(shortcut ? [{ kind: 'add' as const, name: 'add', inputs: ['relu', 'input'] }] : [])] },
      { name: 'block2', title: '', layers: [...normalised(3), { kind: 'global-average-pooling', name: 'pooling' }] }
    ],
    head: { name: 'head', title: '', layers: [{ kind: 'dense', name: 'dense', units: 3, bias: true }] }
  }
}

/** A network none of whose weights is what a fresh one has. */
function trained(definition: NetworkDefinition): Network {
  const network = Network.create(definition, 1)
  for (const variable of network.weights.values()) tf.tidy(() => variable.assign(tf.add(variable, 7)))
  return network
}

describe('matching weights', () => {
  it('leaves bias and statistics new beside a kernel that does not match, and all that was learned on its output', () => {
    const target = Network.create(small(5), 2)
    const matches = matchWeights(trained(small(3)), target)
    expect(matches.map(({ block, how, copied }) => [block, how, copied])).toEqual([['block1', 'new', 0], ['block2', 'withheld', 0], ['head', 'withheld', 0]])
    for (const [name, variable] of Network.create(small(5), 2).weights) expect(target.weights.get(name)!.dataSync()).toEqual(variable.dataSync())
  })

  it('goes on behind a kernel that does not match where a shortcut leads past it', () => {
    const matches = matchWeights(trained(small(3, true)), Network.create(small(5, true), 2))
    expect(matches.map(({ block, how }) => [block, how])).toEqual([['block1', 'new'], ['block2', 'whole'], ['head', 'whole']])
  })

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

  it('finds nothing in common with another family, and leaves the head new too', () => {
    const [target, fresh] = [made('seed-cnn', { width: 0.25 }), made('seed-cnn', { width: 0.25 })]
    const matches = matchWeights(made('resnet-20', {}, classes, 2), target)
    expect(matches.filter(({ block }) => block !== 'head').every(({ how }) => how === 'new')).toBe(true)
    expect(matches.at(-1)).toMatchObject({ block: 'head', how: 'withheld', copied: 0 })
    for (const [name, variable] of target.weightsOf('head')) expect(variable.dataSync()).toEqual(fresh.weights.get(name)!.dataSync())
  })

  it('keeps the head of a deeper network, to which shortcuts still bring what it was learned on', () => {
    const source = made('resnet-20')
    const definition = otherArchitecture(source.definition, classes, { architecture: 'resnet-32' })
    expect(matchWeights(source, Network.create(definition, 2)).at(-1)).toMatchObject({ block: 'head', how: 'whole' })
  })
})
