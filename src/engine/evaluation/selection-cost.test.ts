import { expect, it } from 'vitest'
import type { EpochMetric } from '../../contract/runs'
import { classShift, disagreementNote, overStartNote, shiftNote } from './second-opinion'
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

it('has a second opinion beside the score that chose, and says where they disagree and where the class shares are far from the source\'s', async () => {
  // 90:10 as the truth. Epoch 1 has it right; epoch 2 throws a coin, which information maximisation prefers.
  const truth = Int32Array.from({ length: 200 }, (_, image) => image % 10 === 0 ? 1 : 0)
  const coin = Int32Array.from({ length: 200 }, (_, image) => Math.floor(image / 7) % 2)
  const told = (number: number, information: number, neighbours: number): EpochMetric => ({
    ...epoch(number, 0, information), scores: { 'information-maximisation': information, 'neighbour-agreement': neighbours }
  })
  const shifted: WatchedTraining = {
    epochs: [told(1, 0.325, 1), told(2, 0.693, 0)], predictionsOf: (number) => Promise.resolve(number === 1 ? truth : coin),
    images: { split: 'validation', n: 200 }, classes: 2, score: 'information-maximisation', epoch: 2, sourceCounts: [50, 50]
  }
  const record = await selectionCost(shifted)
  expect(record.second).toMatchObject({ score: 'neighbour-agreement', value: 0, epoch: 1, disagrees: true })
  // 90:10 against 50:50 is 0.4 apart, though the kept epoch's own answers are balanced.
  expect(record.shift).toEqual({ distance: expect.closeTo(0.4, 6), far: true })
  expect(disagreementNote(record)!.en).toContain('2 was kept, and agreement with neighbours would have kept 1')
  expect(shiftNote(record)!.en).toContain('40 % apart')
  const alike = await selectionCost({ ...shifted, epoch: 1, score: 'neighbour-agreement', sourceCounts: [900, 100] })
  expect([alike.second?.disagrees, alike.shift?.far, disagreementNote(alike), shiftNote(alike)]).toEqual([false, false, undefined, undefined])
})

it('lets the start give way to a less sure epoch, as the training does', async () => {
  const told = (number: number, information: number, equal: number): EpochMetric => ({
    ...epoch(number, 0, information),
    scores: { 'information-maximisation': information, 'information-at-equal-sureness': equal, 'neighbour-agreement': 0.9 }
  })
  const chosenOf = async (equal: number, overtaking = true) => (await selectionCost({
    ...training, overtaking, epochs: [told(0, 1.4, 1.8), told(1, 0.6, equal)], predictionsOf: () => Promise.resolve(Int32Array.from(predicted[0]!))
  })).choices.find(({ score }) => score === 'information-maximisation')?.epoch
  expect(await chosenOf(1.9)).toBe(1)
  expect(await chosenOf(1.7)).toBe(0)
  // A score that a person names chooses alone, as in runs that were made before there was the other rule.
  expect(await chosenOf(1.9, false)).toBe(0)
  const recordOf = (epoch: number, information: number) => selectionCost({
    ...training, epoch, epochs: [told(0, 1.4, 1.8), told(1, information, 1.9)], predictionsOf: () => Promise.resolve(Int32Array.from(predicted[0]!))
  })
  expect(overStartNote(await recordOf(1, 0.6))?.en).toContain('the start above epoch 1')
  for (const record of [await recordOf(0, 0.6), await recordOf(1, 1.5)]) expect([record.overStart, overStartNote(record)]).toEqual([undefined, undefined])
})

it('takes no few images for another share of classes', () => {
  // Seven images of seven classes, by chance in three of them.
  expect(classShift([Int32Array.of(0, 0, 0, 1, 1, 2, 2)], [44, 44, 44, 44, 44, 44, 44]).far).toBe(false)
})
