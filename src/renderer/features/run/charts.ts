import type { ChartSeries } from '../../shared/charts'
import type { SeriesSnapshot } from './live-series'

type Say = (key: string) => string
/** The word for a named loss or score; one that no list knows keeps its own name. */
export type SayName = (name: string) => string

/** The loss chart: each named loss per step, and the validation loss per epoch. */
export function lossSeries({ losses, validationLoss }: SeriesSnapshot, say: Say, sayTerm: SayName): ChartSeries[] {
  const total = losses.filter((line) => line.name === 'total')
  const others = losses.filter((line) => line.name !== 'total')
  return [
    ...total.map(({ x, y }) => ({ id: 'total', label: say('run.series.loss'), x, y, style: 0 })),
    ...(validationLoss.x.length > 0 ? [{ id: 'validation', label: say('run.series.validation'), ...validationLoss, style: 1 }] : []),
    ...others.map(({ name, x, y }, index) => ({ id: `term-${name}`, label: sayTerm(name), x, y, style: index + 2 }))
  ]
}

/** The accuracy chart: training and validation, per epoch. */
export function accuracySeries({ trainAccuracy, validationAccuracy }: SeriesSnapshot, say: Say): ChartSeries[] {
  return [
    { id: 'train', label: say('run.series.training'), ...trainAccuracy, style: 0 },
    { id: 'validation', label: say('run.series.validation'), ...validationAccuracy, style: 1 }
  ].filter((line) => line.x.length > 0)
}

/** What a method reports at each epoch's end besides: label-free scores. */
export function scoreSeries({ scores }: SeriesSnapshot, sayScore: SayName): ChartSeries[] {
  return scores.map(({ name, x, y }, index) => ({ id: `score-${name}`, label: sayScore(name), x, y, style: index }))
}
