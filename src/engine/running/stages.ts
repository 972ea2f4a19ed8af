import { join } from 'node:path'
import type * as tf from '@tensorflow/tfjs-core'
import type { Computation, Metric, Run } from '../../contract/runs'
import type { Text } from '../../contract/text'
import type { TrainingSettings } from '../../contract/training'
import type { Library } from '../../library'
import { makeFolder } from '../../library/disk'
import type { MethodRun } from '../methods'
import { StageData, type TrainingData } from '../training/data'
import { Judge, shownValue } from '../training/judge'
import { momentumFor, stageLength, stageStart, trainStage, type StageState } from '../training/loop'
import type { MetricsWriter } from '../training/metrics-writer'
import { createOptimizer } from '../training/optimizers'
import { Diverged } from '../training/divergence'
import { backToBest, loadRunCheckpoint, saveRunCheckpoint, type LoadedCheckpoint } from '../training/run-checkpoint'
import { Selection } from '../training/selection'
import { openStepComputer, type StepComputer } from '../training/step-computer'
import { Watcher } from '../watching/watcher'
import type { FitStage, GradientStage, Position, Stage } from '../training/stage'
import { collapseWarning, olderUsed, stoppedNote } from './conclusion'
import type { DiskRoom } from './disk-room'
import type { TrainHooks } from './hooks'
import type { RunReporter } from './reporter'

type Paths = ReturnType<Library['runs']['paths']>

/** The folder with each epoch's predictions for held-out target images. */
export const epochsFolderOf = ({ evaluation }: Paths): string => join(evaluation, 'epochs')

interface StageRunnerOptions {
  training: TrainingSettings
  /** How its steps were computed so far, where it goes on from a checkpoint. */
  computation?: Computation
  paths: Paths
  hooks: Pick<TrainHooks, 'stopAfterEpoch' | 'onCheckpoint'>
  signal: AbortSignal
  /** Whether a loss that leaves its range ends the training, so that it can begin anew. */
  watchRange: boolean
  reporter: RunReporter
  metrics: MetricsWriter
  room: DiskRoom
  /** The series as it stands on disk. */
  readMetrics(): Promise<Metric[]>
  /** Changes the run's record. */
  update(change: (run: Run) => Run): Promise<Run>
  /** Keeps something worth knowing in the record. */
  note(text: Text): void
}

/** Seconds that later stages will take, if an epoch of theirs takes as long for each of its streams as one of this stage. */
function laterSeconds(
  { epochs: own, streams }: Pick<GradientStage, 'epochs' | 'streams'>, later: readonly Stage[], usual: number, secondsLeft: number,
  { epoch, stepInEpoch, stepsPerEpoch }: Pick<Position, 'epoch' | 'stepInEpoch' | 'stepsPerEpoch'>
): number {
  const epochsLeft = (own ?? usual) - epoch - stepInEpoch / stepsPerEpoch
  if (epochsLeft <= 0) return 0
  const perStream = secondsLeft / epochsLeft / streams.length
  return later.reduce((sum, stage) => stage.kind === 'gradient' ? sum + (stage.epochs ?? usual) * perStream * stage.streams.length : sum, 0)
}

/** Carries out the stages of a method one after the other, with checkpoints, and leaves the chosen epoch's weights. */
export class StageRunner {
  private watcher: Watcher | undefined
  private computer: StepComputer | undefined

  constructor(private readonly options: StageRunnerOptions) {}

