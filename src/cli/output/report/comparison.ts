import type { Comparison } from '../../../contract/runs'
import type { Language } from '../../../contract/text'
import { table } from '../../../rules/format/columns'
import { computedDifferently } from '../../../rules/computed-on'
import { labelsShort } from '../../../rules/format/labels'
import { balanceTexts } from '../../../rules/format/balance'
import { count, duration, figure, percent } from '../../../rules/format/figures'
import { keptByWords } from '../../../rules/format/scores'
import { differenceText } from '../../../rules/page/words'
import { runEntry } from './run'

/** A comparison as `--json` shows it: one entry per run, and the second of each pair against the first. */
export function comparisonDocument({ runs, differences }: Comparison): { runs: unknown[], differences: unknown[] } {
  return { runs: runs.map(runEntry), differences }
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
    { title: zh ? '保留依据' : 'kept by' },
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
    keptByWords(run)?.[language] ?? '–',
    String(run.epochs),
    duration(run.seconds, language),
    run.imagesPerSecond === undefined ? '–' : count(run.imagesPerSecond),
    run.id
  ]))
  const apart = computedDifferently(runs)
  return [figures, '', ...differences.map((pair) => differenceText(pair, runs, language)), ...apart ? [apart[language]] : []].join('\n').trimEnd()
}
