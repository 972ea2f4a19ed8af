import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type * as tf from '@tensorflow/tfjs-core'
import { GraftError } from '../../contract/errors'
import type { TrainingSettings } from '../../contract/training'
import { makeFolder, writeFileDurably } from '../../library/disk'
import { haveCollapsed, isLabelFree, labelFreeScores, scoreWithoutLabels } from '../evaluation/label-free'
import { evaluate, predictedClasses } from '../evaluation/metrics'
import { openLook } from '../network/look'
import type { Network } from '../network/network'
import type { BatchStream } from '../batches/batch-stream'
import type { GradientStage } from './stage'
import { everything, heldOut, openInOrder, sourceLabels, validationImages, type TrainingData } from './data'
import type { Judgement } from './loop'
import { allOutputs, passOf, sourcePassOf } from './outputs'
import type { Pass } from './pass'
import type { EpochScore } from './selection'

/** At the end of an epoch at most this many images are looked at without their labels. */
const watchedImages = 2000

/** The held-out target images that a training without labels is judged on. There are none if the target has only test images. */
export function watchedOf({ spec, target }: Pick<TrainingData, 'spec' | 'target'>): ReturnType<typeof heldOut> | undefined {
  const found = heldOut(target.dataset, spec.training.seed, watchedImages)
  return found.positions.length > 0 ? found : undefined
}

const predictionsPath = (folder: string, epoch: number): string => join(folder, `epoch-${epoch}.predictions.i32`)

/** The classes predicted for the watched images at the end of an epoch (counted from one). */
export async function readPredictions(folder: string, epoch: number): Promise<Int32Array> {
  const bytes = await readFile(predictionsPath(folder, epoch))
  return Int32Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readInt32LE(index * 4))
}

/** The score that chose, as people read it. If lower is better, the judge negates it to choose; this turns it back. */
export const shownValue = ({ score, value }: Pick<EpochScore, 'score' | 'value'>): number =>
  isLabelFree(score) && !labelFreeScores[score].higherIsBetter ? -value : value

/** What chooses the epoch to keep; `last` if nothing does. */
type ChoosingScore = 'validation accuracy' | Exclude<TrainingSettings['selection'], 'automatic'>

/**
 * What chooses the epoch. With target labels it is validation accuracy. Without them it is information maximisation for a
 * method that learns from unlabelled target images, and source validation for one that does not look at the target.
 */
function choosingScore(
  selection: TrainingSettings['selection'], can: { validation: boolean, sourceValidation: boolean, labels: boolean, seesTarget: boolean }
): ChoosingScore {
  if (selection !== 'automatic') return selection
  if (can.labels) return can.validation ? 'validation accuracy' : 'last'
  if (can.seesTarget) return 'information-maximisation'
  return can.sourceValidation ? 'source-validation' : 'last'
}

interface JudgeOptions {
  stage: GradientStage
  network: Network
  data: TrainingData
  /** The folder where the predictions of each epoch are kept until the vault opens; absent for a stage in which no epoch is chosen. */
  predictions?: string
  /** Called once, when the predictions fall into few classes. */
  onCollapse?(epoch: number): void
}

/** Judges a network at the end of each epoch by what its spec allows. Never reads a label that is not granted. */
export class Judge {
  private alarmed = false

  private constructor(
    private readonly options: JudgeOptions,
    /** What chooses an epoch. */
    readonly score: ChoosingScore,
    private readonly validation: BatchStream | undefined,
    private readonly sourceValidation: BatchStream | undefined,
    private readonly watched: BatchStream | undefined
  ) {}

  /** @throws GraftError `selection-impossible` if the spec wants a score that its data cannot give */
  static async open(options: JudgeOptions): Promise<Judge> {
    const { stage, network, data } = options
    const { spec, target, source } = data
    const { selection } = spec.training
    const labels = spec.target.labels !== 'none'
    const open = (selected: Parameters<typeof openInOrder>[0]) => openInOrder(selected, stage, network, data)

    const choosing = labels ? await validationImages(target, spec) : undefined
    const validation = choosing && await open(choosing)
    const sourceSplit = source?.dataset.splits.validation
    const sourceValidation = source && sourceSplit && sourceSplit.count > 0 && source.hasLabels('validation') && (!labels || selection === 'source-validation')
      ? await open(await sourceSelected(data, source, sourceSplit.count))
      : undefined
    const held = !labels || isLabelFree(selection) ? watchedOf(data) : undefined
    const watched = held && await open({ reader: target, ...held })
    const seesTarget = stage.streams.some((name) => name !== 'source')
    const score = choosingScore(selection, {
      labels, seesTarget, validation: validation !== undefined, sourceValidation: sourceValidation !== undefined
    })
    if (score === 'source-validation' && !sourceValidation) throw withoutSourceValidation()
    if (isLabelFree(score) && !watched) throw withoutWatched()
    return new Judge(options, score, validation, sourceValidation, watched)
  }

