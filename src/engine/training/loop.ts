import type * as tf from '@tensorflow/tfjs-core'
import { z } from 'zod'
import type { Metric, RunPhase } from '../../contract/runs'
import type { TrainingSettings } from '../../contract/training'
import { yieldToEvents } from '../yield'
import { Diverged, hasLeftItsRange, lossWatchSchema, watched } from './divergence'
import type { GradientStage, Position, StageAccess } from './stage'
import { stepsOf, takeSteps, type Batches, type StepOutcome } from './gradient-step'
import type { Optimizer } from './optimizers'
import type { StepComputer } from './step-computer'
import { Pace } from './pace'
import { learningRateAt } from './schedules'
import { isSettled, selectionStateSchema, type EpochScore, type Selection } from './selection'

/** Where a stage stands between two steps. Together with the tensors it is all that resuming needs. */
export const stageStateSchema = z.object({
  stage: z.int(),
  epoch: z.int(),
  stepInEpoch: z.int(),
  step: z.int(),
  /** Running sums of the epoch under way. */
  sums: z.object({ loss: z.number(), images: z.int(), correct: z.int(), answered: z.int() }),
  /** Of a training that is watched for a loss that leaves its range. */
  watch: lossWatchSchema.optional(),
  selection: selectionStateSchema
})
export type StageState = z.infer<typeof stageStateSchema>

export const stageStart = (stage: number): StageState => ({
  stage, epoch: 0, stepInEpoch: 0, step: 0,
  sums: { loss: 0, images: 0, correct: 0, answered: 0 },
  selection: { best: null, epochsSinceBest: 0 }
})

/** What is measured at the end of an epoch: figures for the series, and the score that decides which epoch is kept. */
export interface Judgement {
  validation?: { loss: number, accuracy: number }
  /** Label-free scores, by name. */
  scores?: Record<string, number>
  /** On the source's validation images. */
  sourceLoss?: number
  choose?: EpochScore
}

interface StageOptions {
  stage: GradientStage
  state: StageState
  access: StageAccess
  settings: TrainingSettings
  optimizer: Optimizer
  /** How steps are computed; operation by operation where nothing is said. */
  computer?: StepComputer
  selection: Selection
  /** The variables that are kept of the best epoch: the network's and the stage's own. */
  kept: ReadonlyMap<string, tf.Variable>
  /** Judges the network at an epoch's end (counted from one; 0 is the start) by what the spec lets it look at; absent where that is nothing. */
  judge?: (epoch: number) => Promise<Judgement>
  /** Copies everything as it is at `state`. Training can go on while the copy is written. */
  checkpoint(state: StageState): Promise<{ written: Promise<void> }>
  /** Ends the training also at a loss that leaves the range of its first hundred steps: somebody can begin anew. */
  watchRange?: boolean
  signal: AbortSignal
  stopAfterEpoch?: AbortSignal | undefined
  /** Seconds of work since the run began. */
  seconds(): number
  onMetric(metric: Metric): void
  onProgress(at: {
    phase: RunPhase, position: Position, epochs: number, imagesPerSecond: number | undefined, secondsLeft: number | undefined
    /** The best epoch so far, where a score chooses one, and the rate of the last step. */
    bestEpoch: number | undefined, learningRate: number | undefined
  }): void
}

/** How long a stage is. In each epoch its first stream shows every image once, unless the spec sets the steps per epoch. */
export function stageLength(
  stage: GradientStage, { streams }: StageAccess, settings: TrainingSettings
): { epochs: number, stepsPerEpoch: number, steps: number } {
  const epochs = stage.epochs ?? settings.epochs
  const stepsPerEpoch = settings.epochSteps > 0 ? settings.epochSteps : streams[stage.streams[0]!]!.stepsPerEpoch
  return { epochs, stepsPerEpoch, steps: stepsPerEpoch * epochs }
}

