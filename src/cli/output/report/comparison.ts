import type { Comparison, PairedDifference, Run } from '../../../contract/runs'
import type { Language, Text } from '../../../contract/text'
import { mcnemarWords } from '../../../rules/statistics/verdicts'
import { table } from '../../../rules/format/columns'
import { labelsShort } from '../../../rules/format/labels'
import { balanceTexts } from '../../../rules/format/balance'
import { count, duration, figure, percent, points } from '../../../rules/format/figures'
import { runEntry } from './run'

const verdictNames: Record<PairedDifference['verdict'], Text> = {
  better: { en: 'better', zh: '更好' },
  worse: { en: 'worse', zh: '更差' },
  'no-evidence': { en: 'no evidence of a difference', zh: '没有差异的证据' },
  'not-comparable': { en: 'not comparable', zh: '不可比较' }
}

/** A comparison as `--json` shows it: one entry per run, and the second of each pair against the first. */
export function comparisonDocument({ runs, differences }: Comparison): { runs: unknown[], differences: unknown[] } {
  return { runs: runs.map(runEntry), differences }
}

/** What the differences say, one sentence per pair. */
export function differenceText(pair: PairedDifference, runs: readonly Run[], language: Language): string {
  const nameOf = (id: string): string => runs.find((run) => run.id === id)?.name ?? id
  const zh = language === 'zh'
  const verdict = verdictNames[pair.verdict][language]
  const pairText = zh ? `${nameOf(pair.second)} 相对于 ${nameOf(pair.first)}` : `${nameOf(pair.second)} against ${nameOf(pair.first)}`
  const more = [...(pair.mcnemar ? [mcnemarWords(pair.mcnemar)] : []), ...(pair.reason ? [pair.reason] : [])].map((text) => text[language])
  const reason = more.length === 0 ? '' : zh ? `。${more.join('')}` : `. ${more.join(' ')}`
  if (pair.verdict === 'not-comparable') return `${pairText}${zh ? '：' : ': '}${verdict}${reason}`
  const interval = pair.interval && (zh
    ? `（95 % 区间 ${points(pair.interval[0])} 到 ${points(pair.interval[1])}）`
    : ` (95 % interval ${points(pair.interval[0])} to ${points(pair.interval[1])})`)
  return zh
    ? `${pairText}：${points(pair.difference)} 个百分点${interval ?? ''}，${verdict}${reason}`
    : `${pairText}: ${points(pair.difference)} points${interval ?? ''}, ${verdict}${reason}`
}

/** The figures side by side, then the differences. */
export function comparisonText({ runs, differences }: Comparison, language: Language): string {
  const zh = language === 'zh'
  const figures = table([
    { title: zh ? '名称' : 'name' },
    { title: zh ? '方法' : 'method' },
    { title: zh ? '标签' : 'labels' },
    { title: zh ? '测试' : 'test', align: 'right' },
    { title: zh ? '平衡' : 'balanced', align: 'right' },
    { title: zh ? '宏 F1' : 'macro-F1', align: 'right' },
    { title: zh ? '损失' : 'loss', align: 'right' },
    { title: zh ? '验证' : 'validation', align: 'right' },
    { title: zh ? '轮数' : 'epochs', align: 'right' },
    { title: zh ? '用时' : 'time', align: 'right' },
    { title: zh ? '张/秒' : 'images/s', align: 'right' },
    { title: zh ? '运行' : 'run' }
  ], runs.map((run) => [
    run.name,
    run.spec.method.id,
    labelsShort(run.spec.target, language, run.metrics.validation !== undefined),
    run.metrics.test ? percent(run.metrics.test.accuracy) : '–',
    ...balanceTexts(run.metrics.test),
    run.metrics.test ? figure(run.metrics.test.loss) : '–',
    run.metrics.validation ? percent(run.metrics.validation.accuracy) : '–',
    String(run.epochs),
    duration(run.seconds, language),
    run.imagesPerSecond === undefined ? '–' : count(run.imagesPerSecond),
    run.id
  ]))
  return [figures, '', ...differences.map((pair) => differenceText(pair, runs, language))].join('\n').trimEnd()
}
