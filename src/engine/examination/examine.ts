import { splitNames, imageBytesOf } from '../../contract/datasets'
import type { Examination, ExaminationPhase, ExaminationRequest } from '../../contract/examinations'
import { GraftError } from '../../contract/errors'
import type { DatasetReader } from '../../library/datasets'
import { AppearanceMeter, DuplicateFinder } from '../../library/intake'
import { idIn } from '../../rules/refs'
import { examinationRemarks } from '../../rules/examination/words'
import { stratified } from '../advisor/looking'
import { crossValidatedProbabilities } from '../classifiers/cross-validation'
import { FeatureCache } from '../features/cache'
import { openModel } from '../models/open'
import type { Network } from '../network/network'
import { randomStream } from '../random'
import { everything } from '../training/data'
import { yieldToEvents } from '../yield'
import type { Surroundings } from '../surroundings'
import { findingsOf } from './findings'
import { findLabelIssues, type LabelIssue } from './label-issues'
import type { Picture } from './look-alikes'
import { neighbourDistances, outliersOf } from './outliers'
import { bySplit, featuresOf } from './picture-features'
import { measurePixels, pixelTroubles, type PixelMeasures } from './pixels'
import { findShortcuts, type Shortcut } from './shortcuts'

export interface ExaminationHooks {
  signal: AbortSignal
  onProgress(phase: ExaminationPhase, done: number, total: number, secondsLeft?: number): void
}

/** Fewer pictures of a class say nothing of its labels: each of the five parts should hold one. */
const leastOfClass = 5
/**
 * Weight of the pictures against the penalty when labels are judged. Far below the usual 1: on a thousand features a rule
 * that bends to every wrong label is as sure of it as of a right one.
 */
const cost = 0.01
const batchBytes = 4 << 20

/**
 * What is wrong with a data set's pictures and labels. It reads the labels of training and validation, those of the test
 * only where that is asked for; test pictures are otherwise only compared with the others.
 * @throws GraftError where the data set or the model is not there, or the model has learned nothing
 */
export async function examine(
  wanted: ExaminationRequest, { signal, onProgress }: ExaminationHooks, { library, cacheDir, openBackend }: Surroundings
): Promise<Examination> {
  const began = performance.now()
  onProgress('starting', 0, 1)
  if (idIn('arch', wanted.source) !== undefined) throw untrained(wanted.source)
  const reader = await library.datasets.open(wanted.dataset)
  let network: Network | undefined
  try {
    const backend = await openBackend()
    onProgress('loading', 0, 1)
    network = await openModel(library, wanted.source)
    const { dataset } = reader
    const pictures = await choosePictures(reader, wanted)
    if (pictures.length === 0) throw noPictures(dataset.name)
    const { measures, groups, complete, drawings } = await lookAtPixels(reader, pictures, { signal, onProgress })
    const readings = pictures.flatMap((picture, place) => picture.split === 'test' && !wanted.testLabels ? [] : [place])
    const seen = await featuresOf(network, reader, readings.map((place) => pictures[place]!), {
      cache: new FeatureCache({ cacheDir }), surroundings: JSON.stringify(backend), signal, onProgress
    })
    onProgress('judging', 0, 1)
    const outliers = outliersOf(await neighbourDistances(seen.features, seen.length, signal)).map((row) => readings[row]!)
    const judged = await judge(seen, readings, pictures, measures, wanted, { signal, onProgress })
    const troubles = pixelTroubles(measures)
    const all = splitNames.reduce((sum, split) => sum + (dataset.splits[split]?.count ?? 0), 0)
    const counts = dataset.classes.map((_, label) => pictures.filter((picture) => picture.label === label).length)
    const looked = lookedAt(reader, pictures, wanted)
    return {
      wanted, name: dataset.name, classes: dataset.classes, looked,
      findings: findingsOf({ pictures, classes: dataset.classes, groups, outliers, troubles: troubles.found, seen: readings.length, ...judged }),
      remarks: examinationRemarks({
        wanted, labelled: pictures.some(({ label }) => label >= 0), hasTest: (dataset.splits.test?.count ?? 0) > 0, lookedAt: pictures.length, all,
        evenly: Object.values(looked).every(({ count, of, labels }) => labels || count === of),
        smallClasses: dataset.classes.filter((_, label) => counts[label]! > 0 && counts[label]! < leastOfClass), judged: judged.issues !== undefined,
        usual: troubles.usual, drawings, allPairs: complete, accuracy: judged.accuracy
      }),
      cached: seen.found, seconds: (performance.now() - began) / 1000, at: new Date().toISOString()
    }
  } finally {
    network?.dispose()
    await reader.close()
  }
}

/** Pictures of every split, at most so many of each; labels are −1 where they may not be read. */
async function choosePictures(reader: DatasetReader, { images, seed, testLabels }: ExaminationRequest): Promise<Picture[]> {
  const chosen: Picture[] = []
  for (const split of splitNames) {
    const count = reader.dataset.splits[split]?.count ?? 0
    if (count === 0) continue
    const labels = reader.hasLabels(split) && (split !== 'test' || testLabels) ? await reader.readLabels(split) : undefined
    const members: number[][] = reader.dataset.classes.map(() => [])
    labels?.forEach((label, position) => members[label]?.push(position))
    const positions = labels ? stratified(members, images, seed)
      : count <= images ? everything(count) : randomStream(seed, 'examined', split).permutation(count).slice(0, images).sort()
    for (const position of positions) chosen.push({ split, position, label: labels?.[position] ?? -1 })
  }
  return chosen
}