  /**
   * Carries out the stages, from the run's last checkpoint where it has one.
   * @throws Diverged where a training went wrong and `watchRange` asks for it to be noticed early
   */
  async run(work: MethodRun, data: TrainingData): Promise<'finished' | 'cancelled'> {
    const loaded = await loadRunCheckpoint(this.options.paths.checkpoint)
    if (loaded) {
      this.options.reporter.countFrom(loaded.seconds)
      const { stage, epoch, step } = loaded.state
      if (loaded.insteadOf !== undefined) {
        const text = olderUsed(loaded.insteadOf, step)
        this.options.note(text)
        this.options.metrics.add({ kind: 'log', level: 'warning', seconds: this.options.reporter.seconds(), text })
      }
      this.options.metrics.add({ kind: 'resumed', stage, epoch, step, seconds: this.options.reporter.seconds() })
    } else if ((await this.options.readMetrics()).length > 0) {
      // It ended before its first checkpoint: everything begins anew, the series too.
      this.options.metrics.add({ kind: 'resumed', stage: 0, epoch: 0, step: 0, seconds: this.options.reporter.seconds() })
    }
    this.watcher = await this.openWatcher(work, data, loaded)
    for (const [index, stage] of work.stages.entries()) {
      if (loaded && index < loaded.state.stage) continue
      const from = loaded?.state.stage === index ? loaded : undefined
      if (stage.kind === 'fit') await this.fit(stage, index, work, data)
      else if (await this.descend(stage, index, work, data, from) === 'cancelled') return 'cancelled'
    }
    return 'finished'
  }

  private openWatcher({ network, stages }: MethodRun, data: TrainingData, loaded: LoadedCheckpoint | undefined): Promise<Watcher> {
    const { epochs, epochSteps, batchSize } = this.options.training
    const count = (data.source ?? data.target).dataset.splits.train?.count ?? 0
    return Watcher.open({
      folder: this.options.paths.replay, data, network, stages,
      imagesTrained: epochs * (epochSteps > 0 ? epochSteps * batchSize : count),
      seconds: () => this.options.reporter.seconds(),
      ...(loaded && { resumedAt: loaded.state })
    })
  }

  private async fit(stage: FitStage, index: number, { network, stages }: MethodRun, data: TrainingData): Promise<void> {
    const opened = await StageData.open(stage, network, data)
    const progress = (step: number, steps: number): void =>
      this.options.reporter.report('training', { ...stageStart(index), step, steps }, stages.length, { stage })
    try {
      progress(0, 0)
      await stage.fit({ ...opened.access, onProgress: progress })
    } finally {
      await opened.close()
    }
  }

