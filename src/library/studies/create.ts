import type { Catalogue } from '../../contract/engine'
import { GraftError, type ErrorValue } from '../../contract/errors'
import type { Run, Spec } from '../../contract/runs'
import type { Language } from '../../contract/text'
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
  /** What the candidates are called, before what sets each apart. */
  name?: string
  /** Of the names that are made here; English when absent. */
  language?: Language
  /** Everything that would stop a spec; the library's own check when absent. */
  check?(spec: Spec): Promise<ErrorValue[]>
}

/** Looks up what the derivation of a spec's twins needs. @throws `dataset-not-found` for the target */
export async function findTwinFacts(spec: Spec, library: Library, { methods }: Pick<Catalogue, 'methods'>): Promise<TwinFacts> {
  const { model } = spec.source
  const target = await library.datasets.get(spec.target.dataset)
  const trained = isTrained(model) ? await library.models.get(model) : undefined
  const runId = idIn('run', model)
  const id = spec.source.dataset ?? (runId === undefined ? undefined : learnedFrom((await library.runs.get(runId)).spec).dataset)
  const sourceData = id === undefined ? undefined : await library.datasets.get(id).catch(() => undefined)
  return { methods, target, ...(trained && { sourceClasses: trained.classes }), ...(sourceData && { sourceData }) }
}

/**
 * Makes the runs of a study that are not there yet, all in state `queued`, and gives every run of it in the order to
 * train them: candidates before their twins, seed by seed. A run of the same study and spec is taken as it is, so a
 * study that was stopped goes on. A twin that could not start is left out, and its candidate says why.
 * @throws GraftError where a candidate could not start; nothing is made then
 */
export async function createStudy(
  library: Library, catalogue: Pick<Catalogue, 'methods' | 'architectures'>, study: NewStudy
): Promise<Run[]> {
  const check = study.check ?? ((spec: Spec) => checkSpecIn(spec, library, catalogue))
  // Before facts are looked up, so that what is missing is named by its field.
  for (const spec of study.specs) refuse(await check(spec))
  const specs = await Promise.all(study.specs.map(async (spec) =>
    study.twins ? { spec, facts: await findTwinFacts(spec, library, catalogue) } : { spec }))
  const planned = await withoutRefused(planStudy(specs, study.seeds), check)

  const known = new Map((await library.runs.list()).runs.filter((run) => run.study?.id === study.id)
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
