import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { CategoryRelationship } from './category-relationship'

beforeAll(() => tf.setBackend('cpu'))

const logarithm = Math.log(3)

describe('the relationship of two sets of classes', () => {
  it('is the mean prediction for the images of a class, over all batches', () => {
    const relationship = new CategoryRelationship(3, 2)
    // (0.75, 0.25) and (0.5, 0.5) of the first class; (0.25, 0.75) of the second; none of the third.
    relationship.add(tf.tensor2d([[logarithm, 0], [0, logarithm]]), [0, 1])
    relationship.add(tf.tensor2d([[1, 1]]), [0])
    const rows = Array.from(relationship.rows().dataSync())
    ;[0.625, 0.375, 0.25, 0.75, 0.5, 0.5].forEach((value, index) => expect(rows[index]).toBeCloseTo(value, 6))
  })
})
