import type { Text } from '../../contract/text'
import type { TrainingSettings } from '../../contract/training'

/** A step of a learning-rate range test: its rate, and the loss smoothed up to it. */
export interface RatePoint { rate: number, loss: number }

/** Steps of a whole range test, as in fastai's `lr_find`. */
export const mostTrials = 100

/** From where to where the rate rises; SGD with momentum takes steps some ten times as large as Adam's for the same effect. */
const rangeOf = (optimizer: TrainingSettings['optimizer']): { from: number, to: number } =>
  optimizer === 'sgd' ? { from: 1e-5, to: 10 } : { from: 1e-6, to: 1 }

/** The rate of a step, counted from 0: the same factor from each step to the next (Smith 2017 in fastai's form). */
export function rateOfTrial(optimizer: TrainingSettings['optimizer'], step: number, steps = mostTrials): number {
  const { from, to } = rangeOf(optimizer)
  return from * (to / from) ** (step / steps)
}

const memory = 0.98

/** Smooths losses one after another: an exponential mean without the pull of its start, as fastai's recorder keeps. */
export function smoothing(): (loss: number) => number {
  let [mean, count] = [0, 0]
  return (loss) => {
    mean = memory * mean + (1 - memory) * loss
    count += 1
    return mean / (1 - memory ** count)
  }
}

/**
 * Whether a smoothed loss has left the valley for good: four times its least, as fastai stops. Of a loss that can be below
 * zero as far above its least as that is from zero, three times over.
 */
export function hasRisen(loss: number, least: number, first: number): boolean {
  return least > 0 ? loss > 4 * least : loss > least + 3 * Math.max(Math.abs(least), Math.abs(first))
}

/**
 * Where the middle of the longest falling subsequence of the losses lies, the places between them counted as fastai does
 * (callback/schedule.py, `valley`); of several as long the one that is complete first.
 */
export function valley(losses: readonly number[]): number {
  // longest[i]: length of the longest falling subsequence that ends at i
  const longest = losses.map(() => 1)
  let end = 0
  for (let at = 0; at < losses.length; at++) {
    for (let before = 0; before < at; before++) {
      if (losses[at]! < losses[before]!) longest[at] = Math.max(longest[at]!, longest[before]! + 1)
    }
    if (longest[at]! > longest[end]!) end = at
  }
  const start = longest[end]! > 1 ? end - longest[end]! : 0
  const third = (end - start) / 3
  return Math.max(0, start + Math.floor(third) + Math.floor(third / 2))
}

/** Where the loss falls most from one point to the next, on a logarithmic scale of rates (fastai, callback/schedule.py, `steep`). */
export function steep(points: readonly RatePoint[]): number {
  let [place, least] = [0, Infinity]
  for (let at = 0; at + 1 < points.length; at++) {
    const [here, next] = [points[at]!, points[at + 1]!]
    const slope = (next.loss - here.loss) / (Math.log(next.rate) - Math.log(here.rate))
    if (slope < least) [place, least] = [at, slope]
  }
  return place
}

/** Points at the start and at the end of a test that tell nothing: the mean of a few losses, and losses that rise already. */
const cut = { first: 0.1, last: 5 }
/** Points without which nothing is proposed. */
const fewest = 10
/** By how much of itself the loss has to fall, else it tells noise. */
const leastFall = 0.01

/** Rates that a range test proposes. */
export interface ProposedRates {
  valley: number
  steep: number
}

/** What a range test proposes, two digits each; undefined where the loss fell nowhere, or too few steps were taken. */
export function proposed(points: readonly RatePoint[], steps = mostTrials): ProposedRates | undefined {
  const seen = points.slice(Math.floor(steps * cut.first), -cut.last)
  const losses = seen.map(({ loss }) => loss)
  if (seen.length < fewest || Math.min(...losses) > losses[0]! - leastFall * Math.abs(losses[0]!)) return undefined
  // Beyond its least the loss has risen and may fall by chance, however steeply.
  const falling = seen.slice(0, losses.indexOf(Math.min(...losses)) + 1)
  return { valley: inTwoDigits(seen[valley(losses)]!.rate), steep: inTwoDigits(falling[steep(falling)]!.rate) }
}

const inTwoDigits = (rate: number): number => Number(rate.toPrecision(2))

/** Why a rate is as it is that was taken from a range test. */
export const whyTried = (proposal: keyof ProposedRates, steps: number): Text => proposal === 'valley'
  ? {
      en: `In the middle of the valley that the loss went down in a range test of ${steps} steps.`,
      zh: `在 ${steps} 步的学习率范围测试中，位于损失下降区间的中部。`
    }
  : {
      en: `Where the loss fell most steeply in a range test of ${steps} steps.`, zh: `在 ${steps} 步的学习率范围测试中，损失在此处下降最快。`
    }
