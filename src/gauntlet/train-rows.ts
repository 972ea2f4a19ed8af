import pLimit from 'p-limit'
import { duration } from '../rules/format/figures'
import { scoreText } from '../rules/format/records'
import { prepareData } from './data'
import { estimateOf, isDone, totalOf, type EstimateOptions } from './estimate'
import type { Place, Trainer } from './place'
import type { Results } from './results'
import { isTrained, type GauntletRow } from './row'
import { runRow } from './run-row'

interface TrainOptions extends EstimateOptions {
  /** Rows at once. */
  jobs: number
  /** The folder with the research data; asked for only where a row has to be trained. @throws GraftError where there is none */
  data(): string
}

/** Trains what is missing of the rows, as many at once as there are jobs, keeps each result, and gives the ids of those that are not finished. */
export async function trainRows(
  place: Place, trainer: Trainer, chosen: readonly GauntletRow[], results: Results, options: TrainOptions
): Promise<string[]> {
  const rows = chosen.filter(isTrained)
  const known = new Set((await place.engine()).catalogue().methods.map(({ id }) => id))
  const able = rows.filter(({ methods }) => methods.every((id) => known.has(id)))
  for (const row of rows) {
    const lacking = row.methods.filter((id) => !known.has(id))
    if (lacking.length > 0) place.notice({ en: `${row.id} is left out: this version has no ${lacking.join(', ')}.`, zh: `略过 ${row.id}：此版本没有 ${lacking.join('、')}。` })
  }
  if (able.length > 0) await prepareData(place, able.flatMap((row) => row.data), options.data())
  tellTotal(place, able, results, options)
  const missing = new Set(able.map(({ id }) => id))
  const began = performance.now()
  const took = (): string => duration((performance.now() - began) / 1000, place.language)
  await pLimit(options.jobs).map(able, async (row) => {
    if (place.signal.aborted) return
    const about = aboutText(place, estimateOf(row, options))
    trainer.say(place.say({ en: `— ${row.title}: ${about}`, zh: `— ${row.title}：${about}` }))
    const result = await runRow(place, row, options, trainer)
    if (!result) return
    await trainer.alone(() => results.keep(result))
    missing.delete(row.id)
    trainer.say(place.say({ en: `  ${row.id}: ${scoreText(result.ours)}, ${took()} from the beginning`, zh: `  ${row.id}：${scoreText(result.ours)}，开始后 ${took()}` }))
  })
  place.notice({ en: `${able.length - missing.size} of ${able.length} rows in ${took()}.`, zh: `${able.length} 行中的 ${able.length - missing.size} 行，用时 ${took()}。` })
  return [...missing]
}

function tellTotal(place: Place, rows: readonly GauntletRow[], results: Results, options: TrainOptions): void {
  const open = rows.filter((row) => !isDone(row, results, options))
  const about = aboutText(place, totalOf(open, options))
  place.notice({
    en: `${rows.length} rows, ${rows.length - open.length} done already; the others take ${about} on two cores.`,
    zh: `共 ${rows.length} 行，已完成 ${rows.length - open.length} 行；其余在双核上${about}。`
  })
}

const aboutText = ({ say, language }: Place, seconds: number): string => `${say({ en: 'about', zh: '约需' })} ${duration(seconds, language)}`
