import type { SelectionRecord } from '../../../contract/runs'
import type { Language } from '../../../contract/text'
import { table } from '../../../rules/format/columns'
import { count, percent } from '../../../rules/format/figures'
import { scoreName } from '../../../rules/format/scores'

/** How an epoch was chosen without target labels, which epoch each score would have kept, and what choosing without labels cost. */
export function selectionText(selection: SelectionRecord, language: Language): string {
  const zh = language === 'zh'
  const { images, choices, best, cost, score, second, predictedClasses: { count: classes, of, collapsed } } = selection
  const share = (accuracy: number | undefined): string => accuracy === undefined ? '–' : percent(accuracy)
  const lines = [
    zh ? `未看目标标签选择轮次，依据 ${count(images.n)} 张留出的目标图像（${images.split}）：`
      : `The epoch was chosen without target labels, on ${count(images.n)} held-out target images (${images.split}):`,
    '',
    table([
      { title: zh ? '评分' : 'score' }, { title: zh ? '会保留的轮' : 'epoch it keeps', align: 'right' },
      { title: zh ? '该轮准确率' : 'right there', align: 'right' }, { title: '' }
    ], choices.map((choice) => [
      scoreName(choice.score)[language], String(choice.epoch), share(choice.accuracy), choice.score === score ? (zh ? '← 采用' : '← chose') : ''
    ])),
    '',
    ...best && cost !== undefined ? [zh
      ? `若能看标签，最佳为第 ${best.epoch} 轮（${percent(best.accuracy)}）：不看标签的代价为 ${(cost * 100).toFixed(1)} 个百分点。`
      : `With the labels in view epoch ${best.epoch} would have been the best (${percent(best.accuracy)}): not looking cost ${(cost * 100).toFixed(1)} points.`] : [],
    ...second ? [zh
      ? `${scoreName(second.score).zh}（保留轮）：${second.value.toFixed(2)}${second.disagrees ? `；它会保留第 ${second.epoch} 轮，${percent(second.differing)} 的回答不同` : ''}。`
      : `${scoreName(second.score).en} at the kept epoch: ${second.value.toFixed(2)}${second.disagrees ? `; it would have kept epoch ${second.epoch}, with ${percent(second.differing)} of the answers different` : ''}.`] : [],
    zh ? `预测落入 ${of} 个类别中的约 ${classes.toFixed(1)} 个${collapsed ? '：很可能已经坍缩' : ''}。`
      : `Predictions fall into about ${classes.toFixed(1)} of ${of} classes${collapsed ? ': they have probably collapsed' : ''}.`
  ]
  return lines.join('\n')
}
