import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { architectures } from '../architectures'
import { inference, Network } from './network'
import { studentParameters } from '../methods/shared/student'
import { inputsAs, answersOf } from './answers'
import { someImages, tinyDefinition } from '../methods/tests/testing'

beforeAll(() => tf.setBackend('cpu'))

const values = (tensor: tf.Tensor): number[] => Array.from(tensor.dataSync())

describe('a teacher', () => {
  it('answers in the order of the target\'s classes', () => {
    const teacher = Network.create(tinyDefinition(['cat', 'dog', 'hen']), 1)
    const inputs = someImages('order', 2)
    const own = teacher.forward(inputs, inference).arraySync()
    const answers = answersOf(teacher, ['hen', 'cat', 'dog'], teacher.definition)(inputs).arraySync()
    expect(answers).toEqual(own.map(([cat, dog, hen]) => [hen, cat, dog]))
  })

  it('sees the same pixels through its own normalisation', () => {
    const from = tinyDefinition()
    const to = tinyDefinition(['a', 'b'], { normalisation: { mean: [0.1], standardDeviation: [0.2] } })
    // The byte 128 is (0.50196 − 0.5) / 0.5 = 0.0039 for one and (0.50196 − 0.1) / 0.2 = 2.0098 for the other.
    const seen = values(inputsAs(tf.fill([1, 4, 4, 1], (128 / 255 - 0.5) / 0.5), from, to))
    for (const value of seen) expect(value).toBeCloseTo((128 / 255 - 0.1) / 0.2, 5)
  })

  it('sees colour as grey, grey as colour, and another size', () => {
    const grey = tinyDefinition()
    const even = { mean: [0.5, 0.5, 0.5], standardDeviation: [0.5, 0.5, 0.5] }
    const colour = tinyDefinition(['a', 'b'], { input: [8, 6, 3], normalisation: even })
    const widened = inputsAs(tf.ones([2, 4, 4, 1]), grey, colour)
    expect(widened.shape).toEqual([2, 8, 6, 3])
    expect(new Set(values(widened))).toEqual(new Set([1]))
    // Pure green is 0.587 of white: 2 · 0.587 − 1 = 0.174.
    const green = tf.tile(tf.tensor4d([-1, 1, -1], [1, 1, 1, 3]), [1, 8, 6, 1]) as tf.Tensor4D
    for (const value of values(inputsAs(green, colour, grey))) expect(value).toBeCloseTo(0.174, 5)
  })

  it('gets images made for itself untouched', () => {
    const inputs = someImages('same', 1)
    expect(inputsAs(inputs, tinyDefinition(), tinyDefinition())).toBe(inputs)
  })
})

describe('a student', () => {
  it('can be of every architecture', () => {
    expect(studentParameters.student.options.map(({ value }) => value).slice(1)).toEqual(architectures.map(({ id }) => id))
  })
})
