import type { TriedRates } from '../../../contract/rates'
import type { Language } from '../../../contract/text'
import { ratesText, rateText } from '../../../rules/format/rates'
import { table, wrap } from '../../../rules/format/columns'
import { figure } from '../../../rules/format/figures'

/** Every fifth step stands in a terminal; `--json` has them all. */
const every = 5
const widest = 40

/** A range test for a terminal: its curve, and what it proposes. */
export function triedRatesText(found: TriedRates, language: Language): string {
  const zh = language === 'zh'
  const { points } = found
  const losses = points.map(({ loss }) => loss)
  const [low, high] = [Math.min(...losses), Math.max(...losses)]
  const bar = (loss: number): string => '▇'.repeat(high > low ? Math.round((loss - low) / (high - low) * widest) : 0)
  const shown = points.filter((_, index) => index % every === 0 || index === points.length - 1)
  return [
    ...(points.length === 0 ? [] : [table(
      [{ title: zh ? '学习率' : 'rate', align: 'right' }, { title: zh ? '损失' : 'loss', align: 'right' }, { title: '' }],
      shown.map(({ rate, loss }) => [rateText(rate), figure(loss), bar(loss)])
    ), '']),
    wrap(ratesText(found)[language], 100)
  ].join('\n')
}
