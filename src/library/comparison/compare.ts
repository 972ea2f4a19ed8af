import type { Comparison, PairedDifference, Run } from '../../contract/runs'
import type { Text } from '../../contract/text'
import type { Library } from '..'
import { readTestLabels, readTestPredictions, testHashes } from './tested'

/**
 * Runs side by side: the first against each other one, paired by test image, so that the same hard images do not blur
 * the difference. Runs that were tested on different images are not comparable, and the reason says so.
 * @throws `run-not-found`, `file-damaged`
 */
export async function compareRuns(library: Pick<Library, 'datasets' | 'runs'>, ids: readonly string[]): Promise<Comparison> {
  const runs = await Promise.all(ids.map((id) => library.runs.get(id)))
  const [first, ...others] = runs
  const differences: PairedDifference[] = []
  if (first) for (const second of others) differences.push(await compareTwo(library, first, second))
  return { runs, differences }
}

async function compareTwo(library: Pick<Library, 'datasets' | 'runs'>, first: Run, second: Run): Promise<PairedDifference> {
  const pair = { first: first.id, second: second.id }
  const [before, after] = [first.metrics.test, second.metrics.test]
  if (!before || !after) return { ...pair, difference: 0, verdict: 'not-comparable', reason: noTest(before ? second : first) }
  const difference = after.accuracy - before.accuracy
  if (!sameTestData(first, second)) return { ...pair, difference, verdict: 'not-comparable', reason: otherImages }
  const right = await rightAnswers(library, first, second)
  if ('reason' in right) return { ...pair, difference, verdict: 'no-evidence', reason: right.reason }
  return { ...pair, ...pairedInterval(right.first, right.second) }
}

/** Whether both were tested on the same images and labels, by their hashes. */
function sameTestData(first: Run, second: Run): boolean {
  return testHashes(first).every((hash, index) => hash !== undefined && hash === testHashes(second)[index])
}

async function rightAnswers(
  library: Pick<Library, 'datasets' | 'runs'>, first: Run, second: Run
): Promise<{ first: Uint8Array, second: Uint8Array } | { reason: Text }> {
  const labels = await readTestLabels(library, first) ?? await readTestLabels(library, second)
  if (!labels) return { reason: dataGone }
  const right: Uint8Array[] = []
  for (const run of [first, second]) {
    const predictions = await readTestPredictions(library, run)
    if (predictions?.length !== labels.length) return { reason: noPredictions(run) }
    right.push(Uint8Array.from(labels, (label, image) => predictions[image] === label ? 1 : 0))
  }
  return { first: right[0]!, second: right[1]! }
}

/**
 * The second's accuracy minus the first's over the same images, with its 95 % interval: the mean of the differences
 * d = right₂ − right₁ (−1, 0 or 1) an image, ± 1.96 · s / √n with their sample standard deviation s.
 * @param first whether the first run was right, 1 or 0 an image; `second` likewise, in the same order
 */
export function pairedInterval(first: ArrayLike<number>, second: ArrayLike<number>):
Pick<PairedDifference, 'difference' | 'interval' | 'verdict' | 'reason'> {
  const n = first.length
  let gained = 0
  let lost = 0
  for (let image = 0; image < n; image++) {
    if (second[image]! > first[image]!) gained++
    else if (second[image]! < first[image]!) lost++
  }
  if (n < 2) return { difference: n === 0 ? 0 : gained - lost, verdict: 'no-evidence', reason: tooFewImages }
  const difference = (gained - lost) / n
  // Each square is 1 where the two differ.
  const variance = (gained + lost - n * difference * difference) / (n - 1)
  const margin = 1.96 * Math.sqrt(Math.max(0, variance) / n)
  const interval: [number, number] = [difference - margin, difference + margin]
  const verdict = interval[0] > 0 ? 'better' : interval[1] < 0 ? 'worse' : 'no-evidence'
  return { difference, interval, verdict }
}

const noTest = (run: Run): Text => ({
  en: `"${run.name}" has no test result.`,
  zh: `“${run.name}”没有测试结果。`
})
const otherImages: Text = {
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
const tooFewImages: Text = { en: 'There are too few test images.', zh: '测试图像太少。' }
