import type { Evidence, Expected } from '../../contract/advice'
import type { Outcome } from './outcome'

/** What of the evidence decides which measured tasks are like it. */
type Case = Pick<Evidence, 'sourceKind' | 'sameClasses' | 'labelsPerClass' | 'crossValidated'>

/** Least weight of like tasks, together, for a statement about a method: one that is quite like, or a few that are less so. */
const leastWeight = 0.3
/** Spread of a difference that is assumed beside the measured one: of another seed, and of the tasks' being few. In shares. */
const leastSpread = 0.02

/** How like a measured task is to a case, in [0, 1]: 0 where one has labels and the other none, or one source has learned and the other has not. */
export function likeness(task: Outcome, { sourceKind, sameClasses, labelsPerClass, crossValidated }: Case): number {
  if ((task.labelsPerClass === 0) !== (labelsPerClass === 0)) return 0
  if ((task.sourceKind === 'fresh') !== (sourceKind === 'fresh')) return 0
  const kind = task.sourceKind === sourceKind ? 1 : 0.6
  const classes = task.sameClasses === sameClasses ? 1 : 0.7
  if (labelsPerClass === 0) return kind * classes
  const labels = Math.exp(-Math.abs(Math.log(task.labelsPerClass / labelsPerClass)) / 1.5)
  const seen = crossValidated && task.crossValidated !== undefined ? Math.exp(-Math.abs(task.crossValidated - crossValidated.value) / 0.2) : 0.5
  return kind * classes * labels * seen
}

/** Mean and spread over the like tasks of how far a method came beyond a yardstick, and their weight together. */
export function gainOf(
  method: string, known: Case, tasks: readonly Outcome[], yardstick: (task: Outcome) => number | undefined
): { mean: number, spread: number, weight: number, tasks: number } | undefined {
  const gains = tasks.flatMap((task) => {
    const [reached, mark, weight] = [task.accuracy[method], yardstick(task), likeness(task, known)]
    return reached === undefined || mark === undefined || weight < 0.01 ? [] : [{ gain: reached - mark, weight }]
  })
  const weight = gains.reduce((sum, each) => sum + each.weight, 0)
  if (gains.length === 0 || weight < leastWeight) return undefined
  const mean = gains.reduce((sum, each) => sum + each.weight * each.gain, 0) / weight
  const variance = gains.reduce((sum, each) => sum + each.weight * (each.gain - mean) ** 2, 0) / weight
  return { mean, spread: Math.sqrt(variance + leastSpread ** 2 * (1 + 1 / weight)), weight, tasks: gains.length }
}

/**
 * The test accuracy that a method may be expected to reach: what cross-validation saw on the features, plus by how much the method went beyond that on the
 * measured tasks that are like this one. The interval holds both doubts. Undefined without labels to check by, or where no measured task is like it.
 */
export function foretell(method: string, known: Case, tasks: readonly Outcome[]): Expected | undefined {
  const { crossValidated } = known
  if (!crossValidated) return undefined
  const gain = gainOf(method, known, tasks, (task) => task.crossValidated)
  if (!gain) return undefined
  const [low, high] = crossValidated.interval ?? [0, 1]
  const margin = Math.hypot((high - low) / 2, 1.96 * gain.spread)
  const accuracy = inside(crossValidated.value + gain.mean)
  return { accuracy, interval: [inside(accuracy - margin), inside(accuracy + margin)], tasks: gain.tasks }
}

const inside = (share: number): number => Math.min(1, Math.max(0, share))
