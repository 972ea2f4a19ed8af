import type { RunOverview } from '../../contract/run-overview'
import { keyOf } from '../studies/plan'

/** Within so many shares of the best, a first choice counts as right. */
export const near = 0.02

/** How the advice has done so far: forecasts that held, and first choices that were as good as the best method tried. */
export interface KeptScore {
  /** Runs that ended with a forecast, and those of them whose accuracy lay in its interval. */
  forecasts: number
  held: number
  /** Mean distance of forecast and outcome, in shares. */
  error: number
  /** Transfers tried with two or more methods, the first choice among them; and those where it came within 2 points of the best. */
  choices: number
  right: number
}

/** By the runs that are kept here. */
export function keptScore(runs: readonly RunOverview[]): KeptScore {
  const ended = runs.flatMap((run) => run.state === 'done' && run.prediction && run.metrics.test
    ? [{ run, prediction: run.prediction, accuracy: run.metrics.test.accuracy }] : [])
  const held = ended.filter(({ prediction: { interval: [low, high] }, accuracy }) => low <= accuracy && accuracy <= high).length
  const error = ended.reduce((sum, { prediction, accuracy }) => sum + Math.abs(prediction.accuracy - accuracy), 0) / Math.max(1, ended.length)
  const transfers = new Map<string, typeof ended>()
  for (const each of ended) {
    const key = keyOf({ source: each.run.spec.source.model, target: each.run.spec.target })
    transfers.set(key, [...transfers.get(key) ?? [], each])
  }
  const judged = [...transfers.values()].flatMap((group) => {
    const best = (methods: typeof ended): number => Math.max(...methods.map(({ accuracy }) => accuracy))
    const chosen = group.filter(({ run, prediction }) => prediction.first === run.spec.method.id)
    const methods = new Set(group.map(({ run }) => run.spec.method.id))
    return chosen.length === 0 || methods.size < 2 ? [] : [best(chosen) >= best(group) - near]
  })
  return { forecasts: ended.length, held, error, choices: judged.length, right: judged.filter(Boolean).length }
}
