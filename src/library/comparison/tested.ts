import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { systemCode } from '../../contract/errors'
import type { Run } from '../../contract/runs'
import type { Text } from '../../contract/text'
import { testedOnSameImages, testHashes } from '../../rules/tested'
import { openTargetData } from '../datasets/domain-view'
import { namingFile } from '../disk/files'
import type { Library } from '../library'

/** The labels of the images that the run was tested on, in their order; undefined where its data set is gone or another now. */
export async function readTestLabels({ datasets }: Pick<Library, 'datasets'>, run: Run): Promise<Int32Array | undefined> {
  const reader = await openTargetData(datasets, run.spec).catch(() => undefined)
  if (!reader) return undefined
  try {
    const { images, labels } = reader.dataset.splits.test?.sha256 ?? {}
    const [testedImages, testedLabels] = testHashes(run)
    return images === testedImages && labels === testedLabels ? await reader.readLabels('test') : undefined
  } finally {
    await reader.close()
  }
}

/** The class that a run gave each test image, in their order; undefined where it kept none. */
export async function readTestPredictions({ runs }: Pick<Library, 'runs'>, { id }: Pick<Run, 'id'>): Promise<Int32Array | undefined> {
  const bytes = await readKept(join(runs.paths(id).evaluation, 'test.predictions.i32'))
  return bytes && Int32Array.from({ length: Math.floor(bytes.length / 4) }, (_, image) => bytes.readInt32LE(image * 4))
}

/** How sure a run was of its answer for each test image, in [0, 1]; undefined where it kept that not, as runs of earlier versions. */
export async function readTestConfidences({ runs }: Pick<Library, 'runs'>, { id }: Pick<Run, 'id'>): Promise<Float32Array | undefined> {
  const bytes = await readKept(join(runs.paths(id).evaluation, 'test.confidences.f32'))
  return bytes && Float32Array.from({ length: Math.floor(bytes.length / 4) }, (_, image) => bytes.readFloatLE(image * 4))
}

async function readKept(path: string): Promise<Buffer | undefined> {
  try {
    return await fs.readFile(path)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw namingFile(error, path)
  }
}

/**
 * Which test images each of several runs got right (1 or 0), in their order, where all were tested on the same and kept
 * their answers; else why that is not known.
 */
export async function rightAnswers(library: Pick<Library, 'datasets' | 'runs'>, tested: readonly Run[]): Promise<{ right: Uint8Array[] } | { reason: Text }> {
  const answers = await pairedAnswers(library, tested)
  if ('reason' in answers) return answers
  const { labels, predictions } = answers
  return { right: predictions.map((given) => Uint8Array.from(labels, (label, image) => given[image] === label ? 1 : 0)) }
}

/** The labels of the test images, and what each of several runs answered, where all were tested on the same and kept their answers; else why not. */
export async function pairedAnswers(
  library: Pick<Library, 'datasets' | 'runs'>, tested: readonly Run[]
): Promise<{ labels: Int32Array, predictions: Int32Array[] } | { reason: Text }> {
  const [first, ...others] = tested
  if (!first || others.some((run) => !testedOnSameImages(first, run))) return { reason: otherImages }
  let labels: Int32Array | undefined
  for (const run of tested) labels ??= await readTestLabels(library, run)
  if (!labels) return { reason: dataGone }
  const predictions: Int32Array[] = []
  for (const run of tested) {
    const given = await readTestPredictions(library, run)
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
