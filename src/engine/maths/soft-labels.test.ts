import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { crossEntropy } from './cross-entropy'
import { smoothLabels, softCrossEntropy } from './soft-labels'

beforeAll(() => tf.setBackend('cpu'))

describe('softCrossEntropy', () => {
  it('is the expected surprise', () => {
    // softmax (0.75, 0.25): −(ln 0.75 + ln 0.25)/2
    const value = softCrossEntropy(tf.tensor2d([[Math.log(3), 0]]), tf.tensor2d([[0.5, 0.5]]))
    expect(value.dataSync()[0]).toBeCloseTo(0.836988, 5)
  })

  it('is the cross-entropy for labels that are certain', () => {
    const logits = tf.tensor2d([[1, 2, 3], [-4, 0, 100]])
    const labels = tf.tensor1d([0, 2], 'int32')
    expect(softCrossEntropy(logits, smoothLabels(labels, 3)).dataSync()[0]).toBeCloseTo(crossEntropy(logits, labels).dataSync()[0]!, 5)
  })
})

describe('smoothLabels', () => {
  it('shares a part among all classes', () => {
    // 0.8 + 0.2/4 and 0.2/4
    const labels = smoothLabels(tf.tensor1d([1], 'int32'), 4, 0.2)
    Array.from(labels.dataSync()).forEach((value, index) => expect(value).toBeCloseTo([0.05, 0.85, 0.05, 0.05][index]!, 6))
  })
})
