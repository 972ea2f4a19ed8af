import type { Dataset } from '../../contract/datasets'
import type { Run, Spec } from '../../contract/runs'
import type { Language } from '../../contract/text'
import { choiceText, countOf, sourceChoice, type DomainChoice } from '../domains'

/** A data set, or the domains of it, that a run learned from. */
interface Learned {
  /** Whether it is the spec's source or its target. */
  side: 'source' | 'target'
  dataset: string
  choice?: DomainChoice | undefined
}

/** The data whose labels a run learned from: the source's where no label of the target was granted, else the target's. */
export function learnedFrom(spec: Pick<Spec, 'source' | 'target'>): Learned {
  const { source, target } = spec
  return target.labels === 'none' && source.dataset !== undefined
    ? { side: 'source', dataset: source.dataset, choice: sourceChoice(spec) }
    : { side: 'target', dataset: target.dataset, choice: target.domain === undefined ? undefined : { only: target.domain } }
}

/** Every data set, or domains of one, whose labels a run learned from or was chosen by: its source's and its target's. */
export function labelsSeen(spec: Pick<Spec, 'source' | 'target'>): Learned[] {
  const { source, target } = spec
  return [
    ...(source.dataset === undefined ? [] : [{ side: 'source' as const, dataset: source.dataset, choice: sourceChoice(spec) }]),
    ...(target.labels === 'none' ? [] : [learnedFrom(spec)])
  ]
}

/**
 * What those data are called: as they were named when the run was made, or, of a run that kept no name of its source data,
 * as they are named now.
 * @param nameNow the name of a data set that is still there
 */
export function learnedName(
  { spec, names }: Pick<Run, 'spec' | 'names'>, nameNow: (dataset: string) => string | undefined, language: Language = 'en'
): string {
  const { side, dataset, choice } = learnedFrom(spec)
  if (side === 'target') return names.target
  return `${names.sourceData ?? nameNow(dataset) ?? dataset}${choiceText(choice, language)}`
}

/** How many labelled training images a run learned from; 0 where its data set is gone. */
export function imagesLearnedFrom(spec: Pick<Spec, 'source' | 'target'>, datasets: readonly Dataset[]): number {
  const { side, dataset: id, choice } = learnedFrom(spec)
  const dataset = datasets.find((candidate) => candidate.id === id)
  if (!dataset) return 0
  return side === 'source' ? countOf(dataset, 'train', choice) : grantedImages(dataset, spec.target)
}

/** Labelled training images of a target that a grant gives; of one domain no more than that has. */
export function grantedImages(dataset: Dataset, { labels, domain }: Pick<Spec['target'], 'labels' | 'domain'>): number {
  if (labels === 'none') return 0
  const limit = labels === 'all' ? Infinity : labels.perClass
  const granted = (dataset.splits.train?.perClass ?? []).reduce((sum, size) => sum + Math.min(size, limit), 0)
  return domain === undefined ? granted : Math.min(granted, countOf(dataset, 'train', { only: domain }))
}
