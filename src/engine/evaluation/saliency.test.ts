import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { architectures, definitionOf } from '../architectures'
import { someImages, tinyDefinition } from '../methods/tests/testing'
import type { Block } from '../network/definition'
import { Network } from '../network/network'
import { gradCam, saliencyLayer } from './saliency'

beforeAll(() => tf.setBackend('cpu'))

/** Two channels over a 2×2 image: x, and what 1 − x leaves above zero. */
const convolution: Block = {
  name: 'block1', title: '', layers: [
    { kind: 'convolution', name: 'convolution', filters: 2, kernelSize: [1, 1], strides: [1, 1], padding: 'valid', bias: true },
    { kind: 'relu', name: 'relu' }
  ]
}
const x = () => tf.tensor4d([1, 0, 2, 0.5], [1, 2, 2, 1])
const kernel: [string, Float32Array][] = [
  ['block1.convolution.kernel', Float32Array.of(1, -1)], ['block1.convolution.bias', Float32Array.of(0, 1)], ['head.dense.bias', Float32Array.of(0, 0)]
]

function network(last: Block, head: number[]): Network {
  const definition = tinyDefinition(['a', 'b'], { input: [2, 2, 1], blocks: [convolution, last] })
  return Network.fromWeights(definition, new Map([...kernel, ['head.dense.kernel', Float32Array.from(head)]]))
}

describe('Grad-CAM', () => {
  // The channels over the four places: A1 = (1, 0, 2, 0.5), A2 = (0, 1, 0, 0.5).
  const pooled: Block = { name: 'block2', title: '', layers: [{ kind: 'global-average-pooling', name: 'pooling' }] }

  it('weighs the channels by the mean gradient of the class and keeps what speaks for it', () => {
    // Logits: a = 2 m1 − m2, b = 3 m2, with m the mean of a channel. ∂a/∂A1 = 2/4 at each place, ∂a/∂A2 = −1/4, so the map of a is
    // relu(0.5 A1 − 0.25 A2) = (0.5, 0, 1, 0.125), whose highest is 1; that of b is 0.75 A2 = (0, 0.75, 0, 0.375), over 0.75.
    const tested = network(pooled, [2, 0, -1, 3])
    const images = tf.concat([x(), x()]) as tf.Tensor4D
    const found = gradCam(tested, images, [0, 1])!
    expect([found.height, found.width]).toEqual([2, 2])
    expect([...found.maps[0]!]).toEqual([0.5, 0, 1, 0.125])
    expect([...found.maps[1]!]).toEqual([0, 1, 0, 0.5])
  })

  it('takes the mean where the gradient differs from place to place', () => {
    // Behind a flattening the gradient of a is the head's own: 1, 2, 3, 2 over A1's places (mean 2), 0, −4, 0, 0 over A2's (mean −1).
    // relu(2 A1 − A2) = (2, 0, 4, 0.5), over 4.
    const flattened: Block = { name: 'block2', title: '', layers: [{ kind: 'flatten', name: 'flatten' }] }
    const tested = network(flattened, [1, 0, 0, 0, 2, 0, -4, 0, 3, 0, 0, 0, 2, 0, 0, 0])
    expect([...gradCam(tested, x(), [0])!.maps[0]!]).toEqual([0.5, 0, 1, 0.125])
  })

  it('is zero everywhere where nothing speaks for the class', () => {
    expect([...gradCam(network(pooled, [-1, 0, -1, 0]), x(), [0])!.maps[0]!]).toEqual([0, 0, 0, 0])
  })

  it('leaves no tensor behind', () => {
    const tested = network(pooled, [2, 0, -1, 3])
    const images = x()
    const before = tf.memory().numTensors
    gradCam(tested, images, [1])
    expect(tf.memory().numTensors).toBe(before)
  })

  it('looks at the last convolution\'s output in every architecture, and at a transformer\'s last attention', () => {
    const places = Object.fromEntries(architectures.map((architecture) => {
      const made = { definition: definitionOf(architecture, architecture.defaultInput, ['a', 'b']) } as Network
      const found = saliencyLayer(made)
      return [architecture.id, found && `${found.block}.${found.layer} ${found.height}×${found.width}`]
    }))
    expect(places).toEqual({
      'seed-cnn': 'block3.relu 8×8', lenet: 'block2.relu 4×4',
      'resnet-20': 'stage3-3.relu2 8×8', 'resnet-32': 'stage3-5.relu2 8×8', 'resnet-44': 'stage3-7.relu2 8×8', 'resnet-56': 'stage3-9.relu2 8×8',
      'resnet-18': 'stage4-2.relu 7×7', 'resnet-50': 'stage4-3.relu 7×7', 'mobilenet-v1': 'block13.relu2 7×7', 'mobilenet-v2': 'last.relu 7×7',
      'efficientnet-lite0': 'last.relu 7×7', 'efficientnet-lite1': 'last.relu 8×8', 'efficientnet-lite2': 'last.relu 9×9',
      'efficientnet-lite3': 'last.relu 9×9', 'efficientnet-lite4': 'last.relu 10×10',
      'resnet-34': 'stage4-3.relu 7×7', 'mobilenet-v3-small': 'last.activation1 7×7', 'mobilenet-v3-large': 'last.activation1 7×7',
      'efficientnet-b0': 'last.activation 7×7', 'convnext-tiny': 'stage4-3.add 7×7', 'vit-tiny': 'layer12.attention 14×14',
      'vit-small': 'layer12.attention 14×14', 'vit-base': 'layer12.attention 14×14', 'dinov2-small': 'layer12.attention 16×16'
    })
    const small = Network.create(definitionOf(architectures[0]!, [32, 32, 3], ['a', 'b']), 1)
    const found = gradCam(small, someImages('photo', 1, [32, 32, 3]), [0])!
    expect(found.maps[0]!.every((value) => value >= 0 && value <= 1)).toBe(true)
  })
})
