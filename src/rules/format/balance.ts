import type { Score } from '../../contract/runs'
import type { ArmScore } from '../../contract/studies'
import { balanceOf } from '../statistics/balance'
import { percent } from './figures'

/** Balanced accuracy and macro-F1 for two columns of a table; a dash where there is none. */
export const balanceTexts = (score: Score | undefined, space?: string): [string, string] => textsOf(score ? balanceOf(score) : {}, space)

/** The same of an arm's means over seeds. */
export const armBalanceTexts = (score: ArmScore | undefined, space?: string): [string, string] => textsOf(score ?? {}, space)

function textsOf({ balancedAccuracy, macroF1 }: Pick<ArmScore, 'balancedAccuracy' | 'macroF1'>, space?: string): [string, string] {
  const text = (value: number | undefined): string => value === undefined ? '–' : percent(value, space)
  return [text(balancedAccuracy), text(macroF1)]
}
