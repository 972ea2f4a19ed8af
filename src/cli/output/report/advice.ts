import type { Advice, Race } from '../../../contract/advice'
import type { Language } from '../../../contract/text'
import { estimateText, expectedText, groundText, keptScoreText, measuredScoreText } from '../../../rules/advice/told'
import type { KeptScore } from '../../../rules/advice/kept-score'
import { table, wrap } from '../../../rules/format/columns'
import { bytes, count, duration, figure, percent } from '../../../rules/format/figures'

/** Advice for a terminal: what to try, why, what it will cost, and what it rests on. */
export function adviceText(advice: Advice, score: KeptScore, language: Language): string {
  const zh = language === 'zh'
  const { state, remarks, recommendations, evidence, sources } = advice
  const heading = state === 'advises' ? zh ? '值得尝试：' : 'Worth trying:'
    : recommendations.length > 0 ? zh ? '没有足够依据给出建议。可以先试：' : 'The evidence does not carry advice. These can be tried:'
      : zh ? '没有足够依据给出建议。' : 'The evidence does not carry advice.'
  const parts = [heading]
  for (const [index, each] of recommendations.entries()) {
    const expected = expectedText(each)
    parts.push('', `${index + 1}. ${each.title[language]} (${each.method})`, wrap(each.reason[language], 100, '   '))
    parts.push(`   ${[
      expected && (zh ? `预计测试正确率 ${expected}` : `expected on the test images ${expected}`),
      each.seconds !== undefined && (zh ? `约 ${duration(each.seconds, language, { tenths: false })}` : `about ${duration(each.seconds, language, { tenths: false })}`),
      each.bytes !== undefined && (zh ? `内存约 ${bytes(each.bytes)}` : `about ${bytes(each.bytes)} of memory`)
    ].filter(Boolean).join(' · ')}`.trimEnd(), wrap(`${zh ? '对照：' : 'Control: '}${each.control[language]}`, 100, '   '))
  }
  if (remarks.length > 0) parts.push('', ...remarks.map((remark) => wrap(remark[language], 100, zh ? '' : '')))
  if (evidence.scores.length > 0) {
    parts.push('', zh ? '依据（源模型的特征，旁为原始像素）：' : 'Evidence (the source\'s features, and the bare pixels beside them):', scoreTable(advice, language))
  }
  if (sources) parts.push('', zh ? '选择哪个源（按近邻准确率）：' : 'Which source (by the nearest neighbours):', sourceTable(sources, language))
  parts.push('', wrap(groundText(advice)[language], 100), wrap(keptScoreText(score)[language], 100), wrap(measuredScoreText()[language], 100))
  return parts.join('\n')
}

function scoreTable({ evidence: { scores } }: Advice, language: Language): string {
  const zh = language === 'zh'
  return table([
    { title: zh ? '评分' : 'score' }, { title: zh ? '源' : 'source', align: 'right' }, { title: zh ? '像素' : 'pixels', align: 'right' }, { title: zh ? '含义' : 'what it measures' }
  ], scores.map(({ title, means, source, pixels }, index) => {
    const shown = (value: typeof source): string => value === undefined ? '–' : index === 0 ? estimateText(value)
      : figure(value.value) + (value.interval ? ` (${figure(value.interval[0])} … ${figure(value.interval[1])})` : '')
    return [title[language], shown(source), shown(pixels), means[language]]
  }))
}

function sourceTable(sources: NonNullable<Advice['sources']>, language: Language): string {
  const zh = language === 'zh'
  return table([
    { title: zh ? '源' : 'source' }, { title: zh ? '名称' : 'name' }, { title: zh ? '近邻' : 'neighbours', align: 'right' },
    { title: zh ? '其他评分' : 'other scores', align: 'right' }, { title: zh ? '参数' : 'parameters', align: 'right' }
  ], sources.map(({ source, name, neighbours, votes, of, parameters }) => [
    source, name, neighbours ? estimateText(neighbours) : '–', zh ? `${of} 个中 ${votes} 个居首` : `first by ${votes} of ${of}`, count(parameters)
  ]))
}

/** How a race ended, for a terminal: who won, by what, and the runs it was. */
export function raceText({ by, entrants, winner, remarks, seconds }: Race, language: Language): string {
  const zh = language === 'zh'
  const shown = (value: number | undefined): string => value === undefined ? '–' : by === 'validation' ? percent(value) : figure(value)
  const rows = entrants.flatMap(({ method, runs, out }) => runs.map(({ id, round, epochs, of, seconds: took, value }, index) => [
    method, String(round), `${epochs}/${of}`, duration(took, language, { tenths: false }), shown(value), id, out && index === runs.length - 1 ? out[language] : ''
  ]))
  const heading = winner
    ? zh ? `胜出：${entrants[0]!.title.zh}（${winner.method}）` : `Winner: ${entrants[0]!.title.en} (${winner.method})`
    : zh ? '没有胜出者。' : 'There is no winner.'
  return [
    heading, '', table([
      { title: zh ? '方法' : 'method' }, { title: zh ? '轮' : 'round', align: 'right' }, { title: zh ? '训练轮数' : 'epochs', align: 'right' },
      { title: zh ? '用时' : 'time', align: 'right' }, { title: by === 'validation' ? zh ? '验证' : 'validation' : by || '–', align: 'right' },
      { title: zh ? '运行' : 'run' }, { title: '' }
    ], rows), '', ...remarks.map((remark) => wrap(remark[language], 100)),
    zh ? `用时 ${duration(seconds, language, { tenths: false })}。` : `It took ${duration(seconds, language, { tenths: false })}.`,
    ...(winner ? [zh ? `下一步：graft runs show ${winner.run}` : `Next: graft runs show ${winner.run}`] : [])
  ].join('\n')
}
