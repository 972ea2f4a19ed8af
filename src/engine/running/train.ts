import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Dataset } from '../../contract/datasets'
import { GraftError, toErrorValue, type ErrorValue } from '../../contract/errors'
import type { ModelRef } from '../../contract/models'
import { parametersSchema } from '../../contract/parameters'
import type { BackendSummary, Metric, Run, RunPhase, RunProgress, Spec } from '../../contract/runs'
import type { Text } from '../../contract/text'
import type { Library } from '../../library'
import { modelsNamed } from '../../rules/facts'
import { whyUnlearned } from '../../rules/learned'
import { runRef } from '../../rules/refs'
import { isOpen, isResumable, notResumable } from '../../rules/states'
import { openSourceData, openTargetData } from '../../library/datasets'
import { saveClassifier } from '../classifiers'
import { watchedEpochs } from '../evaluation/selection-cost'
import { capNote, collapseNote, collapseWarning, finalScores, lastEpoch, olderUsed, weighSelection } from './conclusion'
import { DiskRoom } from './disk-room'
import { saveModel } from '../interchange/tfjs/model-folder'
import { methodOf, type MethodRun } from '../methods'
import { openModel, openSource, summaryOfNetwork, type SourceModel } from '../models/open'
import type { Network } from '../network/network'
import type { Position, Stage } from '../training/stage'
import { StageData, type TrainingData } from '../training/data'
import { FeatureCache } from '../features/cache'
import { Diverged } from '../training/divergence'
import { stepsTaken } from '../../rules/studies/steps'
import { mostRescues, rescuedRate, rescueText } from '../../rules/settings/rescue'
import { Judge, shownValue } from '../training/judge'
import { momentumFor, stageLength, stageStart, trainStage, type StageState } from '../training/loop'
import { MetricsWriter } from '../training/metrics-writer'
import { createOptimizer } from '../training/optimizers'
import { loadRunCheckpoint, saveRunCheckpoint, type LoadedCheckpoint } from '../training/run-checkpoint'
import { isSettled, Selection } from '../training/selection'
import type * as tf from '@tensorflow/tfjs-core'

/** How the caller of a training hears of it and steers it. */
export interface TrainHooks {
  /** Cancel: takes effect within one step; a checkpoint is written first. */
  signal?: AbortSignal
  /** Ends after the epoch under way; the run is then done. */
  stopAfterEpoch?: AbortSignal
  onProgress?(progress: RunProgress): void
  onMetrics?(metrics: Metric[]): void
  onCheckpoint?(checkpoint: { epoch: number, step: number }): void
}

interface TrainContext {
  library: Library
  cacheDir: string
  /** Opens the backend that the spec asks for. */
  openBackend(): Promise<BackendSummary>
  versions: Record<string, string>
}

/**
 * Carries out a run of the store, from its last checkpoint where it has one, to its end in `done`, `cancelled` or
 * `failed`. What it measures and learns lies in the run's folder; the returned record is what stands there.
 * @throws GraftError where the run cannot be begun at all (unknown, busy elsewhere, already done)
 */
export async function train(runId: string, hooks: TrainHooks, context: TrainContext): Promise<Run> {
  const { library } = context
  const run = await library.runs.get(runId)
  if (!isOpen(run) && !isResumable(run)) throw notResumable(run)
  await library.runs.claim(runId)
  const session = new TrainSession(run, hooks, context)
  try {
    return await session.run()
  } finally {
    await library.runs.release(runId)
  }
}

class TrainSession {
  private readonly signal: AbortSignal
  private readonly began = performance.now()
  private secondsBefore = 0
  private backend: BackendSummary | undefined
  private readonly notes: Text[] = []
  private readonly rescues: NonNullable<Run['rescues']>
  private readonly metrics: MetricsWriter
  private readonly paths: ReturnType<Library['runs']['paths']>
  private readonly room: DiskRoom
  private lastProgress: RunProgress | undefined

