import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Batch, BatchStream } from '../batches/batch-stream'
import { evaluate, ScoreCounter } from './metrics'

beforeAll(() => tf.setBackend('cpu'))

const classes = ['cat', 'dog', 'horse']

describe('ScoreCounter', () => {
  it('gives accuracy, loss, each class and the confusion', () => {
    const counter = new ScoreCounter(classes)
    // Over batches of different sizes. Softmax of (0, ln 3, 0) is (0.2, 0.6, 0.2).
    const ln3 = Math.log(3)
    counter.add(Float32Array.from([0, ln3, 0, 0, ln3, 0]), [1, 0]) // dog seen as dog (−ln 0.6), cat as dog (−ln 0.2)
    counter.add(Float32Array.from([ln3, 0, 0]), [0]) // cat as cat (−ln 0.6)
    const score = counter.score()
    expect(score.accuracy).toBeCloseTo(2 / 3, 12)
    // (0.510826 + 1.609438 + 0.510826) / 3
    expect(score.loss).toBeCloseTo(0.877030, 5)
    expect(score.n).toBe(3)
    // Classes half and wholly right; F1 2 / (2 + 1) and 2 / (1 + 2).
    expect(score.balancedAccuracy).toBeCloseTo(0.75, 10)
    expect(score.macroF1).toBeCloseTo(2 / 3, 10)
    expect(score.perClass).toEqual([
      { class: 'cat', accuracy: 0.5, n: 2 }, { class: 'dog', accuracy: 1, n: 1 }, { class: 'horse', accuracy: null, n: 0 }
    ])
    expect(score.confusion).toEqual([[1, 1, 0], [0, 1, 0], [0, 0, 0]])
    expect(Array.from(counter.predictions)).toEqual([1, 1, 0])
  })

  it('stays exact for logits far from zero', () => {
    const counter = new ScoreCounter(['no', 'yes'])
    counter.add(Float32Array.from([1000, 1000]), [0])
    expect(counter.score().loss).toBeCloseTo(Math.LN2, 12)
    expect(counter.score().accuracy).toBe(1)
  })

  it('refuses outputs that are not numbers instead of scoring them', () => {
    for (const bad of [NaN, Infinity, -Infinity]) {
      expect(() => new ScoreCounter(['no', 'yes']).add(Float32Array.from([bad, 1]), [0])).toThrow('not finite')
    }
  })

  it('refuses a label outside the classes', () => {
    expect(() => new ScoreCounter(classes).add(new Float32Array(3), [3])).toThrow('label 3')
  })

  it('has something to say about no image at all', () => {
    expect(new ScoreCounter(classes).score()).toMatchObject({ accuracy: 0, loss: 0, n: 0 })
  })

  it('leaves the confusion out where it would be huge', () => {
    const names = Array.from({ length: 300 }, (_, index) => `class ${index}`)
    expect(new ScoreCounter(names).score().confusion).toBeUndefined()
  })
})

/** Two batches; the input is the class itself. */
class FixedStream implements BatchStream {
  readonly count = 5
  readonly stepsPerEpoch = 2
  private readonly labels = [[0, 1, 2], [2, 1]]

  constructor(private readonly labelled = true) {}

  next(_epoch: number, step: number): Promise<Batch> {
    const labels = this.labels[step]!
    return Promise.resolve({
      inputs: tf.tensor2d(labels, [labels.length, 1]),
      ...(this.labelled && { labels: tf.tensor1d(labels, 'int32') }),
      positions: Int32Array.from(labels)
    })
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}

/** Says cat for a cat, dog for everything else. */
const classifier = (inputs: tf.Tensor): tf.Tensor2D =>
  tf.cast(tf.oneHot(tf.cast(tf.minimum(tf.reshape(inputs, [-1]), 1), 'int32'), 3), 'float32') as tf.Tensor2D

describe('evaluate', () => {
  it('scores a whole source, reports on the way and leaves no tensor', async () => {
    const before = tf.memory().numTensors
    const progress: [number, number][] = []
    const { score, predictions } = await evaluate(classifier, new FixedStream(), classes, {
      onProgress: (done, total) => progress.push([done, total])
    })
    expect(score.accuracy).toBeCloseTo(3 / 5, 12)
    expect(Array.from(predictions)).toEqual([0, 1, 1, 1, 1])
    expect(progress).toEqual([[3, 5], [5, 5]])
    expect(tf.memory().numTensors).toBe(before)
  })

  it('stops between two batches when cancelled', async () => {
    const before = tf.memory().numTensors
    const cancel = new AbortController()
    let batches = 0
    const work = evaluate((inputs) => {
      batches++
      cancel.abort()
      return classifier(inputs)
    }, new FixedStream(), classes, { signal: cancel.signal })
    await expect(work).rejects.toThrow()
    expect(batches).toBe(1)
    expect(tf.memory().numTensors).toBe(before)
  })

  it('refuses images without labels and leaves no tensor', async () => {
    const before = tf.memory().numTensors
    await expect(evaluate(classifier, new FixedStream(false), classes)).rejects.toThrow('labels')
    expect(tf.memory().numTensors).toBe(before)
  })
})
