import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, it } from 'vitest'
import { isSettled, Selection } from './selection'

beforeAll(() => tf.setBackend('cpu'))

/** Shows a selection epochs of these values, the weight being the epoch's number, until it has enough. */
function choose(values: readonly number[], patience = 0, settled?: (epoch: number) => boolean) {
  const selection = new Selection(patience)
  const seen = values.findIndex((value, index) => {
    const weights = tf.tensor1d([index + 1])
    selection.consider(index + 1, { score: 'validation accuracy', value, loss: 0 }, new Map([['weights', weights]]), settled)
    weights.dispose()
    return selection.exhausted
  })
  const result = { epoch: selection.state.best!.epoch, weights: selection.bestWeights.get('weights')!.dataSync()[0], stopped: seen + 1 }
  selection.dispose()
  return result
}

describe('the epoch that is kept', () => {
  it('is the best one', () => {
    expect(choose([0.2, 0.9, 0.5])).toEqual({ epoch: 2, weights: 2, stopped: 0 })
  })

  it('is the best settled one, though one before was better', () => {
    expect(choose([0.9, 0.8, 0.3, 0.4], 0, (epoch) => epoch > 2)).toEqual({ epoch: 4, weights: 4, stopped: 0 })
  })

  it('is the best of all where none is settled', () => {
    expect(choose([0.5, 0.9, 0.3], 0, () => false)).toEqual({ epoch: 2, weights: 2, stopped: 0 })
  })

  it('is waited for with patience that begins with the first settled one', () => {
    expect(choose([0.9, 0.8, 0.7, 0.3, 0.2, 0.1], 1)).toMatchObject({ epoch: 1, stopped: 2 })
    expect(choose([0.9, 0.8, 0.7, 0.3, 0.2, 0.1], 1, (epoch) => epoch > 3)).toMatchObject({ epoch: 4, stopped: 5 })
  })
})

describe('the start', () => {
  const scores = (information: number, agreement = 0.9) => ({ 'information-at-equal-sureness': information, 'neighbour-agreement': agreement })
  /** Epochs from 0 on: the score that chooses, and the information at equal sureness. */
  function keptOf(epochs: readonly (readonly [value: number, information: number])[]): number {
    const selection = new Selection(0)
    for (const [epoch, [value, information]] of epochs.entries()) {
      selection.consider(epoch, { score: 'information-maximisation', value, loss: 0, scores: scores(information) }, new Map())
    }
    return selection.state.best!.epoch
  }

  it('is kept where nothing is better, and gives way to what only seems worse because it is less sure', () => {
    expect(keptOf([[1.4, 1.8], [0.6, 1.2], [0.7, 1.3]])).toBe(0)
    expect(keptOf([[1.4, 1.8], [0.6, 1.9], [1.1, 1.7], [0.9, 2]])).toBe(2)
  })
})

it('an epoch is settled when it ends later than its stage settles', () => {
  expect([9, 10, 11].map((step) => isSettled({ settledAfter: 10 }, step))).toEqual([false, false, true])
  expect(isSettled({}, 1)).toBe(true)
})
