import type { Dataset, SplitName } from '../contract/datasets'
import { GraftError } from '../contract/errors'
import type { Language } from '../contract/text'

/** The data sets of a spec, or of what there is of one so far. */
interface ChosenData {
  source: { dataset?: string | undefined, domains?: readonly string[] | undefined }
  target: { dataset?: string | undefined, domain?: string | undefined }
}

/** One domain of a data set, all but one, or some. */
export type DomainChoice = { only: string } | { without: string } | { among: readonly string[] }

/** What the source has of its data set: the domains that are named, else all but the domain that is the target, else all of it. */
export function sourceChoice({ source, target }: ChosenData): DomainChoice | undefined {
  const left = source.dataset === target.dataset ? target.domain : undefined
  // In one order, so that the same domains are the same data however they were named.
  if (source.domains) return { among: [...new Set(source.domains)].filter((name) => name !== left).sort() }
  return left === undefined ? undefined : { without: left }
}

/** Whether a choice has a domain. */
const isChosen = (name: string, choice: DomainChoice): boolean =>
  'only' in choice ? name === choice.only : 'without' in choice ? name !== choice.without : choice.among.includes(name)

/** What a choice leaves of a data set, in brackets after its name; empty for all of it. */
export function choiceText(choice: DomainChoice | undefined, language: Language): string {
  if (!choice) return ''
  const zh = language === 'zh'
  if ('without' in choice) return zh ? `（不含 ${choice.without}）` : ` without ${choice.without}`
  const names = 'only' in choice ? [choice.only] : choice.among
  return zh ? `（${names.join('、')}）` : ` (${names.join(', ')})`
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
  domains.flatMap((name, index) => isChosen(name, choice) ? [index] : [])

/** Whether two choices of a data set's domains have one in common; all of it has something in common with every choice. */
export const overlap = (dataset: Dataset, one: DomainChoice | undefined, other: DomainChoice | undefined): boolean =>
  one === undefined || other === undefined || indicesOf(dataset, one).some((index) => indicesOf(dataset, other).includes(index))

/** Why a domain cannot be chosen that its data set has not; names those it has. */
export function unknownDomain({ name, domains = [] }: Dataset, wanted: string, field = 'target.domain'): GraftError {
  return new GraftError('unknown-domain', {
    en: domains.length === 0 ? `“${name}” has no domains.` : `“${name}” has no domain “${wanted}”.`,
    zh: domains.length === 0 ? `“${name}”没有划分域。` : `“${name}”中没有名为“${wanted}”的域。`
  }, {
    field, usage: true,
    remedy: domains.length === 0
      ? { en: 'Leave the domain out, or choose a data set with domains.', zh: '请不要指定域，或选择带有域的数据集。' }
      : { en: `Its domains are ${domains.join(', ')}.`, zh: `可用的域：${domains.join('、')}。` }
  })
}
