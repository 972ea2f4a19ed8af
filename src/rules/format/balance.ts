import type { Score } from '../../contract/runs'
import { balanceOf } from '../statistics/balance'
import { percent } from './figures'

/** Balanced accuracy and macro-F1 for two columns of a table; a dash where there is none. */
export function balanceTexts(score: Score | undefined): [string, string] {
  const { balancedAccuracy, macroF1 } = score ? balanceOf(score) : {}
  const text = (value: number | undefined): string => value === undefined ? '–' : percent(value)
  return [text(balancedAccuracy), text(macroF1)]
}
