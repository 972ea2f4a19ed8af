import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { architectureOf, definitionOf } from '../../src/engine/architectures'
import { crossEntropy } from '../../src/engine/maths/cross-entropy'
import { Network } from '../../src/engine/network/network'
import { randomStream } from '../../src/engine/random'
import { openBackend } from '../../src/engine/runtime'
import { batchNormalisationTraining } from '../../src/engine/runtime/kernels/batch-normalisation'
import { biasReluMaxPooling } from '../../src/engine/runtime/kernels/bias-relu-pooling'
import { createOptimizer } from '../../src/engine/training/optimizers'
import { defaultCacheDir } from '../../src/library/disk'

beforeAll(async () => {
  const { kind } = await openBackend('auto', { cacheDir: defaultCacheDir() })
  expect(kind, 'these are tests of the native backend: run `npm run setup`').not.toBe('wasm')
})

function normal(name: string, ...shape: number[]): tf.Tensor {
  const stream = randomStream(1, name)
  const values = Float32Array.from({ length: shape.reduce((product, length) => product * length, 1) }, () => stream.normal())
  return tf.tensor(values, shape)
}

function expectClose(actual: tf.Tensor, expected: tf.Tensor, tolerance = 1e-5): void {
  expect(actual.shape).toEqual(expected.shape)
  const [a, b] = [actual.dataSync<'float32'>(), expected.dataSync<'float32'>()]
  const worst = a.reduce((most, value, index) => Math.max(most, Math.abs(value - b[index]!) / (1 + Math.abs(b[index]!))), 0)
  expect(worst).toBeLessThan(tolerance)
}

/** Max-pooling's gradient window by window, as its definition says: to the first maximum of each. */
function poolingGradient(x: tf.Tensor4D, dy: tf.Tensor4D, size: number, stride: number, pad: 'same' | 'valid'): tf.Tensor {
  const [batch, height, width, channels] = x.shape
  const [, outHeight, outWidth] = dy.shape
  const before = (length: number, out: number) => pad === 'valid' ? 0 : Math.max(0, Math.floor(((out - 1) * stride + size - length) / 2))
  const gradient = tf.buffer(x.shape)
  const [image, slope] = [x.bufferSync(), dy.bufferSync()]
  const places = [batch, channels, outHeight, outWidth].reduce((product, length) => product * length, 1)
  for (let place = 0; place < places; place++) {
    const [n, c] = [place % batch, Math.floor(place / batch) % channels]
    const [row, column] = [Math.floor(place / (batch * channels)) % outHeight, Math.floor(place / (batch * channels * outHeight))]
    let best: [number, number] | undefined
    for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) {
      const [y, z] = [row * stride - before(height, outHeight) + i, column * stride - before(width, outWidth) + j]
      if (y < 0 || z < 0 || y >= height || z >= width) continue
      if (!best || image.get(n, y, z, c) > image.get(n, ...best, c)) best = [y, z]
    }
    gradient.set(gradient.get(n, ...best!, c) + slope.get(n, row, column, c), n, ...best!, c)
  }
  return gradient.toTensor()
}

