import * as tf from '@tensorflow/tfjs-core'
import { everySplit, type SplitName } from '../../contract/datasets'
import { GraftError } from '../../contract/errors'
import type { LabelNext, LabelNextPhase, LabelNextRequest, NextPicture } from '../../contract/labelling'
import type { DatasetReader } from '../../library/datasets'
import { placeOf } from '../../rules/examination/propose'
import { idIn } from '../../rules/refs'
import { stratified } from '../advisor/looking'
import { fitLogisticRegression } from '../classifiers/logistic-regression'
import { FeatureCache } from '../features/cache'
import { standardisationOf, standardise } from '../features/collect'
import type { Examples } from '../features/examples'
import { openModel } from '../models/open'
import type { Network } from '../network/network'
import { randomStream } from '../random'
import { everything } from '../training/data'
import type { Surroundings } from '../surroundings'
import { untrained } from './examine'
import { chooseDoubtful, chooseTypical, type Waiting } from './next-labels'
import { featuresOf } from './picture-features'

export interface LabelNextHooks {
  signal: AbortSignal
  onProgress(phase: LabelNextPhase, done: number, total: number, secondsLeft?: number): void
}

/** Labels per class, on average, from which doubt says more than being typical: docs/labelling.md shows the measurement. */
const doubtFrom = 2
/** Weight of the pictures against the penalty: with few labels a rule that bends to each of them is sure of everything. */
const cost = 0.1
/** What holds labels, and what may wait for them. Never the test. */
const places = everySplit.filter((split) => split !== 'test')

/**
 * Which unlabelled pictures would teach most. It reads the labels of training, and no picture of the test.
 * @throws GraftError where the data set or the model is not there, the model has learned nothing, or no picture waits for a label
 */
export async function labelNext(
  wanted: LabelNextRequest, { signal, onProgress }: LabelNextHooks, { library, cacheDir, openBackend }: Surroundings
): Promise<LabelNext> {
  const began = performance.now()
  onProgress('starting', 0, 1)
  if (idIn('arch', wanted.source) !== undefined) throw untrained(wanted.source)
  const reader = await library.datasets.open(wanted.dataset)
  let network: Network | undefined
  try {
    const { dataset } = reader
    const waitingSplits = places.filter((split) => (dataset.splits[split]?.count ?? 0) > 0 && !reader.hasLabels(split))
    if (waitingSplits.length === 0) throw nothingToLabel(dataset.name)
    const backend = await openBackend()
    onProgress('loading', 0, 1)
    network = await openModel(library, wanted.source)
    const { classes, pictures } = await choosePictures(reader, waitingSplits, wanted)
    const seen = await featuresOf(network, reader, pictures, {
      cache: new FeatureCache({ cacheDir }), surroundings: JSON.stringify(backend), signal, onProgress
    })
    onProgress('choosing', 0, 1)
    const { waiting, rows, labels } = inOrder(seen, pictures, wanted)
    if (waiting.waiting === 0) throw nothingLeft(dataset.name)
    const rule = await learn(waiting, labels, classes.length, signal)
    const how = rule && labels.length >= doubtFrom * classes.length ? 'doubtful' : 'typical'
    const choosing = { count: wanted.count, seed: wanted.seed, signal, onProgress: (done: number, total: number) => onProgress('choosing', done, total) }
    const chosen = how === 'doubtful' ? await chooseDoubtful(waiting, marginsOf(rule!, waiting.waiting), choosing) : await chooseTypical(waiting, choosing)
    const named = chosen.map((row): NextPicture => {
      const { split, position } = pictures[rows[row]!]!
      return { split, position, ...(rule && guessOf(rule, row, classes)) }
    })
    const { length: given } = labels
    return {
      wanted, name: dataset.name, classes, how, why: why[how], pictures: named,
      waiting: waitingSplits.reduce((sum, split) => sum + dataset.splits[split]!.count, 0) - wanted.labels.length, looked: waiting.waiting, labelled: given,
      cached: seen.found, seconds: (performance.now() - began) / 1000, at: new Date().toISOString()
    }
  } finally {
    network?.dispose()
    await reader.close()
  }
}

/** A picture, with its class where that was read; −1 while it waits. */
interface Picture { split: SplitName, position: number, label: number }

