import { GraftError } from '../../contract/errors'
import { flipCells, type FlipCell, type FlipImages, type FlipImagesWanted, type Flips, type Run } from '../../contract/runs'
import { judgeTwo } from '../../rules/statistics/verdicts'
import type { Library } from '../library'
import { testPositions } from './answers'
import { pairedAnswers, readTestConfidences } from './tested'

type Shelf = Pick<Library, 'datasets' | 'runs'>

/** Matrices of more classes are no picture any more. */
const mostClasses = 256

/**
 * What became of each test image from one run to another: the four cells, McNemar's exact test with its interval, and both
 * confusion matrices.
 * @throws `run-not-found`, `not-comparable` with the reason where the answers cannot be paired
 */
export async function flipsOf(library: Shelf, ids: { first: string, second: string }): Promise<Flips> {
  const { runs, labels, predictions: [first, second] } = await pair(library, ids)
  const cells: Record<FlipCell, number> = { 'fixed': 0, 'broken': 0, 'both-right': 0, 'both-wrong': 0 }
  for (const [image, label] of labels.entries()) cells[cellOf(label, first[image]!, second[image]!)] += 1
  const right = (given: Int32Array): Uint8Array => Uint8Array.from(labels, (label, image) => given[image] === label ? 1 : 0)
  const classes = runs[0].metrics.test?.perClass.map((entry) => entry.class) ?? []
  const count = Math.max(classes.length, ...[labels, first, second].map((list) => list.reduce((most, index) => Math.max(most, index + 1), 0)))
  return {
    cells, n: labels.length, classes: Array.from({ length: count }, (_, index) => classes[index] ?? String(index)),
    paired: { ...ids, ...judgeTwo({ first: right(first), second: right(second) }) },
    ...(count <= mostClasses && { confusions: [confusionOf(labels, first, count), confusionOf(labels, second, count)] })
  }
}

/** The images of one cell, those first that the second run was surest of, where both kept that. @throws as `flipsOf` */
export async function flipImagesOf(library: Shelf, { first: one, second: other, cell, truth }: FlipImagesWanted): Promise<FlipImages> {
  const { runs, labels, predictions: [first, second] } = await pair(library, { first: one, second: other })
  const kept = await Promise.all(runs.map(async (run) => {
    const confidences = await readTestConfidences(library, run)
    return confidences?.length === labels.length ? confidences : undefined
  }))
  const positions = await testPositions(library, runs[0])
  const images = [...labels.keys()].filter((image) =>
    cellOf(labels[image]!, first[image]!, second[image]!) === cell && (truth === undefined || labels[image] === truth))
  const sure = kept[1] ?? kept[0]
  if (sure) images.sort((a, b) => sure[b]! - sure[a]! || a - b)
  const read = (list: ArrayLike<number>): number[] => images.map((image) => list[image]!)
  const confidenceOf = (list: Float32Array | undefined): number[] | null => list ? read(list) : null
  return {
    dataset: runs[0].spec.target.dataset, split: runs[0].spec.target.testSplit ?? 'test', positions: images.map((image) => positions?.[image] ?? image), truth: read(labels),
    predicted: [read(first), read(second)], confidence: [confidenceOf(kept[0]), confidenceOf(kept[1])]
  }
}

function cellOf(label: number, first: number, second: number): FlipCell {
  const [before, after] = [first === label, second === label]
  return flipCells[before ? after ? 2 : 1 : after ? 0 : 3]
}

function confusionOf(labels: Int32Array, predictions: Int32Array, classes: number): number[][] {
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0))
  for (const [image, label] of labels.entries()) counts[label]![predictions[image]!]! += 1
  return counts
}

async function pair(library: Shelf, { first, second }: { first: string, second: string }) {
  const runs: [Run, Run] = [await library.runs.get(first), await library.runs.get(second)]
  const answers = await pairedAnswers(library, runs)
  if ('reason' in answers) {
    throw new GraftError('not-comparable', answers.reason, {
      remedy: { en: 'Compare runs that were tested on the same images, or repeat them on what is there now.', zh: '请比较在相同图像上测试的运行，或在现有数据上重新运行。' }
    })
  }
  const { labels, predictions } = answers
  return { runs, labels, predictions: predictions as [Int32Array, Int32Array] }
}
