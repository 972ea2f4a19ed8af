import { labelNotGranted } from '../../contract/replay'
import type { SplitName } from '../../contract/datasets'
import type { DatasetView } from '../../library/datasets'
import { sameClassNames } from '../../rules/classes'
import { choiceText, sourceChoice } from '../../rules/domains'
import { randomStream } from '../random'
import { grantedLabels, sourceLabels, validationImages, type TrainingData } from '../training/data'
import { watchedOf } from '../training/judge'

/** Images that are watched, with the labels that may be seen. */
export interface Watched { reader: DatasetView, split: SplitName, positions: Int32Array, labels?: Int32Array }

/** So many pictures are followed one by one. */
const pictures = 12
/** Points of each side at most, and at least where there are so many images. */
const pointLimits = { most: 200, least: 24 }

/**
 * Points of each side, of a training that shows so many images: to look at an image costs a third of a step on it, and
 * the first and the last look are always taken.
 */
export const pointsFor = (imagesTrained: number): number =>
  Math.max(pointLimits.least, Math.min(pointLimits.most, Math.floor(imagesTrained * 0.01)))

/** So many of them, drawn with the seed, in ascending order. */
function drawn({ positions, labels, ...rest }: Watched, count: number, seed: number, key: string): Watched {
  const places = positions.length <= count ? Int32Array.from(positions.keys())
    : randomStream(seed, 'watched', key).permutation(positions.length).slice(0, count).sort()
  return {
    ...rest, positions: places.map((place) => positions[place]!), ...(labels && { labels: places.map((place) => labels[place]!) })
  }
}

/** Target images that may be looked at: held out where there are such, with labels only where the spec grants them; never test images. */
async function pool(data: TrainingData): Promise<{ from: Watched, trainedOn: boolean } | undefined> {
  const { target, spec } = data
  if (spec.target.labels === 'none') {
    const held = watchedOf(data)
    return held && { from: { reader: target, ...held }, trainedOn: held.split === 'train' }
  }
  const validation = await validationImages(target, spec)
  if (validation) return { from: validation, trainedOn: false }
  const granted = await grantedLabels(target, spec.target.labels, spec.training.seed)
  return granted && { from: { reader: target, split: 'train', ...granted }, trainedOn: true }
}

/** What is watched of a run: pictures of its target, and points of its source and its target. */
export interface Cast {
  pictures: Watched
  trainedOn: boolean
  /** Names of the domains, and points of the source and of the target with each point's domain; where there are both. */
  points?: { names: string[], domain: number[], source: Watched, target: Watched }
}

/** Chooses them with the seed; undefined where no target image may be looked at. @param imagesTrained images that the training shows in all */
export async function castOf(data: TrainingData, { withCloud, imagesTrained }: { withCloud: boolean, imagesTrained: number }): Promise<Cast | undefined> {
  const found = await pool(data)
  if (!found) return undefined
  const { seed } = data.spec.training
  const cast = { pictures: drawn(found.from, pictures, seed, 'pictures'), trainedOn: found.trainedOn }
  const source = withCloud ? await sourcePool(data) : undefined
  if (!source) return cast
  const count = pointsFor(imagesTrained)
  const points = { source: drawn(source, count, seed, 'source points'), target: drawn(found.from, count, seed, 'target points') }
  if (Math.min(points.source.positions.length, points.target.positions.length) < 8) return cast
  return { ...cast, points: { ...points, ...await domainsOf(data, points.source, points.target.positions.length) } }
}

/** Held-out source images where there are such. */
async function sourcePool({ source, target }: TrainingData): Promise<Watched | undefined> {
  if (!source) return undefined
  const split = (source.dataset.splits.validation?.count ?? 0) > 0 ? 'validation' : 'train'
  const positions = Int32Array.from({ length: source.dataset.splits[split]?.count ?? 0 }, (_, position) => position)
  const labels = source.hasLabels(split) && sameClassNames(source.dataset.classes, target.dataset.classes)
    ? await sourceLabels(source, split, target) : undefined
  return { reader: source, split, positions, ...(labels && { labels }) }
}

/** The domains that a data set of several is known by, else source and target as a whole; the target comes last. */
async function domainsOf(
  { source, target, spec }: TrainingData, { split, positions }: Watched, targets: number
): Promise<{ names: string[], domain: number[] }> {
  const { domain } = spec.target
  const targetName = domain ?? target.dataset.name
  const known = source!.dataset.domains ?? []
  const own = known.length > 1 && source!.hasDomains(split) ? [...await source!.readDomains(split, positions)] : undefined
  const whole = `${source!.dataset.name}${choiceText(sourceChoice(spec), 'en')}`
  const names = own ? known : [whole === targetName ? `${whole} (source)` : whole]
  const domains = [...own ?? Array.from(positions, () => 0), ...Array.from({ length: targets }, () => names.length)]
  return { names: [...names, targetName], domain: domains }
}

/** Labels as the scene keeps them. */
export const labelsKept = ({ positions, labels }: Watched): number[] => Array.from(positions, (_, place) => labels?.[place] ?? labelNotGranted)
