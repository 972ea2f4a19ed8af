import type { EpochMetric, SelectionRecord, StartMetric } from '../../contract/runs'
import { effectiveClasses, haveCollapsed, isLabelFree, labelFreeScores, overtakesStart } from './label-free'
import { classShift, disagree, secondScore, shareDiffering } from './second-opinion'

/** What choosing looks at of an epoch. */
export type WatchedEpoch = Pick<EpochMetric, 'epoch' | 'step' | 'scores' | 'sourceLoss'>

/** The epochs of a stage in the order they ended, its start as epoch 0 before them. */
export const watchedEpochs = (metrics: readonly (StartMetric | EpochMetric)[], stage: number): WatchedEpoch[] =>
  metrics.filter((metric) => metric.stage === stage)

/** What is known about a training without target labels when it is over. */
export interface WatchedTraining {
  /** Figures of every epoch of the stage that was chosen from, in order; epoch 0 is its start, where that could be kept. */
  epochs: readonly WatchedEpoch[]
  /** Whether an epoch is settled. If any epoch is, only settled ones may be chosen. All are when absent. */
  settled?(epoch: WatchedEpoch): boolean
  /** Whether an epoch may take the start's place at equal sureness: where nobody named the score that chooses. */
  overtaking?: boolean
  /** The classes predicted for the held-out images at the end of an epoch (counted from one), in order. */
  predictionsOf(epoch: number): Promise<Int32Array>
  images: SelectionRecord['images']
  classes: number
  /** The score that chose the epoch (or `last`), and the epoch that was kept. */
  score: string
  epoch: number
  /** Labelled images of each class in the source, in the target's order; absent without a source data set. */
  sourceCounts?: readonly number[]
  /** Labels of the held-out images; the vault is open now. Absent if the target has none. */
  labels?: Int32Array
}

/** Which epoch each score would have kept. With labels also how good each choice was, and what choosing without labels cost. */
export async function selectionCost(training: WatchedTraining): Promise<SelectionRecord> {
  const { epochs, settled = () => true, overtaking = false, predictionsOf, images, classes, score, epoch, labels, sourceCounts } = training
  const accuracies = new Map<number, number>()
  if (labels) {
    for (const metric of epochs) accuracies.set(metric.epoch, accuracyOf(await predictionsOf(metric.epoch), labels))
  }
  const withAccuracy = <Choice extends { epoch: number }>(choice: Choice) => {
    const accuracy = accuracies.get(choice.epoch)
    return { ...choice, ...(accuracy !== undefined && { accuracy }) }
  }
  const kept = withAccuracy({ epoch })
  const best = [...accuracies].reduce<[number, number] | undefined>((most, one) => !most || one[1] > most[1] ? one : most, undefined)
  const predictions = await predictionsOf(epoch)
  const choices = choicesOf(epochs, settled, overtaking)
  const other = choices.find((choice) => choice.score === secondScore)
  const otherPredictions = other && await predictionsOf(other.epoch)
  const value = epochs.find((each) => each.epoch === epoch)?.scores?.[secondScore]
  const differing = otherPredictions && shareDiffering(predictions, otherPredictions)
  return {
    images,
    score,
    ...kept,
    ...(isOverStart(epochs, score, epoch) && { overStart: true }),
    choices: choices.map(withAccuracy),
    ...(best && kept.accuracy !== undefined && { best: { epoch: best[0], accuracy: best[1] }, cost: best[1] - kept.accuracy }),
    ...(other && value !== undefined && differing !== undefined && {
      second: { score: secondScore, value, epoch: other.epoch, differing, disagrees: disagree(differing) }
    }),
    ...(sourceCounts && { shift: classShift([predictions, ...(otherPredictions ? [otherPredictions] : [])], sourceCounts) }),
    predictedClasses: {
      count: effectiveClasses(predictions, classes), of: classes, collapsed: haveCollapsed(predictions, classes)
    }
  }
}

/** The epoch that each score would have kept, and the last epoch. Among equals the earliest, for source validation the one with the least loss. */
function choicesOf(
  epochs: readonly WatchedEpoch[], settled: (epoch: WatchedEpoch) => boolean, overtaking: boolean
): { score: string, epoch: number, value?: number }[] {
  const [first, ...others] = epochs.some(settled) ? epochs.filter(settled) : epochs
  if (!first) return []
  const chosen = Object.keys(first.scores ?? {}).map((score) => {
    const most = others.reduce((best, metric) => isBetter(score, metric, best, overtaking) ? metric : best, first)
    return { score, epoch: most.epoch, value: most.scores![score]! }
  })
  return [...chosen, { score: 'last', epoch: epochs.at(-1)!.epoch }]
}

/** Whether the epoch was kept in place of a start that the score rates higher. */
function isOverStart([start, ...others]: readonly WatchedEpoch[], score: string, epoch: number): boolean {
  const kept = others.find((each) => each.epoch === epoch)
  return start?.epoch === 0 && kept !== undefined && isLabelFree(score) && isBetter(score, { ...start, epoch: -1 }, { ...kept, epoch: -1 })
}

function isBetter(score: string, metric: WatchedEpoch, than: WatchedEpoch, overtaking = false): boolean {
  const [value, other] = [metric, than].map(({ scores }) => scores?.[score] ?? NaN) as [number, number]
  if (overtaking && score === 'information-maximisation' && than.epoch === 0 && overtakesStart(metric.scores ?? {}, than.scores ?? {})) return true
  if (score === 'source-validation' && value === other) return (metric.sourceLoss ?? 0) < (than.sourceLoss ?? 0)
  return isLabelFree(score) && !labelFreeScores[score].higherIsBetter ? value < other : value > other
}

function accuracyOf(predictions: Int32Array, labels: Int32Array): number {
  let right = 0
  predictions.forEach((prediction, index) => { if (prediction === labels[index]) right++ })
  return predictions.length === 0 ? 0 : right / predictions.length
}
