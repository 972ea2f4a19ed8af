import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { GraftError, systemCode } from '../../contract/errors'
import type { Run, Score } from '../../contract/runs'
import type { Text } from '../../contract/text'
import { testedOnSameImages, testHashes } from '../../rules/tested'
import { openTargetData } from '../datasets/domain-view'
import { sha256Of } from '../disk/checksums'
import { namingFile } from '../disk/files'
import type { Library } from '../library'

/** What damaged files are told by. */
const damagedCodes: readonly string[] = ['file-damaged', 'dataset-damaged', 'predictions-damaged']

/** The labels of the images that the run was tested on, in their order; undefined where its data set is gone or another now. @throws `file-damaged`, `dataset-damaged` */
export async function readTestLabels({ datasets }: Pick<Library, 'datasets'>, run: Run): Promise<Int32Array | undefined> {
  const reader = await openTargetData(datasets, run.spec).catch((error: unknown) => {
    // A data set that is damaged is not one that is gone: that is told.
    if (error instanceof GraftError && damagedCodes.includes(error.code)) throw error
    return undefined
  })
  if (!reader) return undefined
  try {
    const { images, labels } = reader.dataset.splits.test?.sha256 ?? {}
    const [testedImages, testedLabels] = testHashes(run)
    return images === testedImages && labels === testedLabels ? await reader.readLabels('test') : undefined
  } finally {
    await reader.close()
  }
}

/**
 * The class that a run gave each test image, in their order; undefined where it kept none.
 * @param labels of these images: the answers must give the score that the run's record has
 * @throws `predictions-damaged`, naming the file
 */
export async function readTestPredictions({ runs }: Pick<Library, 'runs'>, run: Run, labels: Int32Array): Promise<Int32Array | undefined> {
  const kept = await readKept(runs.paths(run.id).evaluation, run, 'test.predictions.i32')
  if (!kept) return undefined
  const { path, bytes } = kept
  const predictions = Int32Array.from({ length: Math.floor(bytes.length / 4) }, (_, image) => bytes.readInt32LE(image * 4))
  const { test } = run.metrics
  if (predictions.length !== labels.length || !test) return predictions
  const right = predictions.reduce((count, predicted, image) => count + (predicted === labels[image] ? 1 : 0), 0)
  if (right !== Math.round(test.accuracy * test.n) || !fitsConfusion(test, labels, predictions)) {
    throw predictionsDamaged(run, path, `${right} of ${labels.length} answers in it are right, where the score on record is ${test.accuracy}`)
  }
  return predictions
}

/** How sure a run was of its answer for each test image, in [0, 1]; undefined if it did not keep that, as in earlier versions. @throws `predictions-damaged` */
export async function readTestConfidences({ runs }: Pick<Library, 'runs'>, run: Run): Promise<Float32Array | undefined> {
  const kept = await readKept(runs.paths(run.id).evaluation, run, 'test.confidences.f32')
  return kept && Float32Array.from({ length: Math.floor(kept.bytes.length / 4) }, (_, image) => kept.bytes.readFloatLE(image * 4))
}

/** A file of a run's evaluation, held against the hash in the run's record where there is one. */
async function readKept(folder: string, run: Run, name: string): Promise<{ path: string, bytes: Buffer } | undefined> {
  const path = join(folder, name)
  let bytes: Buffer
  try {
    bytes = await fs.readFile(path)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw namingFile(error, path)
  }
  const known = run.files?.[`evaluation/${name}`]
  if (known !== undefined && sha256Of(bytes) !== known) throw predictionsDamaged(run, path, `its SHA-256 is not ${known}`)
  return { path, bytes }
}

/** Whether the answers fall into classes as the score on record says, where it says. */
function fitsConfusion({ confusion }: Score, labels: Int32Array, predictions: Int32Array): boolean {
  if (!confusion) return true
  const left = confusion.map((row) => [...row])
  return labels.every((label, image) => {
    const row = left[label]
    const predicted = predictions[image]!
    return row?.[predicted] !== undefined && row[predicted]-- > 0
  })
}

/** What several runs answered, or why that cannot be paired; with the error where a file is damaged. */
type Unpaired = { reason: Text, damaged?: GraftError }

/**
 * Which test images each of several runs got right (1 or 0), in their order, if all were tested on the same images and kept
 * their answers; else why that is not known.
 */
export async function rightAnswers(library: Pick<Library, 'datasets' | 'runs'>, tested: readonly Run[]): Promise<{ right: Uint8Array[] } | Unpaired> {
  const answers = await pairedAnswers(library, tested)
  if ('reason' in answers) return answers
  const { labels, predictions } = answers
  return { right: predictions.map((given) => Uint8Array.from(labels, (label, image) => given[image] === label ? 1 : 0)) }
}

/** The labels of the test images, and what each of several runs answered, if all were tested on the same images and kept their answers; else why not. */
export async function pairedAnswers(
  library: Pick<Library, 'datasets' | 'runs'>, tested: readonly Run[]
): Promise<{ labels: Int32Array, predictions: Int32Array[] } | Unpaired> {
  try {
    return await readPairedAnswers(library, tested)
  } catch (error) {
    if (!(error instanceof GraftError) || !damagedCodes.includes(error.code)) throw error
    return { reason: error.value.message, damaged: error }
  }
}

async function readPairedAnswers(
  library: Pick<Library, 'datasets' | 'runs'>, tested: readonly Run[]
): Promise<{ labels: Int32Array, predictions: Int32Array[] } | { reason: Text }> {
  const [first, ...others] = tested
  if (!first || others.some((run) => !testedOnSameImages(first, run))) return { reason: otherImages }
  let labels: Int32Array | undefined
  for (const run of tested) labels ??= await readTestLabels(library, run)
  if (!labels) return { reason: dataGone }
  const predictions: Int32Array[] = []
  for (const run of tested) {
    const given = await readTestPredictions(library, run, labels)
    if (given?.length !== labels.length) return { reason: noPredictions(run) }
    predictions.push(given)
  }
  return { labels, predictions }
}

export const otherImages: Text = {
  en: 'The two runs were tested on different images.',
  zh: '两次运行使用了不同的测试图像。'
}
const dataGone: Text = {
  en: 'The data set they were tested on is gone or has changed, so the answers cannot be paired by image.',
  zh: '测试所用的数据集已被删除或更改，无法逐图像配对比较。'
}
const noPredictions = (run: Run): Text => ({
  en: `"${run.name}" kept no predictions for each test image, so the answers cannot be paired.`,
  zh: `“${run.name}”未保存每张测试图像的预测，无法逐图像配对比较。`
})

const predictionsDamaged = ({ name }: Run, path: string, details: string): GraftError => new GraftError('predictions-damaged', {
  en: `${path} is damaged: these are not the answers that “${name}” was scored by.`,
  zh: `${path} 已损坏：其内容不是“${name}”评分所依据的回答。`
}, {
  details,
  remedy: { en: 'Leave this run out, put a whole copy of the file in its place, or repeat the run.', zh: '请不要选择此运行，或用完好的副本替换该文件，或重新运行。' }
})
