import type { EpochMetric, Metric } from '../../../contract/runs'

export type Curve = 'accuracy' | 'loss'
interface CurvePoint { x: number, y: number }

/** Epochs counted over all the run's stages, so that a method in stages draws one line. */
function epochsOf(metrics: readonly Metric[]): EpochMetric[] {
  return metrics.filter((metric): metric is EpochMetric => metric.kind === 'epoch')
}

/** One curve of the validation split, one point per epoch; epochs without a validation score leave a gap. */
export function validationCurve(metrics: readonly Metric[], curve: Curve): CurvePoint[] {
  return epochsOf(metrics).flatMap((metric, index) => {
    const value = metric.validation?.[curve]
    return value === undefined || !Number.isFinite(value) ? [] : [{ x: index + 1, y: value }]
  })
}
