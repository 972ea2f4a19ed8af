import type { PairedDifference } from '../../contract/runs'
import type { StudyVerdict, TwinComparison } from '../../contract/studies'
import type { Text } from '../../contract/text'
import { differencesByImage, imageInterval, seedAndImageInterval, seedInterval, sideOf, type AnswerPair, type Interval } from './intervals'
import { exactMcNemar, holm, significance } from './mcnemar'
import { momentsOf } from './student'

/**
 * What two runs that answered for the same test images say: the second's accuracy minus the first's, its 95 % interval over
 * images, and McNemar's exact test, which alone decides the verdict. So four images gained and none lost are no evidence,
 * whatever the interval.
 */
export function judgeTwo(pair: AnswerPair): Pick<PairedDifference, 'difference' | 'interval' | 'mcnemar' | 'verdict' | 'reason'> {
  const n = pair.first.length
  const differences = differencesByImage([pair])
  const gained = differences.reduce((count, value) => count + (value > 0 ? 1 : 0), 0)
  const lost = differences.reduce((count, value) => count + (value < 0 ? 1 : 0), 0)
  if (n < 2) return { difference: gained - lost, verdict: 'no-evidence', reason: tooFewImages }
  const judged = {
    difference: (gained - lost) / n, interval: imageInterval(differences), mcnemar: { gained, lost, p: exactMcNemar(gained, lost) }
  }
  return { ...judged, ...decided(judged) }
}

/** Verdict and reason by the exact test, corrected where it is one of several. */
function decided(
  { difference, interval, mcnemar: { p, corrected = p } }: { difference: number, interval?: Interval | undefined, mcnemar: NonNullable<PairedDifference['mcnemar']> }
): Pick<PairedDifference, 'verdict' | 'reason'> {
  if (corrected < significance) return { verdict: difference > 0 ? 'better' : 'worse' }
  if (p < significance) return { verdict: 'no-evidence', reason: oneOfSeveral }
  return { verdict: 'no-evidence', ...(sideOf(interval) !== 0 && { reason: tooFewChanged }) }
}

/** Several runs against one and the same: their tests are corrected together (Holm), and so are the verdicts. */
export function judgeTogether(differences: readonly PairedDifference[]): PairedDifference[] {
  const tested = differences.flatMap(({ mcnemar }) => mcnemar ?? [])
  if (tested.length < 2) return [...differences]
  const corrected = holm(tested.map(({ p }) => p))
  return differences.map((given) => {
    if (!given.mcnemar) return given
    const mcnemar = { ...given.mcnemar, corrected: corrected[tested.indexOf(given.mcnemar)]! }
    const { reason: _, ...rest } = given
    return { ...rest, mcnemar, ...decided({ ...rest, mcnemar }) }
  })
}

/**
 * What pairs of runs with the same seed say, two seeds or more: the mean difference, and its 95 % interval by what is known.
 * Of two seeds the interval is over test images alone, and the verdict needs both to agree.
 * @param bySeed differences of the test accuracies, one per seed
 * @param answers of each pair, where all kept theirs to the same test images
 */
export function judgeSeeds(bySeed: readonly number[], answers: readonly AnswerPair[] | undefined):
Pick<TwinComparison, 'difference' | 'interval' | 'over' | 'reason'> & { verdict: StudyVerdict } {
  const { mean: difference } = momentsOf(bySeed)
  const byImage = answers && differencesByImage(answers)
  const two = bySeed.length === 2
  const interval = !byImage ? seedInterval(bySeed) : two ? imageInterval(byImage) : seedAndImageInterval(bySeed, byImage)
  const agree = !two || Math.sign(bySeed[0]!) === Math.sign(bySeed[1]!)
  const why = byImage ? two ? twoSeeds : seedsAndImages : two ? tooFewSeeds : interval ? seedsAlone : noSpread
  const isCut = interval?.some((end) => Math.abs(end) === 1)
  return {
    difference, ...(interval && { interval, over: two ? 'images' as const : 'seeds' as const }),
    verdict: agree ? verdictOf(interval) : 'no-evidence',
    reason: isCut ? { en: `${why.en} ${cutThere.en}`, zh: `${why.zh}${cutThere.zh}` } : why
  }
}

/** An interval on one side of zero is evidence; anything else is none. */
export function verdictOf(interval: Readonly<Interval> | undefined): StudyVerdict {
  const side = sideOf(interval)
  return side > 0 ? 'helped' : side < 0 ? 'negative-transfer' : 'no-evidence'
}

