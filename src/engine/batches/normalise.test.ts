import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import type { ImageShape } from '../../contract/datasets'
import { normaliser } from './normalise'

beforeAll(() => tf.setBackend('cpu'))

const plain = { mean: [0, 0, 0], standardDeviation: [1, 1, 1] }
function values(images: number[], count: number, from: ImageShape, to: ImageShape, normalisation = plain): number[] {
  const before = tf.memory().numTensors
  const tensor = normaliser(from, to, normalisation)(Uint8Array.from(images), count)
  expect(tensor.shape).toEqual([count, ...to])
  const result = Array.from(tensor.dataSync())
  tensor.dispose()
  expect(tf.memory().numTensors).toBe(before)
  return result
}
const expectClose = (actual: number[], expected: number[]): void => {
  expect(actual).toHaveLength(expected.length)
  actual.forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, 6))
}

describe('normaliser', () => {
  it('subtracts the mean and divides by the deviation of each channel', () => {
    // (51/255 − 0.1)/0.5 = 0.2, (102/255 − 0.2)/0.25 = 0.8, (255/255 − 0.5)/0.5 = 1; and black
    const normalisation = { mean: [0.1, 0.2, 0.5], standardDeviation: [0.5, 0.25, 0.5] }
    expectClose(values([51, 102, 255, 0, 0, 0], 2, [1, 1, 3], [1, 1, 3], normalisation), [0.2, 0.8, 1, -0.2, -0.8, -1])
  })

  it('keeps grey grey', () => {
    expectClose(values([0, 255, 51, 102], 1, [2, 2, 1], [2, 2, 1], { mean: [0.5], standardDeviation: [0.5] }), [-1, 1, -0.6, -0.2])
  })

  it('repeats grey into the colours that a network wants, each with its own mean', () => {
    expectClose(values([51, 255], 1, [1, 2, 1], [1, 2, 3], { mean: [0, 0.1, 0.2], standardDeviation: [1, 1, 1] }), [0.2, 0.1, 0, 1, 0.9, 0.8])
  })

  it('makes colours grey by their brightness', () => {
    // Pillow's whole numbers: red 255·19595/65536 = 76.2 → 76, green 149.7 → 150, blue 29.1 → 29, white 255
    const pixels = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255]
    expectClose(values(pixels, 1, [2, 2, 3], [2, 2, 1]), [76 / 255, 150 / 255, 29 / 255, 1])
  })

  it('brings images to the network\'s size, half-pixel centres', () => {
    // a row 0, 255 to four pixels: centres at 0.5/2 … → −0.25, 0.25, 0.75, 1.25 of the row, held at its ends
    expectClose(values([0, 255], 1, [1, 2, 1], [1, 4, 1]), [0, 0.25, 0.75, 1])
  })

  it('uses a single mean for all channels', () => {
    expectClose(values([51, 51, 51], 1, [1, 1, 3], [1, 1, 3], { mean: [0.2], standardDeviation: [2] }), [0, 0, 0])
  })
})
