import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { randomStream } from '../random'
import { applyLayer } from './layers'

beforeAll(() => tf.setBackend('cpu'))

const normal = (name: string, ...shape: number[]): tf.Tensor4D => {
  const random = randomStream(1, name)
  const values = Float32Array.from({ length: shape.reduce((product, length) => product * length, 1) }, () => random.normal())
  return tf.tensor4d(values, shape as [number, number, number, number])
}

describe('a convolution', () => {
  it.each([
    { size: [3, 3], stride: 1, padding: 1 }, { size: [5, 5], stride: 1, padding: 2 }, { size: [3, 3], stride: 1, padding: 2 },
    { size: [1, 1], stride: 1, padding: 0 }, { size: [3, 1], stride: 1, padding: 1 },
    { size: [4, 4], stride: 1, padding: 1 }, { size: [3, 3], stride: 2, padding: 1 }
  ] as const)('of $size pixels, moved by $stride, has $padding zeros around its image', ({ size, stride, padding }) => {
    const [x, kernel] = [normal('image', 2, 7, 6, 2), tf.variable(normal('kernel', ...size, 2, 2))]
    const layer = { name: 'layer', kernelSize: [...size] as [number, number], strides: [stride, stride] as [number, number], padding, bias: false }
    const context = { weight: () => kernel, training: true, dropout: false, randomKey: [] }
    const zeros: [number, number] = [padding, padding]
    const wide = tf.pad(x, [[0, 0], zeros, zeros, [0, 0]])
    for (const [kind, expected] of [
      ['convolution', tf.conv2d(wide, kernel as tf.Tensor as tf.Tensor4D, stride, 'valid')],
      ['depthwise-convolution', tf.depthwiseConv2d(wide, kernel as tf.Tensor as tf.Tensor4D, stride, 'valid')]
    ] as const) {
      const found = kind === 'convolution' ? applyLayer({ ...layer, kind, filters: 2 }, [x], context) : applyLayer({ ...layer, kind }, [x], context)
      expect(found.shape).toEqual(expected.shape)
      expect(tf.max(tf.abs(tf.sub(found, expected))).dataSync()[0]).toBeLessThan(1e-5)
    }
  })
})
