import { everySplit, splitNames, type Dataset, type SplitName } from '../../../contract/datasets'

/** Images in all splits. */
export const imagesOf = (dataset: Dataset): number =>
  everySplit.reduce((sum, name) => sum + (dataset.splits[name]?.count ?? 0), 0)

/** The splits that hold images, in their order. */
export const filledSplits = (dataset: Dataset): SplitName[] =>
  everySplit.filter((name) => (dataset.splits[name]?.count ?? 0) > 0)

interface ClassCount { index: number, name: string, perSplit: Record<SplitName, number>, total: number }

/** How many images each class has in each split; empty for a data set without labels. */
export function classCounts(dataset: Dataset): ClassCount[] {
  return dataset.classes.map((name, index) => {
    const perSplit = Object.fromEntries(splitNames.map((split) =>
      [split, dataset.splits[split]?.perClass?.[index] ?? 0])) as Record<SplitName, number>
    return { index, name, perSplit, total: splitNames.reduce((sum, split) => sum + perSplit[split], 0) }
  })
}

/** Share of the images that are not for testing which are for validation. */
export function validationShare({ splits: { train, validation } }: Dataset): number {
  const all = (train?.count ?? 0) + (validation?.count ?? 0)
  return all === 0 ? 0 : (validation?.count ?? 0) / all
}