  constructor(private readonly record: Run, private readonly hooks: TrainHooks, private readonly context: TrainContext) {
    this.signal = hooks.signal ?? new AbortController().signal
    this.rescues = [...record.rescues ?? []]
    if (this.rescues.length > 0) this.notes.push(rescueText(this.rescues.at(-1)!))
    const { runs } = context.library
    this.paths = runs.paths(record.id)
    this.room = new DiskRoom({
      dataDir: context.library.dataDir, checkpoints: this.paths.checkpoint, signal: this.signal,
      onPause: (error) => this.pause(error),
      onGoOn: () => this.goOn()
    })
    this.metrics = new MetricsWriter((lines) => this.room.when(() => runs.appendMetrics(record.id, lines)), (lines) => hooks.onMetrics?.(lines))
  }

  /** Where each epoch's predictions for held-out target images are kept. */
  private get epochsFolder(): string {
    return join(this.paths.evaluation, 'epochs')
  }

  async run(): Promise<Run> {
    try {
      await this.update((run) => {
        const { error: _, finishedAt: __, ...rest } = run
        return { ...rest, state: 'running', startedAt: run.startedAt ?? new Date().toISOString() }
      })
      this.report('starting', stageStart(0), 1)
      return await this.untilItHolds()
    } catch (thrown) {
      await this.metrics.flush().catch(() => undefined)
      if (this.signal.aborted && !(thrown instanceof GraftError)) return this.finish('cancelled')
      const error = toErrorValue(thrown)
      return this.update((run) => ({
        ...run, state: 'failed', error, seconds: this.seconds(), finishedAt: new Date().toISOString(), notes: this.notes
      }))
    }
  }

  /**
   * Trains; where the training goes wrong at a learning rate that Graft chose itself, from the beginning at a tenth of it.
   * Each attempt is the same whether it was interrupted or not: its rate follows from the record.
   */
  private async untilItHolds(): Promise<Run> {
    for (;;) {
      try {
        return await this.execute()
      } catch (thrown) {
        if (!(thrown instanceof Diverged) || !this.mayRescue) throw thrown
        this.rescues.push(thrown.place)
        await rm(this.paths.checkpoint, { recursive: true, force: true })
        const text = rescueText(thrown.place)
        this.metrics.add({ kind: 'log', level: 'warning', seconds: this.seconds(), text })
        this.notes.splice(0, this.notes.length, text)
        await this.metrics.flush()
        await this.update(({ checkpoint: _, chosen: __, ...run }) => ({ ...run, epochs: 0, rescues: [...this.rescues] }))
      }
    }
  }

  /** Where a person fixed the rate, that rate is what they get. */
  private get mayRescue(): boolean {
    return this.record.spec.chosen?.['learningRate'] !== undefined && this.rescues.length < mostRescues
  }

  /** The spec of this attempt: after a rescue at a smaller learning rate. */
  private get spec(): Spec {
    const { spec } = this.record
    return this.rescues.length === 0 ? spec
      : { ...spec, training: { ...spec.training, learningRate: rescuedRate(spec.training.learningRate, this.rescues.length) } }
  }

