import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Dataset } from '../../contract/datasets'
import { GraftError, toErrorValue, type ErrorValue } from '../../contract/errors'
import type { Run, Spec } from '../../contract/runs'
import type { Text } from '../../contract/text'
import type { Library } from '../../library'
import { whyUnlearned } from '../../rules/learned'
import { runRef } from '../../rules/refs'
import { isOpen, isResumable, notResumable } from '../../rules/states'
import { testedNote } from '../../rules/tested'
import { ReplayFolder } from '../../library/runs'
import { saveClassifier } from '../classifiers'
import { disagreementNote, overStartNote, shiftNote } from '../evaluation/second-opinion'
import { watchedEpochs } from '../evaluation/selection-cost'
import { capNote, collapseNote, finalScores, keptEpoch, weighSelection, type Known } from './conclusion'
import { isUnfitted } from './unfitted'
import { DiskRoom } from './disk-room'
import type { TrainHooks } from './hooks'
import { openWork } from './open-work'
import { RunReporter } from './reporter'
import { listenForStop } from './stop-listener'
import { epochsFolderOf, StageRunner } from './stages'
import { fewestImages } from '../evaluation/calibration'
import { familiarIn } from '../evaluation/familiarity'
import { saveModel } from '../interchange/tfjs/model-folder'
import { methodOf, type MethodRun } from '../methods'
import { summaryOfNetwork } from '../models/open'
import { openLearnedFrom, type TrainingData } from '../training/data'
import { FeatureCache } from '../features/cache'
import { Diverged } from '../training/divergence'
import { stepsTaken } from '../../rules/studies/steps'
import { mostRescues, rescuedRate, rescueText } from '../../rules/settings/rescue'
import { stageStart } from '../training/loop'
import type { Surroundings } from '../surroundings'
import { MetricsWriter } from '../training/metrics-writer'
import { isSettled } from '../training/selection'

interface TrainContext extends Surroundings {
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
  const listener = await listenForStop(library.runs.paths(runId).folder, hooks, { goesOn: isResumable(run) })
  const session = new TrainSession(run, listener.hooks, context)
  try {
    return await session.run()
  } finally {
    await listener.close()
    await library.runs.release(runId)
  }
}

class TrainSession {
  private readonly signal: AbortSignal
  private readonly notes: Text[] = []
  private readonly rescues: NonNullable<Run['rescues']>
  private readonly metrics: MetricsWriter
  private readonly paths: ReturnType<Library['runs']['paths']>
  private readonly room: DiskRoom
  private readonly reporter: RunReporter

  constructor(private readonly record: Run, private readonly hooks: TrainHooks, private readonly context: TrainContext) {
    this.signal = hooks.signal ?? new AbortController().signal
    this.reporter = new RunReporter(record, hooks.onProgress)
    this.rescues = [...record.rescues ?? []]
    if (this.rescues.length > 0) this.notes.push(rescueText(this.rescues.at(-1)!))
    const { runs } = context.library
    this.paths = runs.paths(record.id)
    this.room = new DiskRoom({
      dataDir: context.library.dataDir, checkpoints: this.paths.checkpoint, signal: this.signal,
      ...(hooks.waitForDataFolder && { waitFor: join(dirname(this.paths.checkpoint), 'run.json') }),
      onPause: (error) => this.pause(error),
      onGoOn: () => this.goOn()
    })
    this.metrics = new MetricsWriter(
      (lines) => this.room.when(() => runs.appendMetrics(record.id, lines)), (lines) => hooks.onMetrics?.(lines),
      () => this.room.when(() => runs.settleMetrics(record.id))
    )
  }

  async run(): Promise<Run> {
    try {
      await this.update((run) => {
        const { error: _, finishedAt: __, ...rest } = run
        return { ...rest, state: 'running', startedAt: run.startedAt ?? new Date().toISOString() }
      })
      this.reporter.report('starting', stageStart(0), 1)
      return await this.untilItHolds()
    } catch (thrown) {
      await this.metrics.flush().catch(() => undefined)
      if (this.signal.aborted && !(thrown instanceof GraftError)) return this.finish('cancelled')
      const error = toErrorValue(thrown)
      return this.update((run) => ({
        ...run, state: 'failed', error, seconds: this.reporter.seconds(), finishedAt: new Date().toISOString(), notes: this.notes
      }))
    }
  }