/**
 * The least momentum of moving statistics that fits so many steps: three steps' worth out of all, so that of the
 * statistics before the training e⁻³ = 5 % are left at its end; never above PyTorch's usual 0.1.
 */
export const momentumFor = (steps: number): number => Math.min(0.1, 3 / Math.max(1, steps))

/** In seconds: the shortest time between two checkpoints at the end of epochs, and the longest without one within an epoch. */
const checkpointPause = { epoch: 5, step: 30 }

/**
 * Runs a stage from its state to its end: epochs, batches, schedule, gradient steps, validation, the choice of the
 * best epoch, checkpoints and cancel. The numbers depend on the spec alone, never on when the run was interrupted.
 * @returns `cancelled`, with a checkpoint written; `stopped` if it was asked to end after an epoch or stopped early.
 * @throws Diverged at the first loss that is not a number
 */
export async function trainStage(options: StageOptions): Promise<'finished' | 'stopped' | 'cancelled'> {
  const { stage, settings, selection, signal } = options
  const { epochs, stepsPerEpoch, steps } = stageLength(stage, options.access, settings)
  const pace = new Pace()
  let state = options.state
  let latestRate: number | undefined
  let lastCheckpoint = options.seconds()
  let writing: Promise<void> = Promise.resolve()

  const position = (): Position => ({
    stage: state.stage, epoch: state.epoch, stepInEpoch: state.stepInEpoch, step: state.step,
    stepsPerEpoch, steps
  })
  const report = (phase: RunPhase): void => options.onProgress({
    phase, position: position(), epochs, bestEpoch: selection.state.best?.epoch, learningRate: latestRate,
    imagesPerSecond: pace.imagesPerSecond, secondsLeft: pace.secondsLeft(steps - state.step, epochs - state.epoch)
  })
  const settled = (epoch: number): boolean => (epoch === 0 && stage.startCompetes === true)
    || isSettled(stage, epoch * stepsPerEpoch) || !isSettled(stage, steps)
  const outsideSteps = async <Value>(work: () => Promise<Value>): Promise<Value> => {
    const began = options.seconds()
    const value = await work()
    pace.pause(options.seconds() - began)
    return value
  }

  /** If a checkpoint could not be written, the error comes with the next checkpoint or at the end. */
  const checkpoint = async (): Promise<void> => {
    await writing
    lastCheckpoint = options.seconds()
    writing = (await options.checkpoint(state)).written
    writing.catch(() => undefined)
  }

  const cancelled = async (): Promise<'cancelled'> => {
    await checkpoint()
    await writing
    return 'cancelled'
  }
  /** What the work gives, or `cancelled` if it was cut short. */
  const unlessCancelled = async <Value>(work: () => Promise<Value>): Promise<Value | 'cancelled'> => {
    try {
      return await outsideSteps(work)
    } catch (thrown) {
      if (!signal.aborted) throw thrown
      return 'cancelled'
    }
  }

  if (stage.startCompetes && options.judge && state.epoch === 0 && state.step === 0) {
    report('validating')
    const judgement = await unlessCancelled(async () => await options.judge?.(0) ?? {})
    if (judgement === 'cancelled') return cancelled()
    const { choose, ...figures } = judgement
    // A checkpoint of before the first step has the start in it already: to count it twice would cost patience.
    if (choose && selection.state.best?.epoch !== 0) selection.consider(0, choose, options.kept)
    state = { ...state, selection: selection.state }
    options.onMetric({ kind: 'start', stage: state.stage, epoch: 0, step: 0, seconds: options.seconds(), ...figures })
  }

  while (state.epoch < epochs && !selection.exhausted) {
    const gradientSteps = stepsOf(stage, state.epoch)
    if (stage.beginEpoch && state.stepInEpoch === 0) {
      const begun = await unlessCancelled(async () => stage.beginEpoch?.(state.epoch, options.access))
      if (begun === 'cancelled') return cancelled()
    }
    while (state.stepInEpoch < stepsPerEpoch) {
      if (signal.aborted) return cancelled()
      const batches = await nextBatches(stage, options.access.streams, state)
      const learningRate = learningRateAt(settings, state.step, stepsPerEpoch, steps)
      latestRate = learningRate
      if (stage.optimizerAnewAt === state.step) options.optimizer.restore(new Map())
      const outcome = takeSteps(stage, gradientSteps, batches, position(), options.optimizer, learningRate, settings.clipNorm, options.computer?.compute)
      assertFinite(outcome.losses, state, learningRate)
      state = afterStep(state, outcome)
      if (options.watchRange) {
        const total = outcome.losses.total!
        state = { ...state, watch: watched(state.watch, total) }
        if (hasLeftItsRange(state.watch!)) throw new Diverged({ stage: state.stage, epoch: state.epoch + 1, step: state.step, learningRate }, 'total', total)
      }
      pace.step(outcome.images)
      options.onMetric({
        kind: 'step', stage: state.stage, epoch: state.epoch + 1, step: state.step, seconds: options.seconds(),
        learningRate, losses: outcome.losses
      })
      report('training')
      if (options.seconds() - lastCheckpoint > checkpointPause.step) {
        await outsideSteps(checkpoint)
      }
      await yieldToEvents()
    }

    report('validating')
    const judgement = await unlessCancelled(async (): Promise<Judgement> => await options.judge?.(state.epoch + 1) ?? {})
    if (judgement === 'cancelled') return cancelled()
    const { validation, scores, sourceLoss, choose } = judgement
    const { sums } = state
    const trainLoss = sums.images === 0 ? 0 : sums.loss / sums.images
    if (choose) selection.consider(state.epoch + 1, choose, options.kept, settled)
    options.onMetric({
      kind: 'epoch', stage: state.stage, epoch: state.epoch + 1, step: state.step, seconds: options.seconds(),
      train: { loss: trainLoss, ...(sums.answered > 0 && { accuracy: sums.correct / sums.answered }) },
      ...(validation && { validation }),
      ...(pace.imagesPerSecond !== undefined && { imagesPerSecond: pace.imagesPerSecond }),
      ...(scores && { scores }),
      ...(sourceLoss !== undefined && { sourceLoss })
    })
    state = { ...stageStart(state.stage), epoch: state.epoch + 1, step: state.step, selection: selection.state, ...(state.watch && { watch: state.watch }) }
    report('training')

    const stop = selection.exhausted || options.stopAfterEpoch?.aborted === true
    if (state.epoch === 1 || options.seconds() - lastCheckpoint > checkpointPause.epoch || stop || state.epoch === epochs) {
      await outsideSteps(checkpoint)
    }
    if (stop && state.epoch < epochs) {
      await writing
      return 'stopped'
    }
  }
  await writing
  return 'finished'
}

/** The batch of each stream for this step. A stream that has shown all its images begins again, in its next order. */
async function nextBatches(stage: GradientStage, streams: StageAccess['streams'], { step }: StageState): Promise<Batches> {
  const batches: Batches = {}
  for (const name of stage.streams) {
    const stream = streams[name]!
    batches[name] = await stream.next(Math.floor(step / stream.stepsPerEpoch), step % stream.stepsPerEpoch)
  }
  return batches
}

function afterStep(state: StageState, { losses, images, correct, answered }: StepOutcome): StageState {
  const { sums } = state
  return {
    ...state,
    stepInEpoch: state.stepInEpoch + 1,
    step: state.step + 1,
    sums: {
      loss: sums.loss + losses.total! * images, images: sums.images + images,
      correct: sums.correct + correct, answered: sums.answered + answered
    }
  }
}

function assertFinite(losses: Record<string, number>, state: StageState, learningRate: number): void {
  const bad = Object.entries(losses).find(([, value]) => !Number.isFinite(value))
  if (bad) throw new Diverged({ stage: state.stage, epoch: state.epoch + 1, step: state.step + 1, learningRate }, ...bad)
}
