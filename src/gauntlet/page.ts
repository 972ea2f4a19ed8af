import type { Language, Text } from '../contract/text'
import { armBalanceTexts } from '../rules/format/balance'
import { table } from '../rules/format/columns'
import { count, duration, points } from '../rules/format/figures'
import { scoreText } from '../rules/format/records'
import { controlName, isTrained, type GauntletRow } from './row'
import { standingOf, type Results, type Standing } from './results'

const standingNames: Record<Standing, Text> = {
  reached: { en: 'reached', zh: '达到' },
  missed: { en: 'missed', zh: '未达到' },
  reported: { en: 'reported', zh: '仅报告' },
  quick: { en: 'not judged (quick)', zh: '不评判（快速）' },
  open: { en: 'not run', zh: '未运行' }
}

export function bandText(row: GauntletRow): string {
  const { above, notBelow, atLeast, atMost } = row.band
  const control = controlName(row)
  const parts = [
    ...(above === undefined ? [] : [above === 0 ? `above ${control}` : `${control} + ${above}`]),
    ...(notBelow === undefined ? [] : [`≥ ${control}${notBelow === 0 ? '' : ` + ${notBelow}`}`]),
    ...(atLeast === undefined ? [] : [`≥ ${atLeast}`]),
    ...(atMost === undefined ? [] : [`≤ ${atMost}`])
  ]
  return parts.length === 0 ? 'reported' : parts.join(' and ')
}

function cellsOf(row: GauntletRow, results: Results, language: Language): string[] {
  const result = results.of(row)
  const control = isTrained(row) ? result?.control : undefined
  return [
    row.id,
    result ? scoreText(result.ours) : '–',
    ...armBalanceTexts(result?.ours),
    row.published,
    control ? `${control.name} ${scoreText(control.score)}` : controlName(row),
    control?.difference === undefined ? '–' : points(control.difference),
    bandText(row),
    standingNames[standingOf(row, result)][language],
    result ? String(result.ours.done) : '–',
    result?.steps === undefined ? '–' : count(result.steps),
    result?.seconds === undefined || !isTrained(row) ? '–' : duration(result.seconds, language)
  ]
}

const columns: readonly Text[] = [
  { en: 'row', zh: '行' }, { en: 'ours', zh: '我们' }, { en: 'balanced', zh: '平衡' }, { en: 'macro-F1', zh: '宏 F1' }, { en: 'published', zh: '已发表' }, { en: 'control', zh: '对照' },
  { en: 'difference', zh: '差值' }, { en: 'band', zh: '范围' }, { en: 'standing', zh: '结论' }, { en: 'seeds', zh: '种子' },
  { en: 'steps', zh: '步数' }, { en: 'time', zh: '用时' }
]

export function resultsText(rows: readonly GauntletRow[], results: Results, language: Language): string {
  return table(columns.map((title) => ({ title: title[language] })), rows.map((row) => cellsOf(row, results, language)))
}

const marks = ['<!-- Written by `graft gauntlet --write`: begin -->', '<!-- end -->'] as const

/**
 * `docs/results.md`: every row, run or not, reached or not, in the place of the part that was written before; what a
 * person wrote around it stays.
 */
export function resultsPage(rows: readonly GauntletRow[], results: Results, page: string): string {
  return withPart(page.trimEnd() === '' ? '# Published results, rerun\n' : page, marks, resultsPart(rows, results))
}

/** A page with what stands between two marks written anew; at its end where the marks are not there. */
export function withPart(page: string, [begin, end]: readonly [string, string], part: string): string {
  const written = `${begin}\n\n${part}\n\n${end}`
  const from = page.indexOf(begin)
  const to = page.indexOf(end, from)
  if (from < 0 || to < from) return `${page.trimEnd()}\n\n${written}\n`
  return `${page.slice(0, from)}${written}${page.slice(to + end.length)}`
}

function resultsPart(rows: readonly GauntletRow[], results: Results): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  const backends = [...new Set(results.list.flatMap(({ backend }) => backend ?? []))]
  const heads = [...columns.map(({ en }) => en), 'where it was published', 'again with']
  return [
    [
      line(heads), line(heads.map(() => '---')),
      ...rows.map((row) => line([
        ...cellsOf(row, results, 'en'), row.where ?? '–', isTrained(row) ? `\`graft gauntlet --only ${row.id}\`` : row.best.join(', ')
      ]))
    ].join('\n'),
    'Test accuracy in per cent (validation accuracy where the row says so), mean ± standard deviation over the seeds; the difference is to the control in points. The time is the work of '
    + 'all runs that the row needs, those that it shares with other rows included.',
    backends.length > 0 ? `Measured on ${backends.join('; ')}.` : 'Nothing was measured yet.'
  ].join('\n\n')
}
