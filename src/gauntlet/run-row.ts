import { GraftError } from '../contract/errors'
import type { Run, Spec } from '../contract/runs'
import { comparePairs, findTwinFacts, scoreOf } from '../library/studies'
import { specsOfStudy } from '../rules/studies/grid'
import { withSeed } from '../rules/studies/plan'
import { stepsTaken } from '../rules/studies/steps'
import { deriveTwins } from '../rules/studies/twins'
import { backendText } from '../rules/format/records'
import type { Place, Trainer } from './place'
import { controlName, recipeOf, type BaseSpec, type TrainedRow } from './row'
import { runRef } from '../rules/refs'
import type { ModelRef } from '../contract/models'
import type { RowResult } from './results'
import { Trained } from './trained'

export interface RowOptions { quick: boolean, seeds: number }

/** All runs of the gauntlet are one study, so that rows share their source models and controls: equal specs are trained once. */
const studyId = (quick: boolean): string => quick ? 'gauntlet-quick' : 'gauntlet'

/**
 * Trains what is missing of a row, as much of it at once as the trainer takes, and gives its result; undefined
 * where it was stopped or a run failed.
 */
export async function runRow(place: Place, row: TrainedRow, { quick, ...options }: RowOptions, trainer: Trainer): Promise<RowResult | undefined> {
  const seeds = seedsOf(row, options.seeds)
  const trained = new Trained(place, studyId(quick), trainer)
  const sources = row.source && await trained.seeds(await specOf(place, row.source(quick)), row.sources === 'each-seed' ? seeds : 1)
  if (sources?.some(({ state }) => state !== 'done')) return undefined
  const sourceOf = (turn: number): ModelRef | undefined => sources && runRef((sources[turn] ?? sources[0]!).id)
  const parts = await Promise.all((row.pool?.(quick, sourceOf(0)) ?? []).map(async (base) => trained.one(await specOf(place, base))))
  if (parts.some(({ state }) => state !== 'done')) return undefined
  const pairs = await Promise.all(Array.from({ length: seeds }, async (_, turn): Promise<{ run: Run, twin?: Run }> => {
    const base = await specOf(place, row.spec(quick, sourceOf(turn), parts.map(({ id }) => runRef(id))))
    const spec = withSeed(base, base.training.seed + turn)
    const control = row.control === 'best of pool' ? bestOf(parts, row)
      : await controlOf(place, row, quick, spec, sourceOf(turn), sources?.[turn])
    const [run, twin] = await Promise.all([trained.one(spec), control && ('state' in control ? control : trained.one(control))])
    return { run, ...(twin && { twin }) }
  }))
  if (pairs.flatMap(({ run, twin }) => [run, ...(twin ? [twin] : [])]).some(({ state }) => state !== 'done')) return undefined
  const runs = pairs.map(({ run }) => run)
  const twins = pairs.flatMap(({ twin }) => twin ?? [])
  const backend = runs[0]?.backend
  return {
    row: row.id, quick, recipe: recipeOf(row, quick), ours: scoreOf(runs, row.on), steps: stepsTaken(await place.library.runs.readMetrics(runs[0]!.id)),
    ...(twins.length > 0 && {
      control: {
        name: controlName(row), score: scoreOf(twins, row.on),
        ...(row.on ? compareOn(row.on, pairs) : await comparePairs(place.library, pairs.flatMap(({ run, twin }) => twin ? [{ run, twin }] : [])))
      }
    }),
    ...(backend && { backend: backendText(backend, 'en') }),
    seconds: [...trained.all].reduce((sum, [, { seconds }]) => sum + seconds, 0),
    finishedAt: new Date().toISOString()
  }
}

/** As many seeds as are asked for, and as the row takes. */
export const seedsOf = ({ seeds: most = Number.POSITIVE_INFINITY }: TrainedRow, seeds: number): number => Math.min(seeds, most)

const accuracyOn = ({ metrics }: Run, on: 'test' | 'validation'): number => metrics[on]?.accuracy ?? Number.NaN

/** The best of the pool on the images that the row compares. */
export const bestOf = (pool: readonly Run[], { on }: Pick<TrainedRow, 'on'>): Run | undefined =>
  [...pool].sort((a, b) => accuracyOn(b, on ?? 'test') - accuracyOn(a, on ?? 'test'))[0]

/** Differences on images other than the test images: their predictions are not kept, so there is no interval over images. */
export function compareOn(on: 'validation', pairs: readonly { run: Run, twin?: Run }[]): { pairs: number, difference?: number } {
  const differences = pairs.flatMap(({ run, twin }) => twin ? [accuracyOn(run, on) - accuracyOn(twin, on)] : []).filter(Number.isFinite)
  if (differences.length === 0) return { pairs: 0 }
  return { pairs: differences.length, difference: differences.reduce((sum, value) => sum + value, 0) / differences.length }
}

/** What a run is measured against: a run that is there already, or the spec of one. */
async function controlOf(
  place: Place, row: TrainedRow, quick: boolean, spec: Spec, model: ModelRef | undefined, source: Run | undefined
): Promise<Run | Spec | undefined> {
  const { control } = row
  if (control === undefined || control === 'best of pool') return undefined
  if (control === 'source') return source
  if (typeof control !== 'string') return withSeed(await specOf(place, control.spec(quick, model)), spec.training.seed)
  const catalogue = (await place.engine()).catalogue()
  // The recipes are as long as their figures need, and a quick row shall stay quick.
  const { twins, notes } = deriveTwins(spec, { ...await findTwinFacts(spec, place.library, catalogue), leastSteps: 0 })
  const twin = twins.find(({ role }) => role === control)
  if (twin) return twin.spec
  throw new GraftError('no-control', notes[0] ?? {
    en: `${row.id} has no ${control} control.`, zh: `${row.id} 没有 ${control} 对照。`
  })
}

async function specOf(place: Place, base: BaseSpec): Promise<Spec> {
  return specsOfStudy({ base }, (await place.engine()).catalogue().methods)[0]!
}
