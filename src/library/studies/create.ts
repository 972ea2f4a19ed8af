import type { Catalogue } from '../../contract/engine'
import { GraftError, type ErrorValue } from '../../contract/errors'
import type { Run, Spec } from '../../contract/runs'
import type { Language } from '../../contract/text'
import type { Place } from '../../contract/workers'
import type { Library } from '../library'
import { checkSpecIn } from '../runs/check'
import { namesOf } from '../run-names'
import { namerOf } from '../../rules/studies/names'
import { keyOf, keyOfSpec, planStudy, type PlannedRun } from '../../rules/studies/plan'
import type { TwinFacts } from '../../rules/studies/twins'
import { idIn, isTrained } from '../../rules/refs'
import { learnedFrom } from '../../rules/specs/learned-from'

interface NewStudy {
  id: string
  specs: readonly Spec[]
  seeds: number
  twins: boolean
  /** A name for the candidates. What sets each of them apart is added. */
  name?: string
  /** The language of the names that are made here; English when absent. */
  language?: Language
  /** Where its runs are computed, if not on this machine: then nothing is judged by what this machine has. */
  place?: Pick<Place, 'memoryBytes' | 'gpus'> | undefined
  /** Finds everything that would stop a spec on this machine; the library's own check when absent, and for a place. */
  check?(spec: Spec): Promise<ErrorValue[]>
}

/** Looks up what is needed to derive the twins of a spec. @throws `dataset-not-found` for the target */
export async function findTwinFacts(
  spec: Spec, library: Library, { methods, architectures }: Pick<Catalogue, 'methods' | 'architectures'>
): Promise<TwinFacts> {
  const { model } = spec.source
  const target = await library.datasets.get(spec.target.dataset)
  const trained = isTrained(model) ? await library.models.get(model) : undefined
  const runId = idIn('run', model)
  const id = spec.source.dataset ?? (runId === undefined ? undefined : learnedFrom((await library.runs.get(runId)).spec).dataset)
  const sourceData = id === undefined ? undefined : await library.datasets.get(id).catch(() => undefined)
  const { batchNormalisation } = trained ?? architectures.find((architecture) => architecture.id === idIn('arch', model)) ?? {}
  return {
    methods, target, batchNormalisation, ...(sourceData && { sourceData }),
    ...(trained && { sourceClasses: trained.classes, architecture: trained.architecture })
  }
}

/**
 * Creates the missing runs of a study, all in state `queued`. Gives all its runs in the order to train them: seed by seed,
 * candidates before their twins. A run of this study with the same spec is reused, so a study that was stopped can go on.
 * A twin that could not start is left out, and its candidate says why.
 * @throws GraftError if a candidate could not start; nothing is created then
 */
export async function createStudy(
  library: Library, catalogue: Pick<Catalogue, 'methods' | 'architectures'>, study: NewStudy
): Promise<Run[]> {
  const planned = await plannedRuns(library, catalogue, study)

  const known = new Map((await library.runs.ofStudy(study.id))
    .map((run) => [`${run.study?.role ?? ''} ${keyOfSpec(run.spec)}`, run]))
  const runs = new Map<string, Run>()
  const nameOf = namerOf(planned, { methods: catalogue.methods, language: study.language ?? 'en', name: study.name })
  for (const plan of planned) {
    const { key, spec, role } = plan
    const existing = known.get(key)
    const names = existing?.names ?? await namesOf(spec, library, catalogue)
    runs.set(key, existing ?? await library.runs.create(spec, { names, name: nameOf(plan, names), study: { id: study.id, role } }))
  }
  for (const { key, role, twins, notes } of planned) {
    if (role !== 'candidate') continue
    const ids = Object.fromEntries(Object.entries(twins).flatMap(([twin, twinKey]) => {
      const run = runs.get(twinKey)
      return run ? [[twin, run.id]] : []
    }))
    const wanted = {
      id: study.id, role, ...(Object.keys(ids).length > 0 && { twins: ids }), ...(notes.length > 0 && { notes })
    }
    const run = runs.get(key)!
    if (keyOf(run.study) !== keyOf(wanted)) runs.set(key, await library.runs.update(run.id, (now) => ({ ...now, study: wanted })))
  }
  return [...runs.values()]
}

/** The runs of a study as they would be made; nothing is. @throws GraftError if a candidate could not start */
export async function plannedRuns(
  library: Library, catalogue: Pick<Catalogue, 'methods' | 'architectures'>, study: Pick<NewStudy, 'specs' | 'twins' | 'seeds' | 'check' | 'place'>
): Promise<PlannedRun[]> {
  const { place } = study
  const check = place === undefined && study.check ? study.check : (spec: Spec) => checkSpecIn(spec, library, catalogue, place)
  // Check before looking up facts: the check names the field of what is missing.
  for (const spec of study.specs) refuse(await check(spec))
  const specs = await Promise.all(study.specs.map(async (spec) =>
    study.twins ? { spec, facts: await findTwinFacts(spec, library, catalogue) } : { spec }))
  return withoutRefused(planStudy(specs, study.seeds), check)
}

async function withoutRefused(planned: PlannedRun[], check: (spec: Spec) => Promise<ErrorValue[]>): Promise<PlannedRun[]> {
  const refused = new Map<string, ErrorValue>()
  for (const { key, role, spec } of planned) {
    const problems = await check(spec)
    if (role === 'candidate') refuse(problems)
    else if (problems[0]) refused.set(key, problems[0])
  }
  return planned.filter(({ key }) => !refused.has(key)).map((run) => {
    const left = Object.entries(run.twins).flatMap(([role, key]) => {
      const problem = refused.get(key)
      return problem ? [{ en: `No ${role} twin: ${problem.message.en}`, zh: `没有 ${role} 对照运行：${problem.message.zh}` }] : []
    })
    return { ...run, notes: [...run.notes, ...left] }
  })
}

function refuse([problem, ...others]: readonly ErrorValue[]): void {
  if (!problem) return
  const details = others.map(({ message }) => message.en).join('\n')
  throw GraftError.fromValue({ ...problem, ...(details !== '' && { details }) })
}
