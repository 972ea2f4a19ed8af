import { join } from 'node:path'
import { z } from 'zod'
import { armScoreSchema, twinComparisonSchema } from '../contract/studies'
import { readJson, writeJsonDurably } from '../library/disk'
import { GraftError } from '../contract/errors'
import { isTrained, recipeOf, type GauntletRow, type TrainedRow } from './row'
import { gauntletRows } from './rows'

const rowResultSchema = z.object({
  row: z.string(),
  quick: z.boolean(),
  /** What was trained; absent in results of versions that did not say. */
  recipe: z.string().optional(),
  ours: armScoreSchema,
  /** Steps of one run, over all its stages. */
  steps: z.int().optional(),
  control: twinComparisonSchema.omit({ role: true, twin: true }).extend({ name: z.string(), score: armScoreSchema }).optional(),
  backend: z.string().optional(),
  /** Seconds of work of all runs that it needs, those that it shares with other rows included. */
  seconds: z.number().optional(),
  finishedAt: z.iso.datetime()
})
export type RowResult = z.infer<typeof rowResultSchema>
const fileSchema = z.object({ schemaVersion: z.literal(1), results: z.array(rowResultSchema) })

/** What was measured so far, kept as `gauntlet.json`; a quick result never takes the place of a whole one. */
export class Results {
  private constructor(private readonly path: string, readonly list: RowResult[]) {}

  static async open(folder: string): Promise<Results> {
    const path = join(folder, 'gauntlet.json')
    try {
      return new Results(path, (await readJson(path, fileSchema)).results)
    } catch (error) {
      if (error instanceof GraftError && error.code === 'not-found') return new Results(path, [])
      throw error
    }
  }

  /**
   * The row's own result, where it was trained as the row says now; for the best of several rows the result of that one.
   */
  of(row: GauntletRow): RowResult | undefined {
    if (isTrained(row)) return this.trainedAs(row)
    const results = gauntletRows.filter(isTrained).filter(({ id }) => row.best.includes(id)).flatMap((each) => this.trainedAs(each) ?? [])
    const whole = results.filter(({ quick }) => !quick)
    return (whole.length > 0 ? whole : results).reduce<RowResult | undefined>(
      (best, result) => (result.ours.mean ?? 0) > (best?.ours.mean ?? 0) ? result : best, undefined
    )
  }

  /** Takes a result; one of the same recipe and runs with more seeds stays. */
  async keep(result: RowResult): Promise<void> {
    const known = this.list.find(({ row, quick }) => row === result.row && quick === result.quick)
    if (known && known.recipe === result.recipe && known.ours.done > result.ours.done && result.ours.runs.every((id) => known.ours.runs.includes(id))) return
    const others = this.list.filter(({ row, quick }) => row !== result.row || quick !== result.quick)
    this.list.splice(0, this.list.length, ...others, result)
    await writeJsonDurably(this.path, { schemaVersion: 1, results: this.list })
  }

  private trainedAs(row: TrainedRow): RowResult | undefined {
    const own = this.list.filter((result) => result.row === row.id && result.recipe === recipeOf(row, result.quick))
    return own.find(({ quick }) => !quick) ?? own[0]
  }
}

export type Standing = 'reached' | 'missed' | 'reported' | 'quick' | 'open'

/** Whether a row's result lies in its band. A quick run is too short to judge. */
export function standingOf(row: GauntletRow, result: RowResult | undefined): Standing {
  const { band } = row
  const mean = result?.ours.mean
  if (result === undefined || mean === undefined) return 'open'
  if (result.quick) return 'quick'
  const checks: (boolean | undefined)[] = [
    band.atLeast === undefined ? undefined : mean * 100 >= band.atLeast,
    band.atMost === undefined ? undefined : mean * 100 <= band.atMost
  ]
  if (band.above !== undefined) {
    const difference = result.control?.difference
    // Without its control a row cannot be judged.
    if (difference === undefined) return 'open'
    checks.push(difference > 0 && difference * 100 >= band.above)
  }
  if (band.notBelow !== undefined) {
    const difference = result.control?.difference
    if (difference === undefined) return 'open'
    checks.push(difference * 100 >= band.notBelow)
  }
  const asked = checks.filter((check) => check !== undefined)
  return asked.length === 0 ? 'reported' : asked.every(Boolean) ? 'reached' : 'missed'
}
