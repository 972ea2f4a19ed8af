import type { Dataset } from '../../../contract/datasets'
import type { Run, Spec } from '../../../contract/runs'

/** Target labels that a run could learn from; undefined where the data set is gone or does not tell. */
export function labelsUsed({ labels }: Pick<Spec['target'], 'labels'>, dataset: Dataset | undefined): number | undefined {
  if (labels === 'none') return 0
  const train = dataset?.splits.train
  if (!train) return undefined
  if (labels === 'all') return train.count
  return train.perClass?.reduce((sum, count) => sum + Math.min(count, labels.perClass), 0)
}

interface LabelLine { key: string, method: string, points: { labels: number, accuracy: number }[] }

/**
 * Mean test accuracy of each method over the labels that it could learn from, fewest first; none where the runs were all
 * given as many, or were not tested on the same images.
 * @param apart runs that were tested on other images than the reference
 */
export function accuracyByLabels(runs: readonly Run[], datasets: ReadonlyMap<string, Dataset>, apart: ReadonlySet<string>): LabelLine[] {
  const lines = new Map<string, Map<number, number[]>>()
  for (const { id, spec, metrics: { test } } of runs) {
    const labels = labelsUsed(spec.target, datasets.get(spec.target.dataset))
    if (labels === undefined || test === undefined || apart.has(id)) continue
    const line = lines.get(spec.method.id) ?? new Map<number, number[]>()
    lines.set(spec.method.id, line.set(labels, [...line.get(labels) ?? [], test.accuracy]))
  }
  const found = [...lines].map(([method, line]) => ({
    key: method, method, points: [...line].sort(([a], [b]) => a - b).map(([labels, accuracies]) => ({
      labels, accuracy: accuracies.reduce((sum, value) => sum + value, 0) / accuracies.length
    }))
  }))
  return new Set(found.flatMap(({ points }) => points.map(({ labels }) => labels))).size > 1 ? found : []
}
