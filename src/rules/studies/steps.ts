import type { Dataset } from '../../contract/datasets'
import type { MethodStage, MethodSummary } from '../../contract/methods'
import type { Metric, Spec } from '../../contract/runs'
import { sameClassNames } from '../classes'
import { countOf, domainSteps, sourceChoice, trainingDomains } from '../domains'
import { holds, settingOf } from '../facts'

/** The data sets of a spec, and the classes that its source model knows. */
interface StepData { target: Dataset, sourceData?: Dataset, sourceClasses?: readonly string[] }

/**
 * Gradient steps that a run of this spec takes over all its stages, if none stops early. The last, smaller batch of an
 * epoch is counted everywhere, also where a method leaves it out.
 */
export function plannedSteps(spec: Spec, method: MethodSummary, data: StepData): number {
  if (method.recipe?.noSteps) return 0
  const { epochs: usual, epochSteps } = spec.training
  const stages: readonly MethodStage[] = method.stages ?? [{ images: usualImages(spec, method) }]
  return stages.reduce((sum, { images, epochs, newHead }) => {
    if (newHead && data.sourceClasses && sameClassNames(data.sourceClasses, data.target.classes)) return sum
    const when = epochs === undefined ? undefined : method.parameters[epochs]?.when
    if (when && !holds(when, method, spec)) return sum
    const counted = epochs === undefined ? usual : Number(settingOf(method, spec, epochs) ?? 0)
    return sum + counted * (epochSteps > 0 ? epochSteps : stepsPerEpoch(images, spec, method, data))
  }, 0)
}

/** Images that an epoch of the only stage shows once: the source's where it has these, else what it may see of the target. */
const usualImages = ({ target: { labels } }: Spec, { needs }: MethodSummary): MethodStage['images'] =>
  needs.sourceData ? 'source' : labels === 'none' || needs.targetLabels === 'none' ? 'target-unlabelled' : 'target'

function stepsPerEpoch(images: MethodStage['images'], spec: Spec, method: MethodSummary, { target, sourceData }: StepData): number {
  const { batchSize } = spec.training
  if (images === 'source') {
    if (!sourceData) return 1
    const choice = sourceChoice(spec)
    return method.needs.domains === undefined ? batches(countOf(sourceData, 'train', choice), batchSize)
      : domainSteps(trainingDomains(sourceData, choice), batchSize)
  }
  const { labels, domain } = spec.target
  const choice = domain === undefined ? undefined : { only: domain }
  const all = countOf(target, 'train', choice)
  if (images === 'target-unlabelled') return batches(all + countOf(target, 'unlabelled', choice), batchSize)
  if (typeof labels === 'string') return batches(all, batchSize)
  const granted = (target.splits.train?.perClass ?? []).reduce((sum, count) => sum + Math.min(count, labels.perClass), 0)
  return batches(Math.min(all, granted), batchSize)
}

const batches = (images: number, batchSize: number): number => Math.max(1, Math.ceil(images / batchSize))

/** Gradient steps that a run took over all its stages, as its metrics tell. */
export function stepsTaken(metrics: readonly Metric[]): number {
  const ends = new Map<number, number>()
  for (const metric of metrics) {
    if (metric.kind === 'epoch') ends.set(metric.stage, Math.max(ends.get(metric.stage) ?? 0, metric.step))
  }
  return [...ends.values()].reduce((sum, steps) => sum + steps, 0)
}
