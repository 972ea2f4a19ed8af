import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { rotate } from '../batches/image-changes'
import { quarterTurns, turnsOf } from './quarter-turns'

beforeAll(() => tf.setBackend('cpu'))

describe('quarterTurns', () => {
  it('turns every image by 0, 90, 180 and 270 degrees against the clock', () => {
    // 1 2      2 4      4 3      3 1
    // 3 4  →   1 3  →   2 1  →   4 2
    const turned = quarterTurns(tf.tensor4d([1, 2, 3, 4, 10, 20, 30, 40], [2, 2, 2, 1]))
    expect(turned.shape).toEqual([8, 2, 2, 1])
    expect(Array.from(turned.dataSync())).toEqual([
      1, 2, 3, 4, 10, 20, 30, 40,
      2, 4, 1, 3, 20, 40, 10, 30,
      4, 3, 2, 1, 40, 30, 20, 10,
      3, 1, 4, 2, 30, 10, 40, 20
    ])
  })

  it('turns as the images of a data set are turned', () => {
    const image = Uint8Array.from({ length: 27 }, (_, index) => index)
    const turned = quarterTurns(tf.tensor4d(image, [1, 3, 3, 3])).dataSync()
    for (const quarters of [0, 1, 2, 3]) {
      const expected = image.slice()
      rotate(expected, [3, 3, 3], quarters * Math.PI / 2)
      expect(Array.from(turned.slice(quarters * 27, (quarters + 1) * 27))).toEqual(Array.from(expected))
    }
  })

  it('labels each image with its turn', () => {
    const labels = turnsOf(3)
    expect(labels.dtype).toBe('int32')
    expect(Array.from(labels.dataSync())).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3])
  })
})
