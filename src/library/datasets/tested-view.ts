import { createHash } from 'node:crypto'
import { imageBytesOf, splitNames, type Dataset, type Split, type SplitName } from '../../contract/datasets'
import { GraftError } from '../../contract/errors'
import type { TestSplit } from '../../contract/runs'
import type { DatasetView } from './cache'
import { countOfAll, readColumnThrough, readImagesThrough } from './through-splits'

/**
 * A target as a data set whose test split is what a spec tests on. Its validation images then choose no epoch: they are no
 * validation split any more. Where all images are tested on, the other splits stay what they are.
 * @throws `no-test-images`
 */
export function viewTested(base: DatasetView, tested: TestSplit = 'test'): DatasetView {
  if (tested === 'test') return base
  return tested === 'validation' ? viewValidation(base) : viewAll(base)
}

function viewValidation(base: DatasetView): DatasetView {
  const { dataset } = base
  const { train, validation } = dataset.splits
  if (!validation || validation.count === 0) throw noTestImages(dataset)
  const inBase = (split: SplitName): SplitName => split === 'test' ? 'validation' : split
  return {
    dataset: { ...dataset, splits: { ...(train && { train }), test: validation } },
    readImages: (split, positions, into) => base.readImages(inBase(split), positions, into),
    readLabels: (split, positions) => base.readLabels(inBase(split), positions),
    readDomains: (split, positions) => base.readDomains(inBase(split), positions),
    hasLabels: (split) => split !== 'validation' && base.hasLabels(inBase(split)),
    hasDomains: (split) => split !== 'validation' && base.hasDomains(inBase(split)),
    close: () => base.close()
  }
}

function viewAll(base: DatasetView): DatasetView {
  const { dataset } = base
  const present = splitNames.filter((split) => (dataset.splits[split]?.count ?? 0) > 0)
  if (present.length === 0) throw noTestImages(dataset)
  const imageBytes = imageBytesOf(dataset.shape)
  const has = (which: 'hasLabels' | 'hasDomains') => (split: SplitName): boolean =>
    split === 'test' ? present.every((name) => base[which](name)) : base[which](split)
  return {
    dataset: { ...dataset, splits: { ...dataset.splits, test: together(dataset) } },
    readImages: (split, positions, into) => split === 'test'
      ? readImagesThrough(dataset, imageBytes, positions, into, (part, places, bytes) => base.readImages(part, places, bytes))
      : base.readImages(split, positions, into),
    readLabels: (split, positions) => split === 'test'
      ? readColumnThrough(dataset, positions, (part, places) => base.readLabels(part, places)) : base.readLabels(split, positions),
    readDomains: (split, positions) => split === 'test'
      ? readColumnThrough(dataset, positions, (part, places) => base.readDomains(part, places)) : base.readDomains(split, positions),
    hasLabels: has('hasLabels'),
    hasDomains: has('hasDomains'),
    close: () => base.close()
  }
}

/** All splits as one: counts added up, and hashes of their hashes. */
function together(dataset: Dataset): Split {
  const present = splitNames.flatMap((name) => dataset.splits[name] ?? [])
  const sums = (of: 'perClass' | 'perDomain'): number[] | undefined => present.every((split) => split[of])
    ? present.reduce<number[]>((sum, split) => split[of]!.map((count, index) => (sum[index] ?? 0) + count), []) : undefined
  const hash = (part: 'images' | 'labels' | 'domains'): string | undefined => present.every(({ sha256 }) => sha256[part] !== undefined)
    ? createHash('sha256').update(JSON.stringify(present.map(({ sha256 }) => sha256[part]))).digest('hex') : undefined
  const [perClass, perDomain, labels, domains] = [sums('perClass'), sums('perDomain'), hash('labels'), hash('domains')]
  return {
    count: countOfAll(dataset), ...(perClass && { perClass }), ...(perDomain && { perDomain }),
    sha256: { images: hash('images')!, ...(labels !== undefined && { labels }), ...(domains !== undefined && { domains }) }
  }
}

const noTestImages = ({ name }: Dataset): GraftError => new GraftError('no-test-images', {
  en: `“${name}” has no such images to be tested on.`, zh: `“${name}”没有可用于测试的这类图像。`
}, { field: 'target.testSplit', usage: true, remedy: { en: 'Choose other images to test on.', zh: '请选择其他用于测试的图像。' } })
