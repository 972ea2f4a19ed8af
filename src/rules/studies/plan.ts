import type { Spec, TwinRole } from '../../contract/runs'
import type { Text } from '../../contract/text'
import { deriveTwins, type TwinFacts } from './twins'

/** A run that a study needs. A candidate names its twins by their keys. */
export interface PlannedRun {
  key: string
  role: 'candidate' | TwinRole
  spec: Spec
  twins: Partial<Record<TwinRole, string>>
  notes: Text[]
}

/** A spec as text. Equal specs have the same text, whatever the order of their fields. */
export function keyOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(keyOf).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const fields = Object.entries(value).filter(([, entry]) => entry !== undefined).sort(([a], [b]) => a < b ? -1 : 1)
  return `{${fields.map(([name, entry]) => `${JSON.stringify(name)}:${keyOf(entry)}`).join(',')}}`
}

/** Parameters of methods that came later, as runs were computed before there were any. */
const asBefore: Spec['method']['params'] = { keepRows: false }

/** A spec as a key: why its settings were chosen makes no other run of it, nor does a later parameter that is as it was before. */
export function keyOfSpec({ chosen: _, method, ...spec }: Spec): string {
  const params = Object.fromEntries(Object.entries(method.params).filter(([name, value]) => value !== asBefore[name]))
  return keyOf({ ...spec, method: { ...method, params } })
}

/** The spec with another seed. */
export const withSeed = (spec: Spec, seed: number): Spec => ({ ...spec, training: { ...spec.training, seed } })

/**
 * All runs of a study, seed by seed, each candidate before its twins. Equal runs are planned once: arms share a twin if
 * they differ in nothing that the twin depends on.
 * @param seeds how many seeds each spec is run with, counting up from its own
 */
export function planStudy(specs: readonly { spec: Spec, facts?: TwinFacts }[], seeds: number): PlannedRun[] {
  const planned = new Map<string, PlannedRun>()
  const plan = (role: PlannedRun['role'], spec: Spec): PlannedRun => {
    const key = `${role} ${keyOfSpec(spec)}`
    const run = planned.get(key) ?? { key, role, spec, twins: {}, notes: [] }
    planned.set(key, run)
    return run
  }
  for (let turn = 0; turn < seeds; turn++) {
    for (const { spec: own, facts } of specs) {
      const spec = withSeed(own, own.training.seed + turn)
      const candidate = plan('candidate', spec)
      if (!facts) continue
      const { twins, notes } = deriveTwins(spec, facts)
      candidate.notes = notes
      for (const twin of twins) candidate.twins[twin.role] = plan(twin.role, twin.spec).key
    }
  }
  return [...planned.values()]
}