  private async execute(): Promise<Run> {
    const { library, cacheDir } = this.context
    const { spec } = this
    this.report('loading', stageStart(0), 1)
    this.backend = await this.context.openBackend()
    const method = methodOf(spec.method.id)
    const parameters = parametersSchema(method.parameters).parse(spec.method.params)
    const opened: { close(): Promise<void> }[] = []
    let source: SourceModel | undefined
    const teachers = new Map<ModelRef, Network>()
    let work: MethodRun | undefined
    try {
      const target = await openTargetData(library.datasets, spec)
      opened.push(target)
      const sourceData = method.needs.sourceData ? await openSourceData(library.datasets, spec) : undefined
      if (sourceData) opened.push(sourceData)
      // The target last: where both are parts of one data set, what was tested on is what the record must name.
      await this.recordSurroundings([...(sourceData ? [sourceData] : []), target].map((reader) => reader.dataset))
      source = await openSource(library, spec.source.model, target.dataset)
      const { classes } = target.dataset
      const opening = source
      for (const ref of modelsNamed(method.parameters, parameters)) teachers.set(ref, await openModel(library, ref))
      work = method.create({
        source: source.network,
        teachers,
        freshNetwork: (variant) => opening.fresh(classes, spec.training.seed, variant),
        classes,
        targetImages: target.dataset.splits.train?.count ?? 0,
        ...(sourceData && { sourceData: sourceData.dataset }),
        training: spec.training,
        note: (text) => { this.notes.push(text) }
      }, parameters)
      const data: TrainingData = {
        spec, target, source: sourceData, signal: this.signal,
        features: new FeatureCache({ cacheDir }), whenRoom: this.room.when,
        surroundings: JSON.stringify(this.backend),
        onFeatures: () => this.report('features', stageStart(0), 1)
      }
      const ended = await this.runStages(work, data)
      if (ended === 'cancelled') return await this.finish('cancelled')
      return await this.conclude(work, data)
    } finally {
      work?.dispose()
      source?.dispose()
      for (const teacher of teachers.values()) teacher.dispose()
      for (const reader of opened) await reader.close()
    }
  }

  private async runStages(work: MethodRun, data: TrainingData): Promise<'finished' | 'cancelled'> {
    const loaded = await loadRunCheckpoint(this.paths.checkpoint)
    if (loaded) {
      this.secondsBefore = loaded.seconds
      const { stage, epoch, step } = loaded.state
      if (loaded.insteadOf !== undefined) {
        const text = olderUsed(loaded.insteadOf, step)
        this.notes.push(text)
        this.metrics.add({ kind: 'log', level: 'warning', seconds: this.seconds(), text })
      }
      this.metrics.add({ kind: 'resumed', stage, epoch, step, seconds: this.seconds() })
    } else if ((await this.context.library.runs.readMetrics(this.record.id)).length > 0) {
      // It ended before its first checkpoint: everything begins anew, the series too.
      this.metrics.add({ kind: 'resumed', stage: 0, epoch: 0, step: 0, seconds: this.seconds() })
    }
    for (const [index, stage] of work.stages.entries()) {
      if (loaded && index < loaded.state.stage) continue
      const from = loaded?.state.stage === index ? loaded : undefined
      const ended = await this.runStage(stage, index, work, data, from)
      if (ended === 'cancelled') return 'cancelled'
    }
    return 'finished'
  }

  private async runStage(
    stage: Stage, index: number, work: MethodRun, data: TrainingData, loaded: LoadedCheckpoint | undefined
  ): Promise<'finished' | 'cancelled'> {
    const { network, stages } = work
    if (stage.kind === 'fit') {
      const opened = await StageData.open(stage, network, data)
      const progress = (step: number, steps: number): void => this.report('training', { ...stageStart(index), step, steps }, stages.length, { stage })
      try {
        progress(0, 0)
        await stage.fit({ ...opened.access, onProgress: progress })
      } finally {
        await opened.close()
      }
      return 'finished'
    }
    const { training } = this.spec
    const last = index === stages.length - 1
    const optimizer = createOptimizer(training)
    const selection = new Selection(last ? training.earlyStopping : 0)
    const kept = new Map<string, tf.Variable>([...network.weights, ...(stage.state?.() ?? [])])
    const parts = { kept, optimizer, selection }
    let opened: StageData | undefined
    let judge: Judge | undefined
    try {
      // First of all: a stage on features looks at the network as soon as it is opened.
      loaded?.restoreInto(parts)
      opened = await StageData.open(stage, network, data)
      judge = stage.pretext ? undefined : await Judge.open({
        stage, network, data, onCollapse: (epoch) => this.warnOfCollapse(epoch), ...(last && { predictions: this.epochsFolder })
      })
      const judging = judge
      if (!loaded) await stage.begin?.(opened.access)
      const state = loaded?.state ?? stageStart(index)
      const { epochs: _, ...steps } = stageLength(stage, opened.access, training)
      network.leastStatisticsMomentum = momentumFor(steps.steps)
      const ended = await trainStage({
        stage, state, access: opened.access, settings: training, optimizer, selection, kept,
        watchRange: this.mayRescue,
        signal: this.signal,
        stopAfterEpoch: this.hooks.stopAfterEpoch,
        seconds: () => this.seconds(),
        onMetric: (metric) => this.metrics.add(metric),
        onProgress: ({ phase, position, epochs, imagesPerSecond, secondsLeft }) =>
          this.report(phase, position, stages.length, { stage, epochs, imagesPerSecond, secondsLeft }),
        ...(judging && { judge: (epoch) => judging.judge(epoch) }),
        checkpoint: async (at) => {
          // The series on disk must not end before the checkpoint does.
          await this.metrics.flush()
          await mkdir(this.paths.checkpoint, { recursive: true })
          const saved = saveRunCheckpoint(this.paths.checkpoint, at, steps, this.seconds(), parts, this.room.when)
          return { written: saved.then(() => this.recordCheckpoint(at)) }
        }
      })
      if (ended !== 'cancelled') await this.chooseEpoch(selection, kept, last && training.keepBest)
      return ended === 'cancelled' ? 'cancelled' : 'finished'
    } finally {
      selection.dispose()
      optimizer.dispose()
      await judge?.close()
      await opened?.close()
    }
  }

