import type { Comparison, Run } from '../../../contract/runs'
import type { Text } from '../../../contract/text'
import { csvCell } from '../../../rules/format/csv'
import { balanceOf } from '../../../rules/statistics/balance'
import type { SettingRow, SettingValue } from './settings'

type Cell = string | number | boolean | undefined

const cell = (value: Cell): string => typeof value === 'string' ? csvCell(value) : String(value ?? '')

const isText = (value: SettingValue): value is Text => typeof value === 'object'

function figures(run: Run, comparison: Comparison): [string, Cell][] {
  const { test } = run.metrics
  const balance = test ? balanceOf(test) : {}
  const paired = comparison.differences.find(({ second }) => second === run.id)
  return [
    ['id', run.id], ['name', run.name], ['state', run.state], ['created', run.createdAt],
    ['test.accuracy', test?.accuracy],
    ['test.balancedAccuracy', balance.balancedAccuracy], ['test.macroF1', balance.macroF1], ['test.loss', test?.loss], ['test.images', test?.n],
    ['epochs', run.epochs], ['seconds', run.seconds], ['imagesPerSecond', run.imagesPerSecond],
    ['difference', paired?.verdict === 'not-comparable' ? undefined : paired?.difference],
    ['difference.low', paired?.interval?.[0]], ['difference.high', paired?.interval?.[1]],
    ['verdict', paired?.verdict], ['mcnemar.p', paired?.mcnemar?.p], ['mcnemar.corrected', paired?.mcnemar?.corrected]
  ]
}

/**
 * The comparison as a comma-separated table, one line per run: figures, accuracy of each class, settings. Column
 * names and choices are in English whatever the window speaks, so that a script reads them anywhere.
 */
export function comparisonCsv(comparison: Comparison, settings: readonly SettingRow[]): string {
  const classes = [...new Set(comparison.runs.flatMap((run) => run.metrics.test?.perClass.map((entry) => entry.class) ?? []))]
  const lines = comparison.runs.map((run, index): [string, Cell][] => [
    ...figures(run, comparison),
    ...classes.map((name): [string, Cell] =>
      [`class.${name}`, run.metrics.test?.perClass.find((entry) => entry.class === name)?.accuracy ?? undefined]),
    ...settings.map(({ key, values }): [string, Cell] => {
      const value = values[index]
      return [key, isText(value) ? value.en : value]
    })
  ])
  const header = lines[0]?.map(([name]) => name) ?? []
  return [header, ...lines.map((line) => line.map(([, value]) => value))].map((line) => line.map(cell).join(',')).join('\r\n') + '\r\n'
}
