import type { Advice, Estimate, Recommendation } from '../../contract/advice'
import type { Text } from '../../contract/text'
import { percent } from '../format/figures'
import type { KeptScore } from './kept-score'
import { measuredScore } from './measured-score'

/** `97.4 % (95.1 – 99.0 %)`. */
export function estimateText({ value, interval }: Estimate): string {
  return interval ? `${percent(value)} (${percent(interval[0]).replace(' %', '')} – ${percent(interval[1])})` : percent(value)
}

export const expectedText = ({ expected }: Recommendation): string | undefined =>
  expected && estimateText({ value: expected.accuracy, interval: expected.interval })

/** How the advice has done so far, in a sentence. */
export function keptScoreText({ forecasts, held, error, choices, right }: KeptScore): Text {
  if (forecasts === 0) {
    return { en: 'No run has ended yet that a forecast was made for: how good the advice is here is not known.', zh: '还没有带预测的运行结束：建议在此处是否准确尚不可知。' }
  }
  const off = (100 * error).toFixed(1)
  return {
    en: `So far here: ${held} of ${forecasts} forecasts held, ${off} points off on average${choices > 0 ? `; the first choice was within 2 points of the best tried in ${right} of ${choices}` : ''}.`,
    zh: `迄今为止：${forecasts} 次预测中 ${held} 次落在区间内，平均相差 ${off} 个百分点${choices > 0 ? `；${choices} 次中有 ${right} 次首选与所试最好方法相差不超过 2 个百分点` : ''}。`
  }
}

/** How often the rule would have been right on the measured tasks, in a sentence. */
export function measuredScoreText({ tasks, right } = measuredScore()): Text {
  return {
    en: `On the ${tasks} measured tasks with a first choice, each foretold from the others alone, it came within 2 points of the best method tried in ${right}.`,
    zh: `在 ${tasks} 个可给出首选的实测任务上（每个任务仅由其他任务预测），有 ${right} 个的首选与所试最好方法相差不超过 2 个百分点。`
  }
}

/** What the advice rests on, in a sentence. */
export function groundText({ evidence: { looked, labelled, targetImages }, cached }: Advice): Text {
  return {
    en: `Looked at ${looked} of ${targetImages} training images${labelled > 0 ? `, ${labelled} with a granted label` : ', none with its label'}; no test image was looked at.${cached ? ' The features were there from before.' : ''}`,
    zh: `查看了 ${targetImages} 张训练图像中的 ${looked} 张${labelled > 0 ? `，其中授予标签 ${labelled} 个` : '，未使用标签'}；未查看任何测试图像。${cached ? '特征此前已有。' : ''}`
  }
}