  /**
   * Trains; where the training goes wrong at a learning rate that Graft chose itself, on from its best epoch so far at a tenth of
   * it, or from the beginning where there is none.
   * Each attempt is the same whether it was interrupted or not: its rate follows from the record.
   */
  private async untilItHolds(): Promise<Run> {
    for (;;) {
      try {
        return await this.execute()
      } catch (thrown) {
        // What only reads may have failed over the missing folder: once it is back, from the last checkpoint.
        if (!(thrown instanceof Diverged) && await this.room.folderIsBack()) continue
        if (!(thrown instanceof Diverged) || !this.mayRescue) throw thrown
        const { place, from } = thrown
        const rescue = { ...place, ...(from !== undefined && { from }) }
        this.rescues.push(rescue)
        if (from === undefined) await rm(this.paths.checkpoint, { recursive: true, force: true })
        const text = rescueText(rescue)
        this.metrics.add({ kind: 'log', level: 'warning', seconds: this.reporter.seconds(), text })
        this.notes.splice(0, this.notes.length, text)
        await this.metrics.flush()
        await this.update(({ checkpoint, chosen: _, ...run }) => ({
          ...run, epochs: from ?? 0, ...(from !== undefined && checkpoint && { checkpoint }), rescues: [...this.rescues]
        }))
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
    this.reporter.report('loading', stageStart(0), 1)
    this.reporter.backend = await this.context.openBackend()
    const { target, source, work, close } = await openWork(spec, {
      library, note: (text) => { this.notes.push(text) }, onData: (datasets) => this.recordSurroundings(datasets)
    })
    try {
      const data: TrainingData = {
        spec, target, source, signal: this.signal,
        features: new FeatureCache({ cacheDir }), whenRoom: this.room.when,
        surroundings: JSON.stringify(this.reporter.backend),
        onFeatures: () => this.reporter.report('features', stageStart(0), 1)
      }
      const { computation, checkpoint } = this.record
      const ended = await new StageRunner({
        training: spec.training, ...(checkpoint && { computation: computation ?? { steps: 'operations' } }), paths: this.paths, hooks: this.hooks, signal: this.signal, watchRange: this.mayRescue,
        reporter: this.reporter, metrics: this.metrics, room: this.room, readMetrics: () => library.runs.readMetrics(this.record.id),
        update: (change) => this.update(change), note: (text) => { this.notes.push(text) }
      }).run(work, data)
      if (ended === 'cancelled') return await this.finish('cancelled')
      return await this.conclude(work, data)
    } finally {
      await close()
    }
  }

  /** The last part of a run that trained to its end. */
  private async conclude(work: MethodRun, data: TrainingData): Promise<Run> {
    this.reporter.again('testing')
    const known = await this.known(work, data)
    try {
      return await this.scoreAndSave(work, data, known)
    } finally {
      known?.pictures.dispose()
    }
  }

  /** Final scores, for which the vault opens, the saved model, the record. */
  private async scoreAndSave(
    { network, classifier: made, stages }: MethodRun, data: TrainingData, known: Known | undefined
  ): Promise<Run> {
    const { library } = this.context
    const { id, name } = this.record
    const classifier = made?.()
    const { classes } = network.definition
    const stage = stages.at(-1)
    const scores = await this.room.when(() => finalScores(network, classifier, data, this.paths.evaluation, () => this.reporter.again('testing'), known))
    const { metrics, calibration } = scores
    if (data.spec.target.labels === 'none' && stage?.kind === 'gradient') {
      await this.metrics.flush()
      const { chosen } = await library.runs.get(id)
      const selection = await weighSelection({
        data, chosen, folder: epochsFolderOf(this.paths), classes: network.definition.classes.length,
        epochs: watchedEpochs(
          (await library.runs.readMetrics(id)).filter((metric) => metric.kind === 'epoch' || metric.kind === 'start'), stages.length - 1
        ),
        settled: ({ epoch, step }) => epoch === 0 || isSettled(stage, step)
      })
      if (selection?.predictedClasses.collapsed) this.notes.push(collapseNote(selection))
      if (selection) this.notes.push(...[overStartNote(selection), disagreementNote(selection), shiftNote(selection)].filter((note) => note !== undefined))
      if (selection) await this.update((run) => ({ ...run, selection }))
    }
    await this.metrics.flush()
    const series = await library.runs.readMetrics(id)
    const ended = keptEpoch(series, data.spec, (await library.runs.get(id)).chosen)
    for (const [index, each] of stages.entries()) {
      const note = each.kind === 'gradient' && each.cap && capNote(series, index, each.cap, methodOf(data.spec.method.id).losses)
      if (note) this.notes.push(note)
    }
    const tested = testedNote(data.spec, methodOf(data.spec.method.id).needs)
    if (tested) this.notes.push(tested)
    const unlearned = whyUnlearned({ classes: classes.length, ...ended, ...(metrics.test && { test: metrics.test }) })
    this.reporter.again('saving')
    await this.room.when(() => saveModel(
      network, this.paths.model, { ...summaryOfNetwork(network, runRef(id), name, classifier), ...(calibration && { calibration }) },
      classifier && ((folder) => saveClassifier(classifier, folder)), calibration?.unlike && ((folder) => known!.pictures.save(folder))
    ))
    await this.metrics.flush()
    const replay = new ReplayFolder(this.paths.replay)
    await replay.flush()
    const files = { ...scores.files, ...await replay.hashes() }
    return this.finish('done', { ...scores, files, steps: stepsTaken(series), ...(unlearned && { unlearned }) })
  }

  /** What the training pictures look like to the trained network; undefined where nothing could tell a threshold. */
  private async known(work: MethodRun, data: TrainingData): Promise<Known | undefined> {
    const unfitted = isUnfitted(work, data.spec)
    if (!unfitted && (data.target.dataset.splits.validation?.count ?? 0) < fewestImages) return undefined
    const learnedFrom = await openLearnedFrom(work.stages.at(-1), work.network, data)
    try {
      const pictures = learnedFrom && await familiarIn(work.network, learnedFrom, data.signal)
      return pictures && { pictures, isUnfitted: unfitted }
    } finally {
      await learnedFrom?.close()
    }
  }

  private async finish(state: 'done' | 'cancelled', found: Partial<Pick<Run, 'metrics' | 'files' | 'calibration' | 'steps' | 'unlearned'>> = {}): Promise<Run> {
    await this.metrics.flush()
    return this.update((run) => ({
      ...run,
      state,
      ...this.reporter.ended(run),
      finishedAt: new Date().toISOString(),
      ...found,
      notes: this.notes
    }))
  }

  private async recordSurroundings(datasets: readonly Dataset[]): Promise<void> {
    const dataHashes = Object.fromEntries(datasets.flatMap((dataset) => Object.entries(dataset.splits).flatMap(([split, { sha256 }]) => [
      [`${dataset.id}/${split}/images`, sha256.images],
      ...(sha256.labels === undefined ? [] : [[`${dataset.id}/${split}/labels`, sha256.labels]])
    ])))
    await this.update((run) => ({ ...run, backend: this.reporter.backend, versions: this.context.versions, dataHashes }))
  }

  private update(change: (run: Run) => Run): Promise<Run> {
    return this.room.when(() => this.context.library.runs.update(this.record.id, change))
  }

  /** Says that the run stands still; the record says so too where there is room for it. */
  private async pause(error: ErrorValue): Promise<void> {
    this.hooks.onMetrics?.([{ kind: 'log', level: 'warning', seconds: this.reporter.seconds(), text: error.message }])
    this.reporter.standing('paused')
    await this.context.library.runs.update(this.record.id, (run) => ({ ...run, state: 'paused', error })).catch(() => undefined)
  }

  private async goOn(): Promise<void> {
    await this.context.library.runs.update(this.record.id, ({ error: _, ...run }) => ({ ...run, state: 'running' })).catch(() => undefined)
    this.reporter.standing('running')
  }
}