  /** @param epoch counted from one */
  async judge(epoch: number): Promise<Judgement> {
    const { stage, network, data: { signal } } = this.options
    const { classes } = network.definition
    const target = passOf(stage, network)
    const whole = (pass: Pass) => (inputs: tf.Tensor) => pass.logits(pass.features(inputs))
    const scoreOn = async (pass: Pass, images: BatchStream) => {
      const look = stage.featuresOf ? undefined : await openLook(network.definition, images.count)
      return (await evaluate(whole(pass), images, classes, { signal, ...(look && { look }) })).score
    }
    const validation = this.validation && await scoreOn(target, this.validation)
    const source = this.sourceValidation && await scoreOn(stage.featuresOf ? target : sourcePassOf(stage, network), this.sourceValidation)
    const scores = {
      ...(source && { 'source-validation': source.accuracy }),
      ...(this.watched && await this.scoreWatched(this.watched, epoch))
    }
    const choose = this.choice({ validation, source, scores })
    return {
      ...(validation && { validation: { loss: validation.loss, accuracy: validation.accuracy } }),
      ...(Object.keys(scores).length > 0 && { scores }),
      ...(source && { sourceLoss: source.loss }),
      ...(choose && { choose })
    }
  }

  async close(): Promise<void> {
    for (const source of [this.validation, this.sourceValidation, this.watched]) await source?.close()
  }

  private choice(
    { validation, source, scores }: { validation?: Measured, source?: Measured, scores: Record<string, number> }
  ): EpochScore | undefined {
    const { score } = this
    if (score === 'last') return undefined
    if (score === 'validation accuracy') return validation && { score, value: validation.accuracy, loss: validation.loss }
    if (score === 'source-validation') return source && { score, value: source.accuracy, loss: source.loss }
    const value = scores[score]!
    return {
      score, value: labelFreeScores[score].higherIsBetter ? value : -value, loss: 0,
      // It rates a network that is sure above one that is right: the start need not be the better for it. Who names the score
      // has it choose alone.
      ...(score === 'information-maximisation' && this.options.data.spec.training.selection === 'automatic' && { scores })
    }
  }

  private async scoreWatched(watched: BatchStream, epoch: number): Promise<Record<string, number>> {
    const { stage, network, data, predictions: folder, onCollapse } = this.options
    const { length } = network.definition.classes
    const { logits, features } = await allOutputs(passOf(stage, network), network, watched, data.signal)
    const predictions = predictedClasses(logits, length)
    if (folder !== undefined) {
      const write = async (): Promise<void> => {
        await makeFolder(folder)
        await writeFileDurably(predictionsPath(folder, epoch), new Uint8Array(predictions.buffer))
      }
      await (data.whenRoom?.(write) ?? write())
    }
    if (!this.alarmed && haveCollapsed(predictions, length)) {
      this.alarmed = true
      onCollapse?.(epoch)
    }
    return { ...scoreWithoutLabels({ logits, classes: length, features, length: features.length / predictions.length, predictions }) }
  }
}

type Measured = { accuracy: number, loss: number } | undefined

async function sourceSelected(data: TrainingData, source: NonNullable<TrainingData['source']>, count: number) {
  const { positions } = count > watchedImages
    ? heldOut(source.dataset, data.spec.training.seed, watchedImages) : { positions: everything(count) }
  const labels = await sourceLabels(source, 'validation', data.target)
  return { reader: source, split: 'validation' as const, positions, labels: positions.map((position) => labels[position]!) }
}

const withoutSourceValidation = (): GraftError => new GraftError('selection-impossible', {
  en: 'The best epoch cannot be chosen by source validation: there is no source data with a labelled validation split.',
  zh: '无法按源验证准确率选择最佳轮次：没有带标签验证划分的源数据。'
}, {
  usage: true, field: 'training.selection',
  remedy: {
    en: 'Import the source data with a validation split, or choose another score.', zh: '请在导入源数据时划出验证部分，或选择其他评分。'
  }
})

const withoutWatched = (): GraftError => new GraftError('selection-impossible', {
  en: 'The best epoch cannot be chosen by a score of the target\'s images: the target has test images alone.',
  zh: '无法按目标图像的评分选择最佳轮次：目标只有测试图像。'
}, {
  usage: true, field: 'training.selection',
  remedy: { en: 'Choose source validation or the last epoch.', zh: '请选择源验证准确率或最后一轮。' }
})
