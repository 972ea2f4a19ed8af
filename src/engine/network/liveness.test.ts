import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import type { NetworkDefinition } from './definition'
import { inferenceBytes, outputBytes, readLastBy } from './liveness'
import { inference, Network } from './network'

beforeAll(() => tf.setBackend('cpu'))

const one: [number, number] = [1, 1]
const convolution = (name: string, filters: number) =>
  ({ kind: 'convolution' as const, name, filters, kernelSize: one, strides: one, padding: 'same' as const, bias: false })
/** 8×8 images of 1 channel; a block whose sum reads its input again, and a head that drops out. */
const definition: NetworkDefinition = {
  architecture: 'tiny', options: {}, input: [8, 8, 1], normalisation: { mean: [0], standardDeviation: [1] }, classes: ['a', 'b'],
  blocks: [{ name: 'residual', title: '', layers: [
    convolution('wide', 10), { kind: 'relu6', name: 'relu' }, convolution('narrow', 1), { kind: 'add', name: 'add', inputs: ['narrow', 'input'] },
    { kind: 'global-average-pooling', name: 'pooling' }
  ] }],
  head: { name: 'head', title: '', layers: [{ kind: 'dropout', name: 'dropout', rate: 0.5 }, { kind: 'dense', name: 'dense', units: 2, bias: true }] }
}

describe('what a pass in inference holds', () => {
  it('is let go of once the last layer that reads it has run', () => {
    const [block] = definition.blocks
    expect(block!.layers.map((_, index) => readLastBy(block!, index, index))).toEqual([[], ['wide'], ['relu'], ['input', 'narrow'], ['add']])
    expect(readLastBy(block!, 0, 2)).toEqual(['wide', 'relu'])
  })

  it('is, at most, what one layer reads and gives beside what later ones read', () => {
    // One map of 8×8 is 256 bytes. At `narrow`: image 1, the block's input 1, `relu` 10, a copy of it 10, `narrow` 1.
    expect(inferenceBytes(definition)).toBe(256 * 23)
  })

  it('is less than what training keeps: the image and every layer\'s output', () => {
    // Maps: image 1, `wide` 10, `relu` 10, `narrow` 1, `add` 1; then numbers of 4 bytes: pooled 1, dropped out 1, answers 2.
    expect(outputBytes(definition)).toBe(256 * 23 + 4 * 4)
    const gelu = { ...definition, head: { ...definition.head, layers: [{ kind: 'gelu' as const, name: 'gelu' }, ...definition.head.layers] } }
    // Four operations, of one number each.
    expect(outputBytes(gelu)).toBe(256 * 23 + 4 * 4 + 4 * 4)
  })

  it('never counts more tensors at a time than it says, and leaves none behind', () => {
    const network = Network.create(definition, 1)
    const images: tf.Tensor4D = tf.ones([4, 8, 8, 1])
    const before = tf.memory()
    let most = 0
    const engine = tf.engine()
    const watched = engine.runKernel.bind(engine)
    engine.runKernel = (...given) => {
      const result = watched(...given)
      most = Math.max(most, tf.memory().numBytes - before.numBytes)
      return result as never
    }
    const logits = tf.tidy(() => network.forward(images, inference))
    engine.runKernel = watched
    // The images are the caller's, and were counted before.
    expect(most).toBeLessThanOrEqual(4 * (inferenceBytes(definition) - 256))
    expect(most).toBeGreaterThanOrEqual(4 * 20 * 256)
    logits.dispose()
    expect(tf.memory().numTensors).toBe(before.numTensors)
    images.dispose()
    network.dispose()
  })

  it('changes no gradient: a training pass still has what it needs', () => {
    const network = Network.create(definition, 1)
    const images: tf.Tensor4D = tf.ones([4, 8, 8, 1])
    const before = tf.memory().numTensors
    const { value, grads } = tf.variableGrads(() => tf.sum(network.forward(images, { training: true, dropout: false })))
    expect(Object.values(grads).some((gradient) => gradient.dataSync().some((number) => number !== 0))).toBe(true)
    tf.dispose([value, grads])
    expect(tf.memory().numTensors).toBe(before)
    images.dispose()
    network.dispose()
  })
})