async function lookAtPixels(
  reader: DatasetReader, pictures: readonly Picture[], { signal, onProgress }: ExaminationHooks
): Promise<{ measures: PixelMeasures[], groups: number[][], complete: boolean, drawings: boolean }> {
  const { shape } = reader.dataset
  const [finder, appearance] = [new DuplicateFinder(), new AppearanceMeter()]
  const measures: PixelMeasures[] = []
  const atOnce = Math.max(1, Math.floor(batchBytes / imageBytesOf(shape)))
  for (const { split, positions } of bySplit(pictures)) {
    for (let start = 0; start < positions.length; start += atOnce) {
      signal.throwIfAborted()
      const images = await reader.readImages(split, positions.slice(start, start + atOnce))
      const measured = measurePixels(images, shape)
      measures.push(...measured.measures)
      finder.add(images, measured.grey, shape)
      appearance.add(measured.grey, shape)
      onProgress('pixels', measures.length, pictures.length)
      await yieldToEvents()
    }
  }
  const drawings = appearance.result().polarity !== 'neither' || measures.every(({ colours }) => isGrey(colours))
  const near = drawings ? [] : await finder.near({ signal })
  const grouped = new Set(near.flat())
  return { measures, groups: [...finder.exact().filter((group) => !group.some((image) => grouped.has(image))), ...near], complete: finder.complete, drawings }
}

/** Whether all channels are about the same: a grey picture, also where it was saved in colour. */
const isGrey = (colours: readonly number[]): boolean => colours.every((value, index) => Math.abs(value - colours[index % 2]!) < 0.01)

/** Labels that are likely wrong, and classes that a few numbers tell; undefined where there are too few labels to judge. */
async function judge(
  { features, length }: { features: Float32Array, length: number }, readings: readonly number[], pictures: readonly Picture[],
  measures: readonly PixelMeasures[], { seed }: ExaminationRequest, { signal, onProgress }: ExaminationHooks
): Promise<{ issues?: LabelIssue[], shortcuts: Shortcut[], labelled: number, accuracy?: number }> {
  const sizes = new Map<number, number>()
  for (const { label } of pictures) sizes.set(label, (sizes.get(label) ?? 0) + 1)
  const present = [...sizes.keys()].filter((label) => label >= 0 && sizes.get(label)! >= leastOfClass).sort((a, b) => a - b)
  if (present.length < 2) return { shortcuts: [], labelled: 0 }
  const rows = readings.flatMap((place, row) => present.includes(pictures[place]!.label) ? [row] : [])
  const labels = Int32Array.from(rows, (row) => present.indexOf(pictures[readings[row]!]!.label))
  const values = new Float32Array(rows.length * length)
  rows.forEach((row, index) => values.set(features.subarray(row * length, (row + 1) * length), index * length))
  const probabilities = await crossValidatedProbabilities({ features: values, length, labels, classes: present.length }, {
    seed, signal, cost, onProgress: (done, total) => onProgress('judging', done, total)
  })
  const shortcuts = await findShortcuts(rows.map((row) => measures[readings[row]!]!), labels, present.length, { seed, signal })
  const placeOf = (image: number): number => readings[rows[image]!]!
  return {
    labelled: rows.length,
    ...(probabilities && {
      accuracy: agreement(labels, probabilities, present.length),
      issues: findLabelIssues(labels, probabilities, present.length)
        .map((issue) => ({ ...issue, image: placeOf(issue.image), suggested: present[issue.suggested]! }))
    }),
    shortcuts: shortcuts.map((shortcut) => ({ ...shortcut, label: present[shortcut.label]!, images: shortcut.images.map(placeOf) }))
  }
}

/** How often the largest probability is the label's. */
function agreement(labels: Int32Array, probabilities: Float64Array, classes: number): number {
  const right = labels.filter((label, image) => {
    const row = probabilities.subarray(image * classes, (image + 1) * classes)
    return row.indexOf(Math.max(...row)) === label
  })
  return right.length / labels.length
}

function lookedAt(reader: DatasetReader, pictures: readonly Picture[], { testLabels }: ExaminationRequest): Examination['looked'] {
  return Object.fromEntries(bySplit(pictures).map(({ split, positions }) => [split, {
    count: positions.length, of: reader.dataset.splits[split]!.count, labels: reader.hasLabels(split) && (split !== 'test' || testLabels)
  }]))
}

/** A fresh network sees nothing yet. */
export const untrained = (ref: string): GraftError => new GraftError('source-untrained', {
  en: `${ref} has learned nothing yet: its features say nothing of the pictures.`, zh: `${ref} 尚未学到任何内容：其特征无法说明图像。`
}, { usage: true, field: 'source', remedy: { en: 'Choose a trained model, or leave the choice to Graft.', zh: '请选择训练过的模型，或由 Graft 选择。' } })

const noPictures = (name: string): GraftError => new GraftError('no-images', {
  en: `The data set “${name}” has no pictures.`, zh: `数据集“${name}”没有图像。`
}, { usage: true, field: 'dataset' })
