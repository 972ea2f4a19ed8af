import { join } from 'node:path'
import type * as tf from '@tensorflow/tfjs-core'
import type { Metric, Run, SelectionRecord, Spec } from '../../contract/runs'
import type { Text } from '../../contract/text'
import { makeFolder, sha256Of, writeFileDurably, writeJsonDurably } from '../../library/disk'
import type { Classifier } from '../classifiers'
import { calibrationOf, turnedAwayByClass } from '../evaluation/calibration'
import { unlikeOf, type FamiliarPictures } from '../evaluation/familiarity'
import { evaluate } from '../evaluation/metrics'
import { selectionCost, type WatchedEpoch } from '../evaluation/selection-cost'
import { openLook } from '../network/look'
import { inference, type Network } from '../network/network'
import type { GradientStage } from '../training/stage'
import { openEvaluation, openValidation, sourceLabels, type TrainingData } from '../training/data'
import { readPredictions, watchedOf } from '../training/judge'
import { KeptAnswers } from './kept-answers'

/** What training pictures look like to a trained network, and whether it has not learned from them. */
export interface Known { pictures: FamiliarPictures, isUnfitted: boolean }

/**
 * Scores the trained network, or the classifier that replaces its head, on the target's test images and on the validation
 * images that may choose the epoch. The predictions, and how sure each is, are kept in the run's folder, and the hashes of
 * these files come back.
 */
export async function finalScores(
  network: Network, classifier: Classifier | undefined, { spec, target, signal }: TrainingData, folder: string, onProgress: () => void,
  known?: Known
): Promise<Required<Pick<Run, 'metrics' | 'files'>> & Pick<Run, 'calibration'>> {
  const familiar = known?.pictures
  let far: number[] = []
  const distances = new Map<'validation' | 'test', Float64Array>()
  const logits = (images: tf.Tensor) => {
    const inputs = images as tf.Tensor4D
    if (!familiar) return classifier ? classifier.logits(inputs) : network.forward(inputs, inference)
    const features = network.features(inputs, inference)
    for (const distance of familiar.distances(features).dataSync<'float32'>()) far.push(distance)
    return classifier ? classifier.ofFeatures?.(features) ?? classifier.logits(inputs) : network.logits(features, inference)
  }
  const metrics: Run['metrics'] = {}
  const files: Record<string, string> = {}
  const { classes } = network.definition
  const answers = new Map<'validation' | 'test', KeptAnswers>()
  await makeFolder(folder)
  for (const split of ['validation', 'test'] as const) {
    const images = split === 'validation' ? await openValidation(target, spec, network) : await openEvaluation(target, split, network)
    if (!images) continue
    try {
      const kept = new KeptAnswers(classes.length, images.count)
      far = []
      const look = await openLook(network.definition, images.count)
      const { score, predictions, confidences } = await evaluate(logits, images, classes, { signal, onProgress, onAnswers: kept.add, look })
      metrics[split] = score
      answers.set(split, kept)
      distances.set(split, Float64Array.from(far))
      for (const [name, values] of [['predictions.i32', predictions], ['confidences.f32', confidences]] as const) {
        const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
        await writeFileDurably(join(folder, `${split}.${name}`), bytes)
        files[`evaluation/${split}.${name}`] = sha256Of(bytes)
      }
    } finally {
      await images.close()
    }
  }
  const validation = answers.get('validation')?.all
  const answered = validation && await calibrationOf(validation, answers.get('test')?.all, { labelled: spec.target.labels !== 'none', isClassifier: classifier !== undefined })
  const unlike = familiar && unlikeOf(
    familiar, Float64Array.from([...distances.get('validation') ?? [], ...known.isUnfitted ? familiar.distancesAmong() : []]), distances.get('test')
  )
  const calibration = answered || unlike ? { images: distances.get('validation')?.length ?? 0, ...answered, ...(unlike && { unlike }) } : undefined
  for (const [split, kept] of answers) {
    const score = metrics[split]!
    if (calibration?.noneOfThese && kept.isWhole) metrics[split] = { ...score, noneOfThese: turnedAwayByClass(kept.all, calibration.noneOfThese) }
    await writeJsonDurably(join(folder, `${split}.json`), metrics[split])
  }
  return { metrics, files, ...(calibration && { calibration }) }
}

/**
 * The epoch whose weights a run ended with: how many images it showed, and the share of them that was right. Empty where no
 * stage tells, and where the start was kept.
 */