/** From this difference on a run that is below its control says so, be it chance or not. */
const noticeable = 0.02

/** What is said of a run that is below its control where chance may have put it there; undefined where it is not, or no chance. */
export function belowWords({ difference, verdict }: { difference?: number | undefined, verdict?: StudyVerdict | undefined }): Text | undefined {
  if (difference === undefined || difference >= -noticeable || verdict !== 'no-evidence') return undefined
  const points = (-100 * difference).toFixed(1)
  return {
    en: `It is ${points} points below its control; this may be chance, and it is no gain.`,
    zh: `它比对照低 ${points} 个百分点；可能出于偶然，但绝非提升。`
  }
}

/** What is said of a bound that the run is above, so that it is none; undefined where it is one. @param difference the run's less the bound's */
export const boundWords = (difference: number | undefined): Text | undefined => difference === undefined || difference <= 0 ? undefined : {
  en: 'The run is above what all target labels gave, so they are no upper bound here: that control may have needed more steps, or another start.',
  zh: '该运行高于使用全部目标标签的对照，因此后者在此并非上限：对照可能需要更多训练步或其他起点。'
}

/** What a comparison of two runs is called in a study. */
export const studyVerdictOf = (verdict: PairedDifference['verdict']): StudyVerdict =>
  verdict === 'better' ? 'helped' : verdict === 'worse' ? 'negative-transfer' : 'no-evidence'

/** What a study with several arms says of its verdicts. */
export const notCorrected: Text = {
  en: 'Each setting is judged by itself: with several, some verdicts are chance (one in twenty where nothing is better).',
  zh: '每种设置单独判断：设置较多时，部分结论出于偶然（若并无差别，约二十分之一）。'
}

/** The test's outcome as a sentence. */
export function mcnemarWords({ gained, lost, p, corrected }: NonNullable<PairedDifference['mcnemar']>): Text {
  const value = (probability: number): string => probability < 0.001 ? '< 0.001' : `= ${probability.toFixed(3)}`
  return {
    en: `McNemar's exact test: p ${value(p)} (${gained} gained, ${lost} lost)${corrected === undefined ? '' : `, with all comparisons counted in p ${value(corrected)} (Holm)`}.`,
    zh: `McNemar 精确检验：p ${value(p)}（增 ${gained}，减 ${lost}）${corrected === undefined ? '' : `，计入全部比较后 p ${value(corrected)}（Holm）`}。`
  }
}

const tooFewImages: Text = { en: 'There are too few test images.', zh: '测试图像太少。' }
const tooFewChanged: Text = {
  en: 'Too few answers differ to be evidence by McNemar\'s exact test.', zh: '不同的回答太少，按 McNemar 精确检验不足以成为证据。'
}
const oneOfSeveral: Text = {
  en: 'Alone it would be evidence; as one of several comparisons with the same run it is none.',
  zh: '单独来看可算证据；作为与同一运行的多次比较之一则不算。'
}
const twoSeeds: Text = {
  en: 'Two seeds are too few for an interval over seeds: this one is over test images and says nothing about other seeds.',
  zh: '两个种子不足以给出种子间的区间：此区间针对测试图像，不反映其他种子的情况。'
}
const tooFewSeeds: Text = {
  en: 'Two seeds are too few for an interval, and not all runs kept their answers to the same test images.',
  zh: '两个种子不足以给出区间，且并非所有运行都保存了对相同测试图像的回答。'
}
const seedsAndImages: Text = {
  en: 'The interval counts the chance of other seeds and of other test images (Student\'s t).', zh: '区间计入了其他种子与其他测试图像的偶然性（Student t）。'
}
const seedsAlone: Text = {
  en: 'The interval is over seeds alone (Student\'s t): not all runs kept their answers to the same test images.',
  zh: '区间仅针对种子（Student t）：并非所有运行都保存了对相同测试图像的回答。'
}
const noSpread: Text = {
  en: 'All seeds gave the same difference, which is no certainty: without the answers to each test image there is no interval.',
  zh: '所有种子的差值相同，但这并非确定：缺少每张测试图像的回答，无法给出区间。'
}
const cutThere: Text = { en: 'It ends at 100 points, beyond which no difference is.', zh: '区间止于 100 个百分点，差值不可能更大。' }