  private async descend(
    stage: GradientStage, index: number, work: MethodRun, data: TrainingData, loaded: LoadedCheckpoint | undefined
  ): Promise<'finished' | 'cancelled'> {
    const { network, stages } = work
    const training = { ...this.options.training, ...stage.settings }
    const last = index === stages.length - 1
    const optimizer = createOptimizer(training)
    const selection = new Selection(last ? training.earlyStopping : 0)
    const kept = new Map<string, tf.Variable>([...network.weights, ...(stage.state?.() ?? [])])
    const parts = { kept, optimizer, selection }
    let opened: StageData | undefined
    let judge: Judge | undefined
    let writing: Promise<void> = Promise.resolve()
    try {
      // First of all: a stage on features looks at the network as soon as it is opened.
      loaded?.restoreInto(parts)
      opened = await StageData.open(stage, network, data)
      judge = stage.pretext ? undefined : await Judge.open({
        stage, network, data, onCollapse: (epoch) => this.warnOfCollapse(epoch), ...(last && { predictions: epochsFolderOf(this.options.paths) })
      })
      const judging = judge
      if (!loaded) await stage.begin?.(opened.access)
      const state = loaded?.state ?? stageStart(index)
      const { epochs, ...steps } = stageLength(stage, opened.access, training)
      network.leastStatisticsMomentum = momentumFor(steps.steps)
      const look = async (epoch: number): Promise<void> => this.watcher?.look(stage, { stage: index, epoch, epochs, step: epoch * steps.stepsPerEpoch })
      if (state.step === 0) await look(0)
      const computer = this.computer ??= await openStepComputer(this.options.training, this.options.computation)
      await this.recordComputation(computer)
      const goBack = async ({ place }: Diverged): Promise<number | undefined> => {
        await this.options.metrics.flush()
        await writing.catch(() => undefined)
        await this.options.room.when(() => makeFolder(this.options.paths.checkpoint))
        const back = await backToBest(this.options.paths.checkpoint, index, steps, this.options.reporter.seconds(), parts, this.options.room.when)
        // With the rescue in the same write: what goes on from here has to know its rate.
        if (back) await this.recordCheckpoint(back, { ...place, from: back.epoch })
        return back?.epoch
      }
      const ended = await trainStage({
        stage, state, access: opened.access, settings: training, optimizer, computer, selection, kept,
        watchRange: this.options.watchRange,
        signal: this.options.signal,
        stopAfterEpoch: this.options.hooks.stopAfterEpoch,
        seconds: () => this.options.reporter.seconds(),
        onMetric: (metric) => this.options.metrics.add(metric),
        onProgress: ({ phase, position, bestEpoch, secondsLeft, ...figures }) => this.options.reporter.report(phase, position, stages.length, {
          stage, ...figures, ...(last && training.keepBest && { keptEpoch: bestEpoch }),
          secondsLeft: secondsLeft === undefined ? undefined
            : secondsLeft + laterSeconds(stage, stages.slice(index + 1), training.epochs, secondsLeft, position)
        }),
        ...(judging && { judge: async (epoch) => {
          const judgement = await judging.judge(epoch)
          if (epoch > 0) await look(epoch)
          return judgement
        } }),
        checkpoint: async (at) => {
          // The series on disk must not end before the checkpoint does.
          await this.options.metrics.flush()
          await this.options.room.when(() => makeFolder(this.options.paths.checkpoint))
          const saved = saveRunCheckpoint(this.options.paths.checkpoint, at, steps, this.options.reporter.seconds(), parts, this.options.room.when)
          writing = saved.then(() => this.recordCheckpoint(at))
          return { written: writing }
        }
      }).catch(async (thrown: unknown) => {
        if (thrown instanceof Diverged && this.options.watchRange) thrown.from = await goBack(thrown)
        throw thrown
      })
      await this.recordComputation(computer)
      if (ended === 'stopped' && this.options.hooks.stopAfterEpoch?.aborted === true && !selection.exhausted) this.noteStop(stages.length > 1 ? stage : undefined)
      if (ended !== 'cancelled') await this.chooseEpoch(selection, kept, last && training.keepBest)
      return ended === 'cancelled' ? 'cancelled' : 'finished'
    } finally {
      // What comes after, a new beginning among it, must not meet a checkpoint that is still being written.
      await writing.catch(() => undefined)
      selection.dispose()
      optimizer.dispose()
      await judge?.close()
      await opened?.close()
    }
  }

  private async recordComputation({ computation }: StepComputer): Promise<void> {
    await this.options.update((run) => ({ ...run, computation }))
  }

  /** @param rescue that it is the way back from a training that went wrong */
  private async recordCheckpoint({ stage, epoch, step }: StageState, rescue?: NonNullable<Run['rescues']>[number]): Promise<void> {
    await this.options.update((run) => ({
      ...run, epochs: epoch, seconds: this.options.reporter.seconds(), checkpoint: { stage, epoch, step, savedAt: new Date().toISOString() },
      ...(rescue && { rescues: [...run.rescues ?? [], rescue] })
    }))
    this.options.hooks.onCheckpoint?.({ epoch, step })
  }

  /** The record says that a person ended it early. @param stage where there are several */
  private noteStop(stage: GradientStage | undefined): void {
    this.options.note(stoppedNote(stage?.name))
  }

  private warnOfCollapse(epoch: number): void {
    this.options.metrics.add({ kind: 'log', level: 'warning', seconds: this.options.reporter.seconds(), text: collapseWarning(epoch) })
  }

  /** Puts the best epoch's weights back, where the spec says so and a score chose one. */
  private async chooseEpoch(selection: Selection, kept: ReadonlyMap<string, tf.Variable>, keepBest: boolean): Promise<void> {
    const { best } = selection.state
    if (!keepBest || !best) return
    for (const [name, tensor] of selection.bestWeights) kept.get(name)?.assign(tensor as tf.Tensor)
    await this.options.update((run) => ({ ...run, chosen: { epoch: best.epoch, score: best.score, value: shownValue(best) } }))
  }
}
