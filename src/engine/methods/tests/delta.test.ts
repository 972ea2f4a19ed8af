import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { defaultsOf } from '../../../contract/parameters'
import { Network } from '../../network/network'
import type { BatchStream } from '../../batches/batch-stream'
import { channelScores } from '../shared/channel-attention'
import { gradientStage, someImages, startPosition, testContext, tinyDefinition } from './testing'
import { delta } from '../delta'

beforeAll(() => tf.setBackend('cpu'))

/** The same four labelled images at each step. */
const source = (): BatchStream => ({
  count: 4,
  stepsPerEpoch: 3,
  next: () => Promise.resolve({
    inputs: someImages('delta', 4), labels: tf.tensor1d([0, 1, 1, 0], 'int32'), positions: Int32Array.of(0, 1, 2, 3)
  }),
  close: () => Promise.resolve()
})
const signal = new AbortController().signal

describe('attention over channels', () => {
  it('is high for the channel that the loss depends on, and nothing for a dead one', async () => {
    const network = Network.create(tinyDefinition(), 1)
    // The third filter is dead: its kernel and bias give less than nothing.
    const kernel = network.weights.get('block1.convolution.kernel')!
    const values = kernel.arraySync() as number[][][][]
    for (const row of values) for (const pixel of row) for (const filters of pixel) filters[2] = 0
    kernel.assign(tf.tensor(values))
    network.weights.get('block1.convolution.bias')!.assign(tf.tensor1d([0.1, 0.1, -1]))
    const before = tf.memory().numTensors
    const [scores] = await channelScores(network, ['block1'], source(), 2, signal)
    expect(tf.memory().numTensors).toBe(before)
    expect(scores).toHaveLength(3)
    expect(scores![2]).toBe(0)
    expect(Math.abs(scores![0]!)).toBeGreaterThan(1e-4)
    // Two batches of the same images have the mean of one.
    const [once] = await channelScores(network, ['block1'], source(), 1, signal)
    scores!.forEach((score, channel) => expect(score).toBeCloseTo(once![channel]!, 6))
  })

  it('stops when cancelled and leaves no tensor', async () => {
    const network = Network.create(tinyDefinition(), 1)
    const controller = new AbortController()
    controller.abort()
    const before = tf.memory().numTensors
    await expect(channelScores(network, ['block1'], source(), 2, controller.signal)).rejects.toThrow()
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe('DELTA', () => {
  const stagesOf = (classes: readonly string[], changes = {}) => delta.create(
    testContext({ source: Network.create(tinyDefinition(), 1), classes }), { ...defaultsOf(delta.parameters), ...changes }
  ).stages

  it('measures with a head of its own where the classes are new, and with the source\'s where they are not', () => {
    expect(stagesOf(['x', 'y', 'z'])).toHaveLength(2)
    expect(stagesOf(['a', 'b'])).toHaveLength(1)
    expect(stagesOf(['x', 'y', 'z'], { attention: false })).toHaveLength(1)
  })

  it('compares only blocks that give maps unless told otherwise', () => {
    expect([...gradientStage(stagesOf(['a', 'b'])[0]).state!().keys()]).toEqual(['attention-block1'])
  })

  it('pulls nothing at the start, and its attention sums to one', async () => {
    const stage = gradientStage(stagesOf(['a', 'b'])[0])
    await stage.begin!({ streams: { target: source() }, inOrder: () => source(), validation: async () => undefined, signal })
    const attention = stage.state!().get('attention-block1')!.dataSync<'float32'>()
    expect(attention.reduce((sum, value) => sum + value)).toBeCloseTo(1, 5)
    expect(new Set(attention).size).toBe(3)
    const { losses } = stage.step({ target: await source().next(0, 0) }, startPosition)
    expect((losses as Record<string, tf.Scalar>).maps!.dataSync()[0]).toBe(0)
  })
})
