import type { Dataset } from '../contract/datasets'
import type { ErrorValue } from '../contract/errors'
import type { MethodSummary } from '../contract/methods'
import type { ArchitectureSummary, ModelRef, ModelSummary } from '../contract/models'
import type { Condition, ParameterValue } from '../contract/parameters'
import type { Spec } from '../contract/runs'
import type { Text } from '../contract/text'

/** What a spec names, looked up: the thing itself, or why it could not be had. */
export type Found<Thing> = { value: Thing } | { error: ErrorValue }

/** The parts of the engine's catalogue that a check needs. */
export interface CheckCatalogue {
  methods: readonly MethodSummary[]
  architectures: readonly ArchitectureSummary[]
}

/** Everything a check looks at besides the spec: nothing in it needs a backend. */
export interface SpecFacts extends CheckCatalogue {
  target: Found<Dataset>
  /** Absent where the spec names no source data. */
  sourceData?: Found<Dataset>
  /** Absent for `arch:…`, whose weights are fresh. */
  sourceModel?: Found<ModelSummary>
  /** Saved models that parameters name, by reference. */
  teachers?: ReadonlyMap<ModelRef, Found<ModelSummary>>
}

export const valueOf = <Thing>(found: Found<Thing> | undefined): Thing | undefined =>
  found !== undefined && 'value' in found ? found.value : undefined

/** Whether the source is an architecture, whose weights are fresh. */
export const startsFresh = ({ source }: Pick<Spec, 'source'>): boolean => source.model.startsWith('arch:')

/** The source's architecture: the fresh one, or that of the saved model. */
export function architectureIn({ source }: Pick<Spec, 'source'>, { sourceModel, architectures }: SpecFacts): ArchitectureSummary | undefined {
  const id = source.model.startsWith('arch:') ? source.model.slice('arch:'.length) : valueOf(sourceModel)?.architecture
  return architectures.find((architecture) => architecture.id === id)
}

/** The values of the method's parameters of a kind, by parameter. */
export function valuesOfKind(spec: Spec, facts: CheckCatalogue, kind: 'blocks' | 'models'): [string, string[]][] {
  const parameters = facts.methods.find(({ id }) => id === spec.method.id)?.parameters ?? {}
  return Object.entries(parameters).flatMap(([name, parameter]): [string, string[]][] => {
    const value = spec.method.params[name]
    return parameter.kind === kind && Array.isArray(value) ? [[name, value]] : []
  })
}

/** The value of a method's parameter: the spec's, or the default. */
export const settingOf = ({ parameters }: MethodSummary, { method }: Spec, name: string): ParameterValue | undefined =>
  method.params[name] ?? parameters[name]?.default

export function holds(condition: Condition | undefined, method: MethodSummary, spec: Spec): condition is Condition {
  const value = condition && settingOf(method, spec, condition.parameter)
  return condition !== undefined && !Array.isArray(value) && value !== undefined && condition.in.includes(value)
}

export const listed = (ids: readonly string[]): string => ids.length === 0 ? '–' : ids.join(', ')

export function problem(code: string, field: string, message: Text, remedy?: Text): ErrorValue {
  return { code, field, usage: true, message, ...(remedy && { remedy }) }
}

export function foundProblem<Thing>(found: Found<Thing> | undefined, field: string): ErrorValue[] {
  return found !== undefined && 'error' in found ? [{ ...found.error, field, usage: true }] : []
}
