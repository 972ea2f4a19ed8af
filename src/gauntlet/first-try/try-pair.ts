import type { ModelRef } from '../../contract/models'
import type { MethodSummary } from '../../contract/methods'
import { twinRoles, type Run, type RunState, type Spec } from '../../contract/runs'
import type { ArmScore, TwinComparison } from '../../contract/studies'
import { comparePairs, findTwinFacts, scoreOf } from '../../library/studies'
import { archRef, runRef } from '../../rules/refs'
import { completeSpec, type SettingsShelf } from '../../rules/specs/complete'
import { withSeed } from '../../rules/studies/plan'
import { deriveTwins } from '../../rules/studies/twins'
import type { Place, Trainer } from '../place'
import { Trained } from '../trained'
import type { Pair } from './pairs'

/** How one method did on one pair, with nothing set. */
export interface Trial {
  pair: string
  method: string
  /** How its runs ended. */
  states: RunState[]
  /** Whether any of them cannot be told from guessing. */
  unlearned: boolean
  /** How often training went wrong and helped itself. */
  rescues: number
  score: ArmScore
  control?: { name: string, score: ArmScore } & Pick<TwinComparison, 'difference' | 'verdict' | 'reason' | 'steps'>
  /** Seconds of its own runs. */
  seconds: number
}

interface TryOptions { quick: boolean, seeds: number | undefined, only: readonly string[] | undefined }

/** All runs of a pair are one study, so that what is done is not repeated and controls are shared. */
const studyOf = ({ id }: Pair): string => `first-try-${id}`

/**
 * Runs every method that fits a pair with nothing set, and its control. A method whose runs are not over is left out;
 * one that fails is in, as failed.
 * @param onTrial called as each method is through
 */
export async function tryPair(place: Place, trainer: Trainer, pair: Pair, options: TryOptions, onTrial: (trial: Trial) => void): Promise<Trial[]> {
  const engine = await place.engine()
  const { methods, architectures } = engine.catalogue()
  const trained = new Trained(place, studyOf(pair), trainer)
  const shelf = async (): Promise<SettingsShelf> => ({
    datasets: (await place.library.datasets.list()).datasets, models: (await place.library.models.list()).models, architectures
  })
  const method = (id: string): MethodSummary | undefined => methods.find((candidate) => candidate.id === id)
  const model = 'model' in pair.source ? pair.source.model : await sourceOf(pair.source.network)
  if (model === undefined) return []

  async function sourceOf(network: string): Promise<ModelRef | undefined> {
    // Pairs with the same source share its model.
    const run = await new Trained(place, 'first-try-sources', trainer).one(completeSpec({
      source: { model: archRef(network) }, target: { dataset: pair.sourceData }, method: { id: 'scratch' }
    }, method('scratch'), await shelf()))
    return run.state === 'done' ? runRef(run.id) : undefined
  }

  const known = await shelf()
  const trials: Trial[] = []
  const seeds = options.quick ? 1 : options.seeds ?? pair.seeds
  for (const candidate of methods) {
    if (place.signal.aborted) break
    if (!isAsked(candidate, pair, options)) continue
    const spec = completeSpec({
      source: { model, ...(candidate.needs.sourceData && { dataset: pair.sourceData }) },
      target: {
        dataset: pair.target, labels: pair.labels,
        ...(pair.domain !== undefined && { domain: pair.domain }), ...(pair.testSplit && { testSplit: pair.testSplit })
      },
      method: { id: candidate.id }
    }, candidate, known)
    if ((await engine.check(spec)).length > 0) continue
    const trial = await tryMethod(spec, pair, seeds, place, trained)
    if (!trial) continue
    trials.push(trial)
    onTrial(trial)
  }
  return trials
}

function isAsked({ id, needs }: MethodSummary, pair: Pair, { quick, only }: TryOptions): boolean {
  if (twinRoles.some((role) => role === id)) return false
  if (only && !only.includes(id)) return false
  if (quick && !pair.quick?.includes(id)) return false
  return (needs.targetLabels !== 'none') === (pair.labels !== 'none')
}

async function tryMethod(spec: Spec, pair: Pair, seeds: number, place: Place, trained: Trained): Promise<Trial | undefined> {
  const catalogue = (await place.engine()).catalogue()
  const both = await Promise.all(Array.from({ length: seeds }, async (_, turn) => {
    const own = withSeed(spec, spec.training.seed + turn)
    const twin = deriveTwins(own, await findTwinFacts(own, place.library, catalogue)).twins.find(({ role }) => role === pair.control)
    return { run: await trained.one(own), ...(twin && { twin: await trained.one(twin.spec) }) }
  }))
  const runs = both.map(({ run }) => run)
  if (runs.some(({ state }) => state !== 'done' && state !== 'failed')) return undefined
  const pairs = both.flatMap(({ run, twin }): { run: Run, twin: Run }[] => twin ? [{ run, twin }] : [])
  const { difference, verdict, reason, steps } = await comparePairs(place.library, pairs)
  return {
    pair: pair.id, method: spec.method.id, states: runs.map(({ state }) => state), unlearned: runs.some(({ unlearned }) => unlearned !== undefined),
    rescues: runs.reduce((sum, run) => sum + (run.rescues?.length ?? 0), 0), score: scoreOf(runs),
    ...(pairs.length > 0 && {
      control: {
        name: pair.control, score: scoreOf(pairs.map(({ twin }) => twin)),
        ...(difference !== undefined && { difference }), ...(verdict && { verdict }), ...(reason && { reason }), ...(steps && { steps })
      }
    }),
    seconds: runs.reduce((sum, run) => sum + run.seconds, 0)
  }
}
