import type { Language, Text } from '../../contract/text'
import { armBalanceTexts } from '../../rules/format/balance'
import { table } from '../../rules/format/columns'
import { count, duration, percent, points } from '../../rules/format/figures'
import { scoreText } from '../../rules/format/records'
import { belowWords } from '../../rules/statistics/verdicts'
import { withPart } from '../page'
import type { Results } from '../results'
import { gauntletRows } from '../rows'
import { pairs } from './pairs'
import type { Trial } from './try-pair'

/** The accuracy of a method's tuned recipe on a pair, where the gauntlet has a row for it that was run. */
function tunedOf({ pair, method }: Pick<Trial, 'pair' | 'method'>, results: Pick<Results, 'of'>): number | undefined {
  const id = pairs.find((candidate) => candidate.id === pair)?.tuned?.(method)
  const row = gauntletRows.find((candidate) => candidate.id === id)
  return row && results.of(row)?.ours.mean
}

/** What is wrong with a trial; undefined where nothing is. A harm that the verdict tells is none of it, nor is what may be chance and is told. */
export function faultOf({ states, control }: Trial): Text | undefined {
  if (states.includes('failed')) return { en: 'failed', zh: '失败' }
  const { difference = 0, verdict, reason } = control ?? {}
  const words = belowWords({ difference, verdict: 'no-evidence' })
  if (words && verdict !== 'negative-transfer' && !reason?.en.includes(words.en)) return { en: 'below its control, unsaid', zh: '低于对照，且未说明' }
  return undefined
}

/** The middle of how far tuned recipes are ahead of the first try; undefined where none is known. */
export function medianBehind(trials: readonly Trial[], results: Pick<Results, 'of'>): number | undefined {
  const behind = trials.flatMap((trial) => {
    const tuned = tunedOf(trial, results)
    return tuned === undefined || trial.score.mean === undefined ? [] : [tuned - trial.score.mean]
  }).sort((a, b) => a - b)
  if (behind.length === 0) return undefined
  const middle = Math.floor(behind.length / 2)
  return behind.length % 2 === 1 ? behind[middle]! : (behind[middle - 1]! + behind[middle]!) / 2
}

const columns: readonly Text[] = [
  { en: 'pair', zh: '组合' }, { en: 'method', zh: '方法' }, { en: 'state', zh: '状态' }, { en: 'accuracy', zh: '准确率' },
  { en: 'balanced', zh: '平衡' }, { en: 'macro-F1', zh: '宏 F1' },
  { en: 'control', zh: '对照' }, { en: 'steps', zh: '步数' }, { en: 'difference', zh: '差值' }, { en: 'verdict', zh: '结论' }, { en: 'tuned', zh: '调优配方' },
  { en: 'time', zh: '用时' }
]

const verdicts: Record<NonNullable<NonNullable<Trial['control']>['verdict']>, Text> = {
  helped: { en: 'helped', zh: '有帮助' },
  'no-evidence': { en: 'no evidence', zh: '没有证据' },
  'negative-transfer': { en: 'negative transfer', zh: '负迁移' }
}

const verdictBelow: Text = { en: 'below, perhaps by chance', zh: '低于对照，可能出于偶然' }

function stateOf({ states, unlearned, rescues }: Trial, language: Language): string {
  const zh = language === 'zh'
  if (states.includes('failed')) return zh ? '失败' : 'failed'
  const state = unlearned ? zh ? '尚未学会' : 'has not learned' : zh ? '完成' : 'done'
  return rescues === 0 ? state : zh ? `${state}（自救 ${rescues} 次）` : `${state}, rescued ${rescues}×`
}

function verdictText({ difference, verdict }: NonNullable<Trial['control']>, language: Language): string {
  if (!verdict) return '–'
  return belowWords({ difference, verdict }) ? verdictBelow[language] : verdicts[verdict][language]
}

function cellsOf(trial: Trial, results: Pick<Results, 'of'>, language: Language): string[] {
  const { control } = trial
  const tuned = tunedOf(trial, results)
  return [
    trial.pair, trial.method, stateOf(trial, language), scoreText(trial.score), ...armBalanceTexts(trial.score),
    control ? `${control.name} ${scoreText(control.score)}` : '–',
    control?.steps ? `${count(control.steps.arm)} : ${count(control.steps.twin)}` : '–',
    control?.difference === undefined ? '–' : points(control.difference),
    control ? verdictText(control, language) : '–',
    tuned === undefined ? '–' : percent(tuned), duration(trial.seconds, language)
  ]
}

export const firstTryText = (trials: readonly Trial[], results: Pick<Results, 'of'>, language: Language): string =>
  table(columns.map((title) => ({ title: title[language] })), trials.map((trial) => cellsOf(trial, results, language)))

const marks = ['<!-- Written by `graft gauntlet --first-try --write`: begin -->', '<!-- end of the first try -->'] as const

/** `docs/results.md` with the table of the first tries in its place. */
export function firstTryPage(trials: readonly Trial[], results: Pick<Results, 'of'>, page: string): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  const heads = columns.map(({ en }) => en)
  return withPart(page, marks, [
    line(heads), line(heads.map(() => '---')), ...trials.map((trial) => line(cellsOf(trial, results, 'en')))
  ].join('\n'))
}
