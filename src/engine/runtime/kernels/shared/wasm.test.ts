import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { architectureOf, definitionOf } from '../../../architectures'
import { crossEntropy } from '../../../maths/cross-entropy'
import { Network } from '../../../network/network'
import { randomStream } from '../../../random'
import { openBackend } from '../..'
import { batchNormalisationTraining } from '../batch-normalisation'

beforeAll(async () => { await openBackend('wasm', { cacheDir: 'none' }) })

interface Numbers { shape: number[], values: Float32Array }
function random(...shape: number[]): Numbers {
  const stream = randomStream(1, shape.join())
  return { shape, values: Float32Array.from({ length: shape.reduce((product, length) => product * length, 1) }, () => stream.normal()) }
}

/** What the plain JavaScript backend gives, and what this one gives, for the same numbers. */
function onBoth(inputs: readonly Numbers[], work: (...tensors: tf.Tensor[]) => tf.Tensor[]): [plain: number[][], wasm: number[][]] {
  const run = (): number[][] => tf.tidy(() => (
    work(...inputs.map(({ shape, values }) => tf.tensor(values, shape))).map((output) => [...output.shape, ...output.dataSync()])
  ))
  tf.setBackend('cpu')
  try {
    const plain = run()
    tf.setBackend('wasm')
    return [plain, run()]
  } finally {
    tf.setBackend('wasm')
  }
}

function expectClose(actual: readonly number[][], expected: readonly number[][]): void {
  expect(actual.length).toBe(expected.length)
  actual.forEach((values, index) => {
    expect(values.length).toBe(expected[index]!.length)
    const worst = Math.max(...values.map((value, at) => Math.abs(value - expected[index]![at]!) / (1 + Math.abs(expected[index]![at]!))))
    expect(worst).toBeLessThan(1e-4)
  })
}

describe('the WebAssembly backend gives the gradients of the plain one', () => {
  const cases = [
    { size: [6, 6], filter: [3, 3], strides: 1, pad: 'same' },
    { size: [7, 5], filter: [3, 3], strides: 2, pad: 'same' },
    { size: [8, 8], filter: [3, 3], strides: 2, pad: 'same' },
    { size: [9, 8], filter: [5, 3], strides: 3, pad: 'valid' },
    { size: [8, 7], filter: [1, 1], strides: 2, pad: 'valid' },
    { size: [6, 9], filter: [4, 2], strides: [1, 2], pad: 'valid' }
  ] as { size: [number, number], filter: [number, number], strides: number | [number, number], pad: 'same' | 'valid' }[]

  for (const { size, filter, strides, pad } of cases) {
    const name = `${filter.join('×')} at stride ${String(strides)}, ${pad}, on ${size.join('×')}`
    it(`of a convolution of ${name}`, () => {
      const [plain, wasm] = onBoth([random(2, ...size, 3), random(...filter, 3, 4)], (x, w) => {
        const y = (a: tf.Tensor, b: tf.Tensor) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, strides, pad)
        return [y(x!, w!), ...tf.grads((a, b) => tf.sum(tf.square(y(a!, b!))))([x!, w!])]
      })
      expectClose(wasm, plain)
    })
    for (const multiplier of [1, 2]) {
      it(`of a depthwise convolution of ${name}, ${multiplier} a channel`, () => {
        const [plain, wasm] = onBoth([random(2, ...size, 3), random(...filter, 3, multiplier)], (x, w) => {
          const y = (a: tf.Tensor, b: tf.Tensor) => tf.depthwiseConv2d(a as tf.Tensor4D, b as tf.Tensor4D, strides, pad)
          return [y(x!, w!), ...tf.grads((a, b) => tf.sum(tf.square(y(a!, b!))))([x!, w!])]
        })
        expectClose(wasm, plain)
      })
    }
    it(`of max-pooling of ${name}`, () => {
      const [plain, wasm] = onBoth([random(2, ...size, 3)], (x) => {
        const y = (a: tf.Tensor) => tf.maxPool(a as tf.Tensor4D, filter, strides, pad)
        return [tf.grad((a) => tf.sum(tf.square(y(a))))(x!)]
      })
      expectClose(wasm, plain)
    })
  }

  it('of matrix products, whichever factor is larger or transposed', () => {
    for (const [rows, inner, columns] of [[3, 4, 5], [2, 7, 9], [9, 7, 2]] as const) {
      const [plain, wasm] = onBoth([random(rows, inner), random(inner, columns)], (a, b) => [
        ...tf.grads((x, y) => tf.sum(tf.square(tf.matMul(x as tf.Tensor2D, y as tf.Tensor2D))))([a!, b!]),
        tf.matMul(tf.transpose(a!), tf.transpose(b!), true, true)
      ])
      expectClose(wasm, plain)
    }
  })

  it('of batch normalisation and cross-entropy', () => {
    const normalised = ([x, gamma, beta]: tf.Tensor[]) =>
      batchNormalisationTraining(x!, gamma!, beta!, 1e-3, { mean: tf.zeros([2]), variance: tf.ones([2]), momentum: 0.1 }).y
    const [plain, wasm] = onBoth([random(4, 3, 3, 2), random(2), random(2), random(4, 5)], (x, gamma, beta, logits) => [
      ...tf.grads((...tensors) => tf.sum(tf.pow(normalised(tensors), 3)))([x!, gamma!, beta!]),
      tf.grad((z) => crossEntropy(z as tf.Tensor2D, tf.tensor1d([0, 4, 2, 2], 'int32')))(logits!)
    ])
    expectClose(wasm, plain)
  })
})

describe('cross-entropy', () => {
  it('is the mean of −log softmax at the labels, and does not overflow', () => {
    // softmax of (1, 2, 3) at 2: e³/(e + e² + e³) = 0.66524; −log = 0.40761. Equal logits over 3 classes: log 3 = 1.09861.
    const loss = tf.tidy(() => crossEntropy(tf.tensor2d([[1, 2, 3], [900, 900, 900]]), tf.tensor1d([2, 0], 'int32')).dataSync()[0])
    expect(loss).toBeCloseTo((0.4076059 + 1.0986123) / 2, 5)
  })
})

it('a training step of the seed CNN works on the WebAssembly backend and leaves no tensor behind', () => {
  const network = Network.create(definitionOf(architectureOf('seed-cnn'), [32, 32, 3], ['a', 'b']), 1)
  const before = tf.memory().numTensors
  const losses = [0, 1, 2].map(() => tf.tidy(() => {
    const x = tf.tensor4d(random(4, 32, 32, 3).values, [4, 32, 32, 3])
    const { value, grads } = tf.variableGrads(() => (
      crossEntropy(network.forward(x, { training: true }), tf.tensor1d([0, 1, 1, 0], 'int32'))
    ), [...network.weights.values()])
    for (const weight of network.weights.values()) weight.assign(tf.sub(weight, tf.mul(grads[weight.name]!, 0.05)))
    return value.dataSync()[0]!
  }))
  expect(tf.memory().numTensors).toBe(before)
  expect(losses[2]).toBeLessThan(losses[0]!)
  network.dispose()
})