describe('the native backend', () => {
  it('passes ReLU\'s gradient where the input is positive, and ReLU6\'s below six', () => {
    const x = tf.tensor1d([-1, 0, 2, 5.9, 6.1])
    expect([...tf.grad((a) => tf.sum(tf.mul(tf.relu(a), [1, 2, 3, 4, 5])))(x).dataSync()]).toEqual([0, 0, 3, 4, 5])
    expect([...tf.grad((a) => tf.sum(tf.mul(tf.relu6(a), [1, 2, 3, 4, 5])))(x).dataSync()].map((v) => Number(v.toFixed(6)))).toEqual([0, 0, 3, 4, 0])
  })

  it('differentiates ReLU\'s gradient once more', () => {
    // f = Σ relu(x)², f′ = 2 relu(x), g = Σ f′² = 4 Σ relu(x)², g′ = 8 relu(x)
    const slope = tf.grad((a) => tf.sum(tf.square(tf.relu(a))))
    expect([...tf.grad((a) => tf.sum(tf.square(slope(a))))(tf.tensor1d([-1, 2, 3])).dataSync()]).toEqual([0, 16, 24])
  })

  for (const [size, stride, pad] of [[2, 2, 'valid'], [2, 2, 'same'], [3, 2, 'same'], [3, 1, 'valid'], [3, 3, 'same']] as const) {
    it(`routes max-pooling's gradient to the maximum: ${size}×${size} at stride ${stride}, ${pad}`, () => {
      const x = normal('pooled', 2, 7, 6, 3) as tf.Tensor4D
      const y = tf.maxPool(x, size, stride, pad)
      const weights = normal('slope', ...y.shape) as tf.Tensor4D
      const gradient = tf.grad((a) => tf.sum(tf.mul(tf.maxPool(a as tf.Tensor4D, size, stride, pad), weights)))(x)
      expectClose(gradient, poolingGradient(x, weights, size, stride, pad))
    })
  }

  it('gives one of several equal maxima the gradient, the first', () => {
    const x = tf.tensor4d([1, 1, 1, 1, 0, 3, 3, 0], [2, 2, 2, 1])
    const gradient = tf.grad((a) => tf.sum(tf.maxPool(a as tf.Tensor4D, 2, 2, 'valid')))(x)
    expect([...gradient.dataSync()]).toEqual([1, 0, 0, 0, 0, 1, 0, 0])
  })

  it('pools before bias and ReLU to the same numbers as after them', () => {
    const [x, bias] = [normal('image', 3, 8, 8, 5) as tf.Tensor4D, normal('bias', 5)]
    const weights = normal('weights', 3, 4, 4, 5)
    const plain = (a: tf.Tensor, b: tf.Tensor) => tf.maxPool(tf.relu(tf.add(a, b)) as tf.Tensor4D, 2, 2, 'valid')
    const fused = (a: tf.Tensor, b: tf.Tensor) => biasReluMaxPooling(a as tf.Tensor4D, b, [2, 2], [2, 2], 'valid')
    expect(fused(x, bias).dataSync()).toEqual(plain(x, bias).dataSync())
    const gradients = (work: typeof plain) => tf.grads((a, b) => tf.sum(tf.mul(work(a!, b!), weights)))([x, bias])
    const [expected, actual] = [gradients(plain), gradients(fused)]
    expectClose(actual[0]!, expected[0]!)
    expectClose(actual[1]!, expected[1]!)
  })

  for (const shape of [[6, 5, 4, 3], [7, 3]]) {
    it(`normalises a batch [${shape.join(', ')}] with its own statistics, and differentiates that`, () => {
      const [x, gamma, beta] = [normal('x', ...shape), normal('gamma', 3), normal('beta', 3)]
      const axes = shape.map((_, axis) => axis).slice(0, -1)
      const plain = (a: tf.Tensor, g: tf.Tensor, b: tf.Tensor) => {
        const centred = tf.sub(a, tf.mean(a, axes))
        return tf.add(tf.mul(tf.mul(centred, tf.rsqrt(tf.add(tf.mean(tf.square(centred), axes), 1e-3))), g), b)
      }
      const count = x.size / 3
      const [mean, variance] = [tf.mean(x, axes), tf.mul(tf.mean(tf.square(tf.sub(x, tf.mean(x, axes))), axes), count / (count - 1))]
      const before = { mean: normal('mean', 3), variance: tf.square(normal('variance', 3)) }
      const moved = (average: tf.Tensor, batch: tf.Tensor, momentum: number) => tf.add(tf.mul(average, 1 - momentum), tf.mul(batch, momentum))
      for (const momentum of [0, 0.1, 1]) {
        const normalised = batchNormalisationTraining(x, gamma, beta, 1e-3, { ...before, momentum })
        expectClose(normalised.y, plain(x, gamma, beta))
        if (momentum === 0) continue
        expectClose(normalised.mean, moved(before.mean, mean, momentum))
        expectClose(normalised.variance, moved(before.variance, variance, momentum))
      }
      const weights = normal('weights', ...shape)
      const gradients = (work: typeof plain) => tf.grads((...t) => tf.sum(tf.mul(work(t[0]!, t[1]!, t[2]!), weights)))([x, gamma, beta])
      const actual = gradients((a, g, b) => batchNormalisationTraining(a, g, b, 1e-3, { ...before, momentum: 0.1 }).y)
      gradients(plain).forEach((expected, index) => expectClose(actual[index]!, expected, 1e-4))
    })
  }

  it('takes the mean cross-entropy and its gradient from class indices', () => {
    const [logits, labels] = [normal('logits', 5, 4) as tf.Tensor2D, tf.tensor1d([0, 3, 1, 1, 2], 'int32')]
    const truth = tf.oneHot(labels, 4)
    expectClose(crossEntropy(logits, labels), tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(logits), truth), 1))))
    expectClose(
      tf.grad((z) => tf.mul(crossEntropy(z as tf.Tensor2D, labels), 3))(logits),
      tf.mul(tf.sub(tf.softmax(logits), truth), 3 / 5)
    )
    expect(() => crossEntropy(logits, tf.tensor1d([0, 1, 2, 3, 4], 'int32'))).toThrow()
  })

  it('multiplies small matrices as large ones, transposed or not', () => {
    // 9×250 by 250×4 stays under the limit, 90×250 by 250×200 does not; rows of the large product are the small ones.
    for (const [rows, columns] of [[9, 4], [90, 200]] as const) {
      const [a, b] = [normal('left', rows, 250) as tf.Tensor2D, normal('right', 250, columns) as tf.Tensor2D]
      const [left, right] = [a.arraySync(), b.arraySync()]
      const expected = tf.tensor2d(left.slice(0, 3).map((row) => [0, 1, 2].map((column) => (
        row.reduce((sum, value, index) => sum + value * right[index]![column]!, 0)
      ))))
      for (const [p, q, transposeA, transposeB] of [
        [a, b, false, false], [tf.transpose(a), b, true, false], [a, tf.transpose(b), false, true], [tf.transpose(a), tf.transpose(b), true, true]
      ] as const) {
        const product = tf.matMul(p, q, transposeA, transposeB)
        expect(product.shape).toEqual([rows, columns])
        expectClose(tf.slice(product, [0, 0], [3, 3]), expected, 1e-4)
      }
    }
  })

  it('differentiates depthwise convolutions as the plain backend does', () => {
    const [x, w] = [normal('x', 2, 7, 6, 3), normal('w', 3, 3, 3, 1)]
    for (const stride of [1, 2]) {
      const y = (a: tf.Tensor, b: tf.Tensor) => tf.depthwiseConv2d(a as tf.Tensor4D, b as tf.Tensor4D, stride, 'same')
      const actual = tf.grads((a, b) => tf.sum(tf.square(y(a!, b!))))([x, w])
      // dL/dw[i, j, c] = Σ x[y·s + i − p, z·s + j − p, c] · 2y: correlations of the padded input, place by place.
      const output = y(x, w) as tf.Tensor4D
      const [rows, columns] = [(output.shape[1] - 1) * stride + 3, (output.shape[2] - 1) * stride + 3]
      const [top, left] = [Math.floor((rows - 7) / 2), Math.floor((columns - 6) / 2)]
      const padded = tf.pad(x, [[0, 0], [top, rows - 7 - top], [left, columns - 6 - left], [0, 0]])
      const places = [0, 1, 2].flatMap((i) => [0, 1, 2].map((j) => {
        const seen = tf.stridedSlice(padded, [0, i, j, 0], [2, i + rows - 2, j + columns - 2, 3], [1, stride, stride, 1])
        return tf.sum(tf.mul(seen, tf.mul(output, 2)), [0, 1, 2])
      }))
      expectClose(actual[1]!, tf.reshape(tf.stack(places), [3, 3, 3, 1]), 1e-4)
    }
  })
})

