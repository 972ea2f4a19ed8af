import { createHash } from 'node:crypto'
import { everySplit, type Split, type SplitName } from '../../contract/datasets'
import type { Spec } from '../../contract/runs'
import { indicesOf, sourceChoice, unknownDomain, type DomainChoice } from '../../rules/domains'
import type { DatasetReader, DatasetView } from './cache'
import { viewTested } from './tested-view'

interface Datasets { open(id: string): Promise<DatasetReader> }

/** What a spec's target is: its data set, or one domain of it, with the images that it is tested on as the test split. @throws `unknown-domain`, `no-test-images` */
export async function openTargetData(datasets: Datasets, { target }: Pick<Spec, 'target'>): Promise<DatasetView> {
  const reader = await datasets.open(target.dataset)
  const view = target.domain === undefined ? reader : await viewDomains(reader, { only: target.domain })
  return viewTested(view, target.testSplit)
}

/** What a spec's source data are: a data set without the domain that is the target, where both are the same. */
export async function openSourceData(datasets: Datasets, { source, target }: Pick<Spec, 'source' | 'target'>): Promise<DatasetView | undefined> {
  if (source.dataset === undefined) return undefined
  const reader = await datasets.open(source.dataset)
  const choice = sourceChoice({ source, target })
  return choice === undefined ? reader : viewDomains(reader, choice)
}

/** Where the images of a choice of domains lie in the whole split, in order. */
export async function positionsOf(base: Pick<DatasetReader, 'dataset' | 'readDomains'>, split: SplitName, choice: DomainChoice): Promise<Int32Array> {
  const indices = indicesOf(base.dataset, choice)
  const domains = await base.readDomains(split)
  return Int32Array.from(domains.keys()).filter((position) => indices.includes(domains[position]!))
}

/**
 * The chosen domains of a data set as a data set of their own. Which images these are is told by their domains alone: no
 * label is read until somebody asks for one, so it counts no classes. Its hashes are its own, since it holds other images.
 * @throws `unknown-domain`, naming the known ones
 */
async function viewDomains(base: DatasetReader, choice: DomainChoice): Promise<DatasetView> {
  const { dataset } = base
  const named = 'only' in choice ? [choice.only] : 'without' in choice ? [choice.without] : choice.among
  const stray = named.find((name) => !dataset.domains?.includes(name))
  if (stray !== undefined) {
    await base.close()
    throw unknownDomain(dataset, stray, 'among' in choice ? 'source.domains' : undefined)
  }
  const indices = indicesOf(dataset, choice)
  const positions = new Map<SplitName, Int32Array>()
  const splits: Partial<Record<SplitName, Split>> = {}
  for (const split of everySplit) {
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

function hashesOf(hashes: Split['sha256'], choice: DomainChoice): Split['sha256'] {
  const known = Object.entries(hashes).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return { images: hashOf(hashes.images, choice), ...Object.fromEntries(known.map(([part, hash]) => [part, hashOf(hash, choice)])) }
}

const hashOf = (hash: string, choice: DomainChoice): string =>
  createHash('sha256').update(JSON.stringify([hash, choice])).digest('hex')
