import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { channelAttention, deltaDistance } from './delta'

beforeAll(() => tf.setBackend('cpu'))

// one image of two pixels and two channels; differences 1, 2 in the first channel, 3, 0 in the second
const current = () => tf.tensor4d([[[[1, 3], [2, 0]]]])
const source = () => tf.tensor4d([[[[0, 0], [0, 0]]]])

describe('deltaDistance', () => {
  it('weighs the channels\' squared distances', () => {
    // ½ · 2 · (0.25 · 5 + 0.75 · 9) / 2 pixels
    expect(deltaDistance(current(), source(), tf.tensor1d([0.25, 0.75])).dataSync()[0]).toBeCloseTo(4, 6)
  })

  it('weighs all alike without attention', () => {
    // ½ · (5 + 9) / 2
    expect(deltaDistance(current(), source()).dataSync()[0]).toBeCloseTo(3.5, 6)
    expect(deltaDistance(current(), source(), tf.tensor1d([0.5, 0.5])).dataSync()[0]).toBeCloseTo(3.5, 6)
  })

  it('leaves the source alone', () => {
    const [, gradient] = tf.grads((x, y) => deltaDistance(x as tf.Tensor4D, y as tf.Tensor4D))([current(), source()])
    expect(Array.from(gradient!.dataSync())).toEqual([0, 0, 0, 0])
  })
})

describe('channelAttention', () => {
  it('looks at channels that cost more to lose', () => {
    // 1, 2, 3 standardised: ∓1.224745; over 5: exp(∓0.244949) = 0.782744, 1, 1.277557; sum 3.060301
    const attention = channelAttention([1, 2, 3])
    const expected = [0.255774, 0.326765, 0.417461]
    attention.forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, 5))
  })

  it('looks everywhere alike where nothing differs', () => {
    expect(channelAttention([2, 2])).toEqual([0.5, 0.5])
  })
})