export function keptEpoch(metrics: readonly Metric[], { training }: Spec, chosen: Run['chosen']): { train?: { accuracy: number, images: number } } {
  const epochs = metrics.flatMap((line) => line.kind === 'epoch' ? [line] : [])
  const stage = epochs.filter((each) => each.stage === epochs.at(-1)?.stage)
  const place = chosen ? stage.findIndex(({ epoch }) => epoch === chosen.epoch) : stage.length - 1
  const kept = stage[place]
  if (kept?.train.accuracy === undefined) return {}
  const steps = kept.step - (stage[place - 1]?.step ?? 0)
  return { train: { accuracy: kept.train.accuracy, images: steps * training.batchSize } }
}

/** Opens the vault after a training without target labels. If held-out images have labels, it finds out what choosing the epoch without labels cost. */
export async function weighSelection({ data, chosen, folder, classes, epochs, settled }: {
  data: TrainingData
  chosen: Run['chosen']
  /** The folder with the predictions of each epoch. */
  folder: string
  classes: number
  /** The epochs of the stage in which an epoch was chosen. */
  epochs: readonly WatchedEpoch[]
  /** Whether an epoch is settled. If any epoch is, only settled ones may be chosen. */
  settled(epoch: WatchedEpoch): boolean
}): Promise<SelectionRecord | undefined> {
  const { target, source } = data
  const watched = watchedOf(data)
  if (!watched) return undefined
  const { split, positions } = watched
  return selectionCost({
    epochs,
    settled,
    overtaking: data.spec.training.selection === 'automatic',
    predictionsOf: (epoch) => readPredictions(folder, epoch),
    images: { split, n: positions.length },
    classes,
    score: chosen?.score ?? 'last',
    epoch: chosen?.epoch ?? epochs.at(-1)!.epoch,
    ...(source?.hasLabels('train') && { sourceCounts: countsOf(await sourceLabels(source, 'train', target), classes) }),
    ...(target.hasLabels(split) && { labels: await target.readLabels(split, positions) })
  })
}

/** Images of each class; a source of other classes has none here. */
function countsOf(labels: Int32Array, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0)
  for (const label of labels) if (label < classes) counts[label]! += 1
  return counts
}

/** In how many of a stage's steps a term of its loss stood at its cap; undefined where in none. @param words the method's for its losses */
export function capNote(
  metrics: readonly Metric[], stage: number, { term, at }: NonNullable<GradientStage['cap']>, words: Readonly<Record<string, Text>> = {}
): Text | undefined {
  const steps = metrics.flatMap((line) => line.kind === 'step' && line.stage === stage ? line.losses[term] ?? [] : [])
  // The cap is reached from below, as a 32-bit number.
  const held = steps.filter((value) => value >= at * (1 - 1e-5)).length
  if (held === 0) return undefined
  const { en, zh } = words[term] ?? { en: term, zh: term }
  return {
    en: `“${en}” was held at its cap of ${at} in ${held} of ${steps.length} steps: there, a larger weight changes nothing.`,
    zh: `损失项“${zh}”在 ${steps.length} 步中有 ${held} 步停在上限 ${at}：此时加大权重不起作用。`
  }
}

export const collapseWarning = (epoch: number): Text => ({
  en: `After epoch ${epoch} the predictions for unlabelled target images fall into few classes: the training may be collapsing.`,
  zh: `第 ${epoch} 轮后，对无标签目标图像的预测集中于少数类别：训练可能正在坍缩。`
})

export const collapseNote = ({ predictedClasses: { count, of } }: SelectionRecord): Text => ({
  en: `The predictions for unlabelled target images fall into about ${count.toFixed(1)} of ${of} classes: they have probably collapsed.`,
  zh: `对无标签目标图像的预测只集中于 ${of} 个类别中的约 ${count.toFixed(1)} 个：很可能已经坍缩。`
})

export const stoppedNote = (stage: Text | undefined): Text => ({
  en: `It was ended early by request${stage ? `, in “${stage.en}”` : ''}: after the epoch it was in, with the best it had learned until then.`,
  zh: `应要求提前结束${stage ? `（阶段“${stage.zh}”）` : ''}：在当时的一轮之后，采用到那时为止最好的结果。`
})

export const olderUsed = (aside: string, step: number): Text => ({
  en: `The last checkpoint was damaged (it is set aside as ${aside}); the run went on from the one before it, after step ${step}.`,
  zh: `最后一个检查点已损坏（已另存为 ${aside}）；运行从它之前的检查点（第 ${step} 步之后）继续。`
})
