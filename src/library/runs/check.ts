import { totalmem } from 'node:os'
import type { Dataset } from '../../contract/datasets'
import { toErrorValue, type ErrorValue } from '../../contract/errors'
import type { ModelRef, ModelSummary } from '../../contract/models'
import type { Run, Spec } from '../../contract/runs'
import type { Place } from '../../contract/workers'
import { modelsIn, startsFresh, type CheckCatalogue, type Found, type SpecFacts } from '../../rules/facts'
import { checkPrecision } from '../../rules/settings/bfloat16'
import { checkMemory } from '../../rules/advice/memory'
import { idIn } from '../../rules/refs'
import { checkSpec } from '../../rules/specs/check'
import { bfloat16Here } from './processor'

/** The questions a check asks of the library. */
interface CheckLibrary {
  datasets: { get(id: string): Promise<Dataset> }
  models: { get(ref: ModelRef): Promise<ModelSummary> }
  runs: { get(id: string): Promise<Pick<Run, 'spec'>> }
}

/** Looks up what the spec names. Never throws for what is missing: that is what the check reports. */
export async function specFacts(spec: Spec, library: CheckLibrary, catalogue: CheckCatalogue): Promise<SpecFacts> {
  const find = async <Thing>(thing: Promise<Thing>): Promise<Found<Thing>> => {
    try {
      return { value: await thing }
    } catch (error) {
      return { error: toErrorValue(error) }
    }
  }
  const facts: SpecFacts = {
    methods: catalogue.methods,
    architectures: catalogue.architectures,
    target: await find(library.datasets.get(spec.target.dataset))
  }
  if (spec.source.dataset !== undefined) facts.sourceData = await find(library.datasets.get(spec.source.dataset))
  if (!startsFresh(spec)) facts.sourceModel = await find(library.models.get(spec.source.model))
  const teachers = new Map<ModelRef, Found<ModelSummary>>()
  for (const [, refs] of modelsIn(spec, facts)) {
    for (const ref of refs) teachers.set(ref, await find(library.models.get(ref)))
  }
  const elsewhere = (spec.target.testSplit ?? 'test') !== 'test'
  return { ...facts, teachers, ...(elsewhere && { before: await specsBefore(spec, library, catalogue) }) }
}

/** The specs of the runs that a spec's models come of, of those that theirs come of, and so on; those that are gone are not known. */
async function specsBefore(spec: Spec, { runs }: Pick<CheckLibrary, 'runs'>, catalogue: CheckCatalogue): Promise<Spec[]> {
  const seen = new Set<string>()
  const found: Spec[] = []
  const waiting = [spec]
  for (let current = waiting.pop(); current; current = waiting.pop()) {
    for (const ref of [current.source.model, ...modelsIn(current, catalogue).flatMap(([, refs]) => refs)]) {
      const id = idIn('run', ref)
      if (id === undefined || seen.has(id)) continue
      seen.add(id)
      // A run that is gone is reported where it is named itself.
      const before = await runs.get(id).catch(() => undefined)
      if (before) {
        found.push(before.spec)
        waiting.push(before.spec)
      }
    }
  }
  return found
}

/**
 * Everything that would stop this spec, as far as it can be told without a backend; empty when it can start. One that is
 * computed elsewhere is held to what that place sets aside for a run, and not to this machine.
 */
export async function checkSpecIn(spec: Spec, library: CheckLibrary, catalogue: CheckCatalogue, place?: Pick<Place, 'memoryBytes' | 'gpus'>): Promise<ErrorValue[]> {
  const facts = await specFacts(spec, library, catalogue)
  const method = catalogue.methods.find(({ id }) => id === spec.method.id)
  const precision = method && spec.training.precision === 'bfloat16' ? checkPrecision(method, spec, place ? undefined : await bfloat16Here()) : []
  return [...checkSpec(spec, facts), ...precision, ...checkMemory(spec, facts, { here: totalmem(), place })]
}