  private async recordCheckpoint({ epoch, step }: StageState): Promise<void> {
    await this.update((run) => ({
      ...run, epochs: epoch, seconds: this.seconds(), checkpoint: { epoch, step, savedAt: new Date().toISOString() }
    }))
    this.hooks.onCheckpoint?.({ epoch, step })
  }

  private warnOfCollapse(epoch: number): void {
    this.metrics.add({ kind: 'log', level: 'warning', seconds: this.seconds(), text: collapseWarning(epoch) })
  }

  /** Puts the best epoch's weights back, where the spec says so and a score chose one. */
  private async chooseEpoch(selection: Selection, kept: ReadonlyMap<string, tf.Variable>, keepBest: boolean): Promise<void> {
    const { best } = selection.state
    if (!keepBest || !best) return
    for (const [name, tensor] of selection.bestWeights) kept.get(name)?.assign(tensor as tf.Tensor)
    await this.update((run) => ({ ...run, chosen: { epoch: best.epoch, score: best.score, value: shownValue(best) } }))
  }

  /** The last part of a run that trained to its end: final scores, for which the vault opens, the saved model, the record. */
  private async conclude({ network, classifier: made, stages }: MethodRun, data: TrainingData): Promise<Run> {
    const { library } = this.context
    const { id, name } = this.record
    this.again('testing')
    const classifier = made?.()
    const { classes } = network.definition
    const scores = await this.room.when(() => finalScores(network, classifier, data, this.paths.evaluation, () => this.again('testing')))
    const { metrics } = scores
    const stage = stages.at(-1)
    if (data.spec.target.labels === 'none' && stage?.kind === 'gradient') {
      await this.metrics.flush()
      const { chosen } = await library.runs.get(id)
      const selection = await weighSelection({
        data, chosen, folder: this.epochsFolder, classes: network.definition.classes.length,
        epochs: watchedEpochs(
          (await library.runs.readMetrics(id)).filter((metric) => metric.kind === 'epoch' || metric.kind === 'start'), stages.length - 1
        ),
        settled: ({ epoch, step }) => epoch === 0 || isSettled(stage, step)
      })
      if (selection?.predictedClasses.collapsed) this.notes.push(collapseNote(selection))
      if (selection) await this.update((run) => ({ ...run, selection }))
    }
    await this.metrics.flush()
    const series = await library.runs.readMetrics(id)
    const ended = lastEpoch(series, data.spec)
    for (const [index, each] of stages.entries()) {
      const note = each.kind === 'gradient' && each.cap && capNote(series, index, each.cap)
      if (note) this.notes.push(note)
    }
    const unlearned = whyUnlearned({ classes: classes.length, ...ended, ...(metrics.test && { test: metrics.test }) })
    this.again('saving')
    await this.room.when(() => saveModel(
      network, this.paths.model, summaryOfNetwork(network, runRef(id), name, classifier),
      classifier && ((folder) => saveClassifier(classifier, folder))
    ))
    await this.metrics.flush()
    return this.finish('done', { ...scores, steps: stepsTaken(series), ...(unlearned && { unlearned }) })
  }

