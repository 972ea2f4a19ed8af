import { expect, it } from 'vitest'
import type { EpochMetric } from '../../contract/runs'
import { selectionCost, type WatchedTraining } from './selection-cost'

const epoch = (number: number, entropy: number, information: number): EpochMetric => ({
  kind: 'epoch', stage: 0, epoch: number, step: number * 10, seconds: 0, train: { loss: 1 },
  scores: { entropy, 'information-maximisation': information }
})
/** Truth 0 1 0 1: the first epoch has 2 of 4 right, the second all, the third 3. */
const predicted = [[0, 0, 0, 0], [0, 1, 0, 1], [0, 1, 1, 1]]
const training: WatchedTraining = {
  epochs: [epoch(1, 0.1, 0.2), epoch(2, 0.3, 0.4), epoch(3, 0.3, 0.6)],
  predictionsOf: (number) => Promise.resolve(Int32Array.from(predicted[number - 1]!)),
  images: { split: 'validation', n: 4 }, classes: 2, score: 'information-maximisation', epoch: 3,
  labels: Int32Array.from([0, 1, 0, 1])
}

it('tells which epoch each score would have kept, how good it was, and what not looking cost', async () => {
  const record = await selectionCost(training)
  expect(record.choices).toEqual([
    { score: 'entropy', epoch: 1, value: 0.1, accuracy: 0.5 },
    { score: 'information-maximisation', epoch: 3, value: 0.6, accuracy: 0.75 },
    { score: 'last', epoch: 3, accuracy: 0.75 }
  ])
  expect(record).toMatchObject({ epoch: 3, accuracy: 0.75, best: { epoch: 2, accuracy: 1 }, cost: 0.25 })
})

it('chooses from the settled epochs alone where there are any, as the training does', async () => {
  const from = async (least: number) => (await selectionCost({ ...training, settled: ({ epoch: kept }) => kept >= least })).choices
    .map(({ score, epoch: kept }) => [score, kept])
  expect(await from(2)).toEqual([['entropy', 2], ['information-maximisation', 3], ['last', 3]])
  expect(await from(9)).toEqual([['entropy', 1], ['information-maximisation', 3], ['last', 3]])
})

it('tells the choices alone where the target has no labels at all', async () => {
  const { labels: _, ...unlabelled } = training
  const record = await selectionCost(unlabelled)
  expect(record.choices.map(({ epoch: kept }) => kept)).toEqual([1, 3, 3])
  expect(record).not.toHaveProperty('accuracy')
  expect(record).not.toHaveProperty('cost')
})

it('takes the least loss of epochs with equal source validation, as the training does', async () => {
  const equal = [[1, 0.5], [2, 0.2], [3, 0.4]].map(([number, sourceLoss]): EpochMetric => ({
    ...epoch(number!, 0, 0), scores: { 'source-validation': 0.9 }, sourceLoss
  }))
  const { choices } = await selectionCost({ ...training, epochs: equal, score: 'source-validation', epoch: 2 })
  expect(choices[0]).toMatchObject({ score: 'source-validation', epoch: 2 })
})
