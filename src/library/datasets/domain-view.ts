import { createHash } from 'node:crypto'
import { splitNames, type Dataset, type Split, type SplitName } from '../../contract/datasets'
import { GraftError } from '../../contract/errors'
import type { Spec } from '../../contract/runs'
import type { DatasetReader } from './cache'

/** Images, labels and domains by position: of a whole data set, or of some of its domains. Close it when done. */
export type DatasetView = Pick<
  DatasetReader, 'dataset' | 'readImages' | 'readLabels' | 'readDomains' | 'hasLabels' | 'hasDomains' | 'close'
>

/** One domain of a data set, or all but one. */
export type DomainChoice = { only: string } | { without: string }

interface Datasets { open(id: string): Promise<DatasetReader> }

/** What a spec's target is: its data set, or one domain of it. @throws `unknown-domain` */
export async function openTargetData(datasets: Datasets, { target }: Pick<Spec, 'target'>): Promise<DatasetView> {
  const reader = await datasets.open(target.dataset)
  return target.domain === undefined ? reader : viewDomains(reader, { only: target.domain })
}

/** What a spec's source data are: a data set without the domain that is the target, where both are the same. */
export async function openSourceData(datasets: Datasets, { source, target }: Pick<Spec, 'source' | 'target'>): Promise<DatasetView | undefined> {
  if (source.dataset === undefined) return undefined
  const reader = await datasets.open(source.dataset)
  const leaves = source.dataset === target.dataset ? target.domain : undefined
  return leaves === undefined ? reader : viewDomains(reader, { without: leaves })
}

/** Images of a split that a choice of domains has, by what `dataset.json` says. */
export function countOf(dataset: Dataset, split: SplitName, choice?: DomainChoice): number {
  const { count = 0, perDomain = [] } = dataset.splits[split] ?? {}
  return choice === undefined ? count : indicesOf(dataset, choice).reduce((sum, index) => sum + (perDomain[index] ?? 0), 0)
}

/** Where the images of a choice of domains lie in the whole split, in order. */
export async function positionsOf(base: Pick<DatasetReader, 'dataset' | 'readDomains'>, split: SplitName, choice: DomainChoice): Promise<Int32Array> {
  const indices = indicesOf(base.dataset, choice)
  const domains = await base.readDomains(split)
  return Int32Array.from(domains.keys()).filter((position) => indices.includes(domains[position]!))
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

const indicesOf = ({ domains = [] }: Dataset, choice: DomainChoice): number[] =>
  domains.flatMap((name, index) => ('only' in choice ? name === choice.only : name !== choice.without) ? [index] : [])

/**
 * The chosen domains of a data set as a data set of their own. Which images these are is told by their domains alone: no
 * label is read until somebody asks for one, so it counts no classes. Its hashes are its own, since it holds other images.
 * @throws `unknown-domain`, naming the known ones
 */
export async function viewDomains(base: DatasetReader, choice: DomainChoice): Promise<DatasetView> {
  const { dataset } = base
  const wanted = 'only' in choice ? choice.only : choice.without
  if (!dataset.domains?.includes(wanted)) {
    await base.close()
    throw unknownDomain(dataset, wanted)
  }
  const indices = indicesOf(dataset, choice)
  const positions = new Map<SplitName, Int32Array>()
  const splits: Partial<Record<SplitName, Split>> = {}
  for (const split of splitNames) {
    const known = dataset.splits[split]
    if (!known) continue
    const kept = await positionsOf(base, split, choice)
    if (kept.length === 0) continue
    positions.set(split, kept)
    splits[split] = {
      count: kept.length,
      perDomain: indices.map((index) => known.perDomain?.[index] ?? 0),
      sha256: hashesOf(known.sha256, choice)
    }
  }
  const inBase = (split: SplitName, wanted?: ArrayLike<number>): Int32Array => {
    const all = positions.get(split) ?? new Int32Array(0)
    return wanted ? Int32Array.from(wanted, (position) => all[position] ?? -1) : all
  }
  return {
    dataset: { ...dataset, domains: indices.map((index) => dataset.domains![index]!), splits },
    readImages: (split, wanted, into) => base.readImages(split, inBase(split, wanted), into),
    readLabels: (split, wanted) => base.readLabels(split, inBase(split, wanted)),
    readDomains: async (split, wanted) => (await base.readDomains(split, inBase(split, wanted))).map((index) => indices.indexOf(index)),
    hasLabels: (split) => positions.has(split) && base.hasLabels(split),
    hasDomains: (split) => positions.has(split),
    close: () => base.close()
  }
}

const hashOf = (hash: string, choice: DomainChoice): string =>
  createHash('sha256').update(JSON.stringify([hash, choice])).digest('hex')

function hashesOf({ images, labels, domains }: Split['sha256'], choice: DomainChoice): Split['sha256'] {
  return {
    images: hashOf(images, choice),
    ...(labels !== undefined && { labels: hashOf(labels, choice) }),
    ...(domains !== undefined && { domains: hashOf(domains, choice) })
  }
}

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