  private async finish(state: 'done' | 'cancelled', found: Partial<Pick<Run, 'metrics' | 'files' | 'steps' | 'unlearned'>> = {}): Promise<Run> {
    await this.metrics.flush()
    return this.update((run) => ({
      ...run,
      state,
      seconds: this.seconds(),
      finishedAt: new Date().toISOString(),
      ...(this.lastProgress && { epochs: Math.max(run.epochs, this.lastProgress.epoch) }),
      ...(this.lastProgress?.imagesPerSecond !== undefined && { imagesPerSecond: this.lastProgress.imagesPerSecond }),
      ...found,
      notes: this.notes
    }))
  }

  private async recordSurroundings(datasets: readonly Dataset[]): Promise<void> {
    const dataHashes = Object.fromEntries(datasets.flatMap((dataset) => Object.entries(dataset.splits).flatMap(([split, { sha256 }]) => [
      [`${dataset.id}/${split}/images`, sha256.images],
      ...(sha256.labels === undefined ? [] : [[`${dataset.id}/${split}/labels`, sha256.labels]])
    ])))
    await this.update((run) => ({ ...run, backend: this.backend, versions: this.context.versions, dataHashes }))
  }

  private report(
    phase: RunPhase, position: Pick<Position, 'stage' | 'epoch' | 'stepInEpoch' | 'step'> & Partial<Position>, stages: number,
    more: { stage?: Stage, epochs?: number, imagesPerSecond?: number | undefined, secondsLeft?: number | undefined } = {}
  ): void {
    const { stage, epochs = this.record.spec.training.epochs, imagesPerSecond, secondsLeft } = more
    this.lastProgress = {
      runId: this.record.id, state: 'running', phase, stage: position.stage, stages,
      ...(stage && { stageName: stage.name }),
      epoch: position.epoch, epochs, step: position.step, steps: position.steps ?? 0,
      stepInEpoch: position.stepInEpoch, stepsPerEpoch: position.stepsPerEpoch ?? 0,
      seconds: this.seconds(),
      ...(imagesPerSecond !== undefined && { imagesPerSecond }),
      ...(secondsLeft !== undefined && { secondsLeft }),
      ...(this.backend && { backend: this.backend })
    }
    this.hooks.onProgress?.(this.lastProgress)
  }

  /** The last report again, in another phase. */
  private again(phase: RunPhase): void {
    if (!this.lastProgress) return
    const { secondsLeft: _, ...rest } = this.lastProgress
    this.lastProgress = { ...rest, phase, seconds: this.seconds() }
    this.hooks.onProgress?.(this.lastProgress)
  }

  private seconds(): number {
    return this.secondsBefore + (performance.now() - this.began) / 1000
  }

  private update(change: (run: Run) => Run): Promise<Run> {
    return this.room.when(() => this.context.library.runs.update(this.record.id, change))
  }

  /** Says that the run stands still; the record says so too where there is room for it. */
  private async pause(error: ErrorValue): Promise<void> {
    this.hooks.onMetrics?.([{ kind: 'log', level: 'warning', seconds: this.seconds(), text: error.message }])
    if (this.lastProgress) this.hooks.onProgress?.({ ...this.lastProgress, state: 'paused' })
    await this.context.library.runs.update(this.record.id, (run) => ({ ...run, state: 'paused', error })).catch(() => undefined)
  }

  private async goOn(): Promise<void> {
    await this.context.library.runs.update(this.record.id, ({ error: _, ...run }) => ({ ...run, state: 'running' })).catch(() => undefined)
    if (this.lastProgress) this.hooks.onProgress?.(this.lastProgress)
  }
}
