import { createHash } from 'node:crypto'
import { imageBytesOf, type Split } from '../../contract/datasets'
import type { DatasetView } from './cache'

/**
 * A target whose training images are followed by those that wait for a label: what a method sees that learns from images without
 * labels. No label of it can be read.
 */
export function viewWithUnlabelled(base: DatasetView): DatasetView {
  const { dataset } = base
  const { train, unlabelled } = dataset.splits
  if (!unlabelled || unlabelled.count === 0) return base
  const first = train?.count ?? 0
  const images = createHash('sha256').update(JSON.stringify([train?.sha256.images, unlabelled.sha256.images])).digest('hex')
  const together: Split = { count: first + unlabelled.count, sha256: { images } }
  const { unlabelled: _, ...others } = dataset.splits
  const imageBytes = imageBytesOf(dataset.shape)
  return {
    ...base,
    dataset: { ...dataset, splits: { ...others, train: together } },
    readImages: async (split, positions, into) => {
      if (split !== 'train') return base.readImages(split, positions, into)
      const bytes = into ? into.subarray(0, positions.length * imageBytes) : new Uint8Array(positions.length * imageBytes)
      const places = Array.from(positions, (position, place) => ({ position, place }))
      for (const [part, own] of [
        ['train', places.filter(({ position }) => position < first)],
        ['unlabelled', places.filter(({ position }) => position >= first).map(({ position, place }) => ({ position: position - first, place }))]
      ] as const) {
        if (own.length === 0) continue
        const read = await base.readImages(part, own.map(({ position }) => position))
        own.forEach(({ place }, index) => bytes.set(read.subarray(index * imageBytes, (index + 1) * imageBytes), place * imageBytes))
      }
      return bytes
    },
    readLabels: (split, positions) => base.readLabels(split === 'train' ? 'unlabelled' : split, positions),
    readDomains: (split, positions) => base.readDomains(split, positions),
    hasLabels: (split) => split !== 'train' && base.hasLabels(split),
    hasDomains: (split) => split !== 'train' && base.hasDomains(split),
    close: () => base.close()
  }
}