describe('training on the native backend', () => {
  const definition = definitionOf(architectureOf('seed-cnn'), [32, 32, 3], Array.from({ length: 10 }, (_, index) => String(index)))

  function train(steps: number): Uint8Array {
    const network = Network.create(definition, 7)
    const optimizer = createOptimizer({ optimizer: 'sgd', momentum: 0.9, weightDecay: 1e-4 })
    const groups = [{ name: 'all', variables: network.weights, learningRateFactor: 1 }]
    for (let step = 0; step < steps; step++) {
      tf.tidy(() => {
        const labels = tf.tensor1d(Int32Array.from({ length: 32 }, (_, index) => (index + step) % 10), 'int32')
        const x = normal(`batch ${step}`, 32, 32, 32, 3) as tf.Tensor4D
        const { grads } = tf.variableGrads(() => crossEntropy(network.forward(x, { training: true }), labels), [...network.weights.values()])
        optimizer.apply(groups, Object.fromEntries([...network.weights].map(([name, weight]) => [name, grads[weight.name]!])), 0.01)
      })
    }
    const bytes = Buffer.concat([...network.weights.values()].map((weight) => new Uint8Array(Float32Array.from(weight.dataSync()).buffer)))
    network.dispose()
    optimizer.dispose()
    return bytes
  }

  it('gives the same weights to the last bit when repeated, and leaves no tensor behind', () => {
    const first = train(4)
    const before = tf.memory().numTensors
    const second = train(4)
    expect(Buffer.compare(first, second)).toBe(0)
    expect(tf.memory().numTensors).toBe(before)
  })

  it('does not compute the gradient of the images', () => {
    const network = Network.create(definition, 1)
    const shapes: string[] = []
    const kernel = tf.getKernel('Conv2DBackpropInput', tf.getBackend())!
    tf.unregisterKernel(kernel.kernelName, kernel.backendName)
    tf.registerKernel({ ...kernel, kernelFunc: (call) => {
      shapes.push((call.attrs as unknown as { inputShape: number[] }).inputShape.join())
      return kernel.kernelFunc(call)
    } })
    tf.tidy(() => tf.variableGrads(() => crossEntropy(
      network.forward(normal('images', 2, 32, 32, 3) as tf.Tensor4D, { training: true }), tf.tensor1d([0, 1], 'int32')
    ), [...network.weights.values()]))
    expect(shapes.sort()).toEqual(['2,16,16,32', '2,8,8,64'])
    network.dispose()
  })
})
