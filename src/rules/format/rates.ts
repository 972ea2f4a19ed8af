import type { TriedRates } from '../../contract/rates'
import type { Text } from '../../contract/text'
import { figure } from './figures'

/** A learning rate as a person reads and types it. */
export const rateText = (rate: number): string => String(Number(rate.toPrecision(2)))

/** What a range test found, in sentences. */
export function ratesText({ points, end, proposed, rate, stage }: TriedRates): Text {
  const [first, last] = [points[0], points.at(-1)]
  if (!first || !last) {
    return { en: 'The loss was no number from the first step on: nothing is proposed.', zh: '从第一步起损失就不是数值：没有建议。' }
  }
  const lowest = points.reduce((least, point) => point.loss < least.loss ? point : least)
  const of = stage ? { en: ` (${stage.en})`, zh: `（${stage.zh}）` } : { en: '', zh: '' }
  const ended = {
    'whole': { en: `and was ${figure(last.loss)} at ${rateText(last.rate)}`, zh: `到 ${rateText(last.rate)} 时为 ${figure(last.loss)}` },
    'risen': { en: `and had risen to four times that at ${rateText(last.rate)}`, zh: `到 ${rateText(last.rate)} 时升至其四倍` },
    'no-number': { en: `and was no number after ${rateText(last.rate)}`, zh: `超过 ${rateText(last.rate)} 后不再是数值` }
  }[end]
  const course: Text = {
    en: `From a rate of ${rateText(first.rate)} up, the smoothed loss${of.en} went from ${figure(first.loss)} to ${figure(lowest.loss)} at ${rateText(lowest.rate)}, ${ended.en}.`,
    zh: `学习率从 ${rateText(first.rate)} 起逐步升高，平滑后的损失${of.zh}从 ${figure(first.loss)} 降至 ${rateText(lowest.rate)} 处的 ${figure(lowest.loss)}，${ended.zh}。`
  }
  if (!proposed) {
    return {
      en: `${course.en} It fell too little for a proposal; the rate that was chosen is ${rateText(rate)}.`,
      zh: `${course.zh}下降太少，没有建议；已选的学习率为 ${rateText(rate)}。`
    }
  }
  return {
    en: `${course.en} Proposed: ${rateText(proposed.valley)}, in the middle of the valley; and ${rateText(proposed.steep)}, where it fell most steeply. Chosen was ${rateText(rate)}.`,
    zh: `${course.zh}建议：${rateText(proposed.valley)}（下降区间的中部）与 ${rateText(proposed.steep)}（下降最快处）。原先选择的是 ${rateText(rate)}。`
  }
}
