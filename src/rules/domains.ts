import type { Dataset, SplitName } from '../contract/datasets'
import { GraftError } from '../contract/errors'

/** The data sets of a spec, or of what there is of one so far. */
interface ChosenData {
  source: { dataset?: string | undefined }
  target: { dataset?: string | undefined, domain?: string | undefined }
}

/** One domain of a data set, or all but one. */
export type DomainChoice = { only: string } | { without: string }

/** What the source has of its data set: all of it, or all but the domain that is the target. */
export function sourceChoice({ source, target }: ChosenData): DomainChoice | undefined {
  return source.dataset === target.dataset && target.domain !== undefined ? { without: target.domain } : undefined
}

/** Images of a split that a choice of domains has, by what `dataset.json` says. */
export function countOf(dataset: Dataset, split: SplitName, choice?: DomainChoice): number {
  const { count = 0, perDomain = [] } = dataset.splits[split] ?? {}
  return choice === undefined ? count : indicesOf(dataset, choice).reduce((sum, index) => sum + (perDomain[index] ?? 0), 0)
}

/** Training images of each domain of a choice that has any: what a method that learns across domains gets to see. */
export function trainingDomains(dataset: Dataset, choice?: DomainChoice): number[] {
  const { perDomain = [] } = dataset.splits.train ?? {}
  const indices = choice ? indicesOf(dataset, choice) : perDomain.map((_, index) => index)
  return indices.map((index) => perDomain[index] ?? 0).filter((count) => count > 0)
}

/** Images of each domain in a step that shows all of them: as many of each, together as many as a batch has, and at least two. */
export const imagesOfEach = (batchSize: number, domains: number): number => Math.max(2, Math.floor(batchSize / Math.max(1, domains)))

/** Such steps in which the largest domain is shown once, in whole batches. @param counts images of each domain */
export function domainSteps(counts: readonly number[], batchSize: number): number {
  const each = imagesOfEach(batchSize, counts.length)
  return Math.max(...counts.map((count) => Math.floor(count / Math.min(each, count))))
}

/** Places of the chosen domains among the data set's. */
export const indicesOf = ({ domains = [] }: Dataset, choice: DomainChoice): number[] =>
  domains.flatMap((name, index) => ('only' in choice ? name === choice.only : name !== choice.without) ? [index] : [])

/** Why a target cannot be a domain that its data set has not; names those it has. */
export function unknownDomain({ name, domains = [] }: Dataset, wanted: string): GraftError {
  return new GraftError('unknown-domain', {
    en: domains.length === 0 ? `“${name}” has no domains.` : `“${name}” has no domain “${wanted}”.`,
    zh: domains.length === 0 ? `“${name}”没有划分域。` : `“${name}”中没有名为“${wanted}”的域。`
  }, {
    field: 'target.domain', usage: true,
    remedy: domains.length === 0
      ? { en: 'Leave the domain out, or choose a data set with domains.', zh: '请不要指定域，或选择带有域的数据集。' }
      : { en: `Its domains are ${domains.join(', ')}.`, zh: `可用的域：${domains.join('、')}。` }
  })
}
