import type { Catalogue } from '../../contract/engine'
import { GraftError } from '../../contract/errors'
import type { Run } from '../../contract/runs'
import type { Language } from '../../contract/text'
import { isOpen } from '../../rules/states'
import { namerOf } from '../../rules/studies/names'
import { newId } from '../disk'
import type { Library } from '../library'
import { namesOf } from '../run-names'
import { plannedRuns } from './create'

type Known = Pick<Catalogue, 'methods' | 'architectures'>

/**
 * The control that a run is held against, first of all the same network from fresh weights: made in state `queued`, or
 * the one that the run has already, if that has ended well or is still to end.
 * @throws `run-not-found`; `no-control` for a run that can have none; what stops the run's own spec from starting
 */
export async function controlOf(library: Library, catalogue: Known, id: string, language: Language): Promise<{ control: Run, made: boolean }> {
  const run = await library.runs.get(id)
  const planned = await plannedRuns(library, catalogue, { specs: [run.spec], twins: true, seeds: 1 })
  const plan = planned.find(({ role }) => role !== 'candidate')
  const isControl = run.study !== undefined && run.study.role !== 'candidate'
  if (!plan || plan.role === 'candidate' || isControl) throw noControl(isControl ? undefined : planned[0]?.notes[0])

  const before = run.study?.twins?.[plan.role]
  const known = before === undefined ? undefined : await library.runs.get(before).catch(() => undefined)
  if (known && (isOpen(known) || known.state === 'done')) return { control: known, made: false }

  const study = { ...run.study, id: run.study?.id ?? newId(), role: 'candidate' as const }
  const names = await namesOf(plan.spec, library, catalogue)
  const name = namerOf(planned, { methods: catalogue.methods, language })(plan, names)
  const control = await library.runs.create(plan.spec, { names, name, study: { id: study.id, role: plan.role } })
  await library.runs.update(id, (now) => ({ ...now, study: { ...study, twins: { ...study.twins, [plan.role]: control.id } } }))
  return { control, made: true }
}

const noControl = (why = { en: 'It is a control itself, or learned from fresh weights: there is nothing to hold it against.', zh: '它本身就是对照，或从全新权重学习：没有可与之对照的运行。' }): GraftError =>
  new GraftError('no-control', why, { remedy: { en: 'Compare it with another run of the same data.', zh: '请与同一数据的其他运行比较。' } })
