import { GraftError } from '../../contract/errors'
import type { RatesPhase, TriedRates } from '../../contract/rates'
import type { Spec } from '../../contract/runs'
import { hasRisen, mostTrials, proposed, rateOfTrial, smoothing, type RatePoint } from '../../rules/settings/range-test'
import { FeatureCache } from '../features/cache'
import type { Surroundings } from '../surroundings'
import { StageData } from '../training/data'
import { stepsOf, takeSteps, type Batches } from '../training/gradient-step'
import { momentumFor, stageLength } from '../training/loop'
import { createOptimizer } from '../training/optimizers'
import type { GradientStage, Stage, StageAccess } from '../training/stage'
import { openStepComputer } from '../training/step-computer'
import { yieldToEvents } from '../yield'
import { openWork } from './open-work'

export interface RatesHooks {
  signal: AbortSignal
  onProgress(phase: RatesPhase, done: number, total: number, secondsLeft?: number): void
}

/**
 * A learning-rate range test (Smith 2017, arXiv:1506.01186, section 3.3, in the form of fastai's `lr_find`): the first steps of
 * a transfer, with its own first few batches, loss and optimiser, at a rate that rises from step to step. Everything is opened for it
 * alone and thrown away: saved weights, seeds and orders stay as they are, so that a run after it is the run without it.
 * @throws GraftError `no-rate-to-try` where no rate is used from the first step on
 */
export async function tryRates(spec: Spec, { signal, onProgress }: RatesHooks, { library, cacheDir, openBackend }: Surroundings): Promise<TriedRates> {
  const began = performance.now()
  onProgress('starting', 0, 1)
  const backend = await openBackend()
  onProgress('loading', 0, 1)
  const { target, source, work, close } = await openWork(spec, { library, note: () => undefined })
  try {
    const stage = triedStage(work.stages)
    const opened = await StageData.open(stage, work.network, {
      spec, target, source, signal, features: new FeatureCache({ cacheDir }), surroundings: JSON.stringify(backend),
      onFeatures: (done, total) => onProgress('features', done, total)
    })
    try {
      const found = await raise(stage, opened.access, spec, {
        signal, onBegin: ({ steps }) => { work.network.leastStatisticsMomentum = momentumFor(steps) },
        onStep: (done, total, secondsLeft) => onProgress('trying', done, total, secondsLeft)
      })
      const proposals = proposed(found.points)
      return {
        ...found, rate: spec.training.learningRate, optimizer: spec.training.optimizer,
        ...(proposals && { proposed: proposals }), ...(work.stages.length > 1 && { stage: stage.name }),
        seconds: (performance.now() - began) / 1000
      }
    } finally {
      await opened.close()
    }
  } finally {
    await close()
  }
}

/** The stage whose rate a spec gives, if it is the first: what comes later begins with weights that nobody has yet. */
function triedStage(stages: readonly Stage[]): GradientStage {
  const [first] = stages
  if (first?.kind === 'gradient' && first.settings?.learningRate === undefined) return first
  if (stages.every(({ kind }) => kind === 'fit')) {
    throw new GraftError('no-rate-to-try', {
      en: 'This method takes no gradient steps, so it has no learning rate.', zh: '该方法不做梯度下降，因此没有学习率。'
    }, { field: 'method.id' })
  }
  const { en, zh } = first!.name
  throw new GraftError('no-rate-to-try', {
    en: `This learning rate is used only after the stage “${en}”, and which one suits can be tried no sooner.`,
    zh: `该学习率只在“${zh}”阶段之后使用，此前无从试起。`
  }, {
    field: 'training.learningRate',
    remedy: {
      en: 'Take a source that has learned that already, or leave the rate as it is.', zh: '请选择已学过这些的源模型，或保留现有学习率。'
    }
  })
}

/** Batches that are taken over and over. */
const fewBatches = 10

/** Steps at a rising rate on a few batches, until the last or until the loss has risen. */
async function raise(
  stage: GradientStage, access: StageAccess, spec: Spec,
  { signal, onBegin, onStep }: { signal: AbortSignal, onBegin(length: { steps: number }): void, onStep(done: number, total: number, left?: number): void }
): Promise<Pick<TriedRates, 'points' | 'end'>> {
  const settings = { ...spec.training, ...stage.settings }
  const optimizer = createOptimizer(settings)
  try {
    await stage.begin?.(access)
    const { stepsPerEpoch, steps } = stageLength(stage, access, settings)
    onBegin({ steps })
    await stage.beginEpoch?.(0, access)
    const computer = await openStepComputer(settings)
    const planned = stepsOf(stage, 0)
    const batches = Math.min(fewBatches, stepsPerEpoch)
    /** The loss on a batch before a step at this rate; undefined where it is no number. */
    const take = async (batch: number, step: number, rate: number): Promise<number | undefined> => {
      signal.throwIfAborted()
      const position = { stage: 0, epoch: 0, stepInEpoch: step, step, stepsPerEpoch, steps }
      const { losses } = takeSteps(stage, planned, await batchesAt(stage, access, batch), position, optimizer, rate, settings.clipNorm, computer.compute)
      await yieldToEvents()
      return Object.values(losses).every(Number.isFinite) ? losses.total! : undefined
    }
    // One batch is harder than another, which has nothing to do with the rate: each is held against itself at the start.
    const atStart: number[] = []
    let began = performance.now()
    for (let batch = 0; batch < batches; batch++) {
      const loss = await take(batch, 0, 0)
      if (loss === undefined) return { points: [], end: 'no-number' }
      atStart.push(loss)
      // The first step also compiles.
      if (batch === 0) began = performance.now()
      onStep(batch + 1, batches + mostTrials)
    }
    const mean = atStart.reduce((sum, loss) => sum + loss, 0) / batches
    const smooth = smoothing()
    const points: RatePoint[] = []
    let least = Infinity
    for (let step = 0; step < mostTrials; step++) {
      const [batch, rate] = [step % batches, rateOfTrial(settings.optimizer, step)]
      const loss = await take(batch, step, rate)
      if (loss === undefined) return { points, end: 'no-number' }
      const smoothed = smooth(loss - atStart[batch]! + mean)
      points.push({ rate, loss: smoothed })
      least = Math.min(least, smoothed)
      if (hasRisen(smoothed, least, points[0]!.loss)) return { points, end: 'risen' }
      const seconds = (performance.now() - began) / 1000 / (batches + step)
      onStep(batches + step + 1, batches + mostTrials, seconds * (mostTrials - step - 1))
    }
    return { points, end: 'whole' }
  } finally {
    optimizer.dispose()
  }
}

/** The batches of a step of the first epoch, as the run will see them. */
async function batchesAt(stage: GradientStage, { streams }: StageAccess, step: number): Promise<Batches> {
  const batches: Batches = {}
  for (const name of stage.streams) {
    const stream = streams[name]!
    batches[name] = await stream.next(0, step % stream.stepsPerEpoch)
  }
  return batches
}