/** Pictures that wait and pictures that have a label, at most so many of each, split by split; and the classes by name. */
async function choosePictures(
  reader: DatasetReader, waitingSplits: readonly SplitName[], { images, seed, labels: given }: LabelNextRequest
): Promise<{ classes: string[], pictures: Picture[] }> {
  const { dataset } = reader
  const classes = [...dataset.classes, ...new Set(given.map((each) => each.class).filter((name) => !dataset.classes.includes(name)))]
  const since = new Map(given.map((each) => [placeOf(each), classes.indexOf(each.class)]))
  const pictures: Picture[] = []
  for (const split of places) {
    const count = dataset.splits[split]?.count ?? 0
    if (count === 0) continue
    if (waitingSplits.includes(split)) {
      // The draw does not follow from what was labelled since: the features that were computed once are found again.
      const drawn = count <= images ? everything(count) : randomStream(seed, 'waiting', split).permutation(count).slice(0, images).sort()
      for (const position of drawn) pictures.push({ split, position, label: since.get(placeOf({ split, position })) ?? -1 })
    } else if (split === 'train') {
      const labels = await reader.readLabels(split)
      const members: number[][] = dataset.classes.map(() => [])
      labels.forEach((label, position) => members[label]!.push(position))
      for (const position of stratified(members, images, seed)) pictures.push({ split, position, label: labels[position]! })
    }
  }
  return { classes, pictures }
}

/** Waiting pictures first, then the labelled; `rows` says where each lies among the pictures. */
function inOrder(
  { features, length }: { features: Float32Array, length: number }, pictures: readonly Picture[], { without }: LabelNextRequest
): { waiting: Waiting, rows: number[], labels: Int32Array } {
  const left = new Set(without.map(placeOf))
  const places = [...pictures.keys()]
  const free = places.filter((place) => pictures[place]!.label < 0 && !left.has(placeOf(pictures[place]!)))
  const labelled = places.filter((place) => pictures[place]!.label >= 0)
  const rows = [...free, ...labelled]
  const values = new Float32Array(rows.length * length)
  rows.forEach((place, row) => values.set(features.subarray(place * length, (place + 1) * length), row * length))
  return {
    waiting: { features: values, length, waiting: free.length, labelled: labelled.length }, rows,
    labels: Int32Array.from(labelled, (place) => pictures[place]!.label)
  }
}

/** What the labels so far say of the waiting pictures: probabilities [waiting, present.length]. */
interface Rule { present: number[], probabilities: Float32Array }

/** Undefined while fewer than two classes have a label. */
async function learn({ features, length, waiting }: Waiting, labels: Int32Array, classes: number, signal: AbortSignal): Promise<Rule | undefined> {
  const present = Array.from({ length: classes }, (_, label) => label).filter((label) => labels.includes(label))
  if (present.length < 2) return undefined
  const learned: Examples = {
    values: features.slice(waiting * length), length, labels: labels.map((label) => present.indexOf(label)), classes: present.length
  }
  const judged: Examples = { values: features.slice(0, waiting * length), length, labels: new Int32Array(waiting), classes: present.length }
  const scaling = standardisationOf(learned)
  standardise(learned, scaling)
  standardise(judged, scaling)
  const scorer = await fitLogisticRegression(learned, { cost, iterations: 200 }, { signal, onProgress: () => undefined })
  try {
    return {
      present, probabilities: tf.tidy(() => tf.softmax(scorer.logits(tf.tensor2d(judged.values, [waiting, length]))).dataSync<'float32'>())
    }
  } finally {
    scorer.dispose()
  }
}

/** How much likelier the first class is than the second, of each waiting picture. */
function marginsOf({ present, probabilities }: Rule, waiting: number): Float64Array {
  return Float64Array.from({ length: waiting }, (_, row) => {
    const [first, second] = Float32Array.from(probabilities.subarray(row * present.length, (row + 1) * present.length)).sort().reverse()
    return first! - second!
  })
}

function guessOf({ present, probabilities }: Rule, row: number, classes: readonly string[]): Pick<NextPicture, 'guess' | 'confidence'> {
  const own = probabilities.subarray(row * present.length, (row + 1) * present.length)
  const confidence = Math.max(...own)
  return { guess: classes[present[own.indexOf(confidence)]!]!, confidence }
}

const why: Record<LabelNext['how'], LabelNext['why']> = {
  typical: {
    en: 'There are few labels yet: each of these pictures stands for many that look like it and have none.',
    zh: '目前标签很少：这些图像各自代表许多与之相似且尚无标签的图像。'
  },
  doubtful: {
    en: 'Of these the labels so far leave most in doubt which of two classes it is, and no two of them are much alike.',
    zh: '现有标签对这些图像属于哪两个类别之一最无把握，且它们彼此不太相似。'
  }
}

const nothingToLabel = (name: string): GraftError => new GraftError('nothing-to-label', {
  en: `Every picture of “${name}” that may be learned from has a label.`, zh: `“${name}”中可用于学习的图像都已有标签。`
}, {
  usage: true, field: 'dataset', remedy: {
    en: 'To label pictures, add a folder of them without class folders as a data set.', zh: '若要标注图像，请将一个不含类别文件夹的图像文件夹添加为数据集。'
  }
})

const nothingLeft = (name: string): GraftError => new GraftError('nothing-left', {
  en: `Every picture of “${name}” that was looked at is dealt with.`, zh: `“${name}”中查看过的图像都已处理。`
}, { usage: true, field: 'dataset', remedy: { en: 'Make the labelled data set.', zh: '请生成已标注的数据集。' } })
