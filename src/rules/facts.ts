import type { Dataset } from '../contract/datasets'
import type { ErrorValue } from '../contract/errors'
import type { MethodSummary } from '../contract/methods'
import type { ArchitectureSummary, ModelRef, ModelSummary } from '../contract/models'
import type { Condition, Parameters, ParameterValue } from '../contract/parameters'
import type { Spec } from '../contract/runs'
import type { Text } from '../contract/text'
import { idIn, isFresh, readRef } from './refs'

/** What a spec names, looked up: the thing itself, or why it could not be had. */
export type Found<Thing> = { value: Thing } | { error: ErrorValue }

/** The parts of the engine's catalogue that a check needs. */
export interface CheckCatalogue {
  methods: readonly MethodSummary[]
  architectures: readonly ArchitectureSummary[]
}

/** Everything a check looks at besides the spec: nothing in it needs a backend. */
export interface SpecFacts extends CheckCatalogue {
  /** Absent while no target is chosen. */
  target?: Found<Dataset>
  /** Absent where the spec names no source data. */
  sourceData?: Found<Dataset>
  /** Absent for `arch:…`, whose weights are fresh. */
  sourceModel?: Found<ModelSummary>
  /** Saved models that parameters name, by reference. */
  teachers?: ReadonlyMap<ModelRef, Found<ModelSummary>>
  /** Specs of the runs that the source and those models come of, as far back as they are known; only where it is not tested on the test split. */
  before?: readonly Pick<Spec, 'source' | 'target'>[]
}

export const valueOf = <Thing>(found: Found<Thing> | undefined): Thing | undefined =>
  found !== undefined && 'value' in found ? found.value : undefined

/** The source of a spec, or of what there is of one so far: nothing is held against what is not chosen yet. */
export interface ChosenSource { source: { model?: ModelRef | undefined, dataset?: string | undefined, domains?: readonly string[] | undefined } }

/** Whether the source is an architecture, whose weights are fresh. */
export const startsFresh = ({ source }: ChosenSource): boolean => source.model !== undefined && isFresh(source.model)

/** The source's architecture: the fresh one, or that of the saved model. */
export function architectureIn(
  { source }: ChosenSource, { sourceModel, architectures }: Pick<SpecFacts, 'sourceModel' | 'architectures'>
): ArchitectureSummary | undefined {
  const id = idIn('arch', source.model) ?? valueOf(sourceModel)?.architecture
  return architectures.find((architecture) => architecture.id === id)
}

/** The values that a spec gives to its method's parameters of a kind, by parameter. */
function valuesOfKind(kind: 'blocks' | 'models', parameters: Parameters, values: Readonly<Record<string, ParameterValue>>): [string, string[]][] {
  return Object.entries(parameters).flatMap(([name, parameter]): [string, string[]][] => {
    const value = values[name]
    return parameter.kind === kind && Array.isArray(value) ? [[name, value]] : []
  })
}

const parametersIn = ({ method }: Spec, { methods }: Pick<CheckCatalogue, 'methods'>): Parameters =>
  methods.find(({ id }) => id === method.id)?.parameters ?? {}

/** Names of blocks that the spec gives to its method's parameters, by parameter. */
export const blocksIn = (spec: Spec, catalogue: Pick<CheckCatalogue, 'methods'>): [string, string[]][] =>
  valuesOfKind('blocks', parametersIn(spec, catalogue), spec.method.params)

/** Saved models that the spec gives to its method's parameters, by parameter; a text that is no reference is the schema's to refuse. */
export const modelsIn = (spec: Spec, catalogue: Pick<CheckCatalogue, 'methods'>): [string, ModelRef[]][] =>
  valuesOfKind('models', parametersIn(spec, catalogue), spec.method.params)
    .map(([name, refs]) => [name, refs.flatMap((ref) => readRef(ref) ?? [])])

/** Saved models that parameters of kind `models` name, each once. */
export const modelsNamed = (parameters: Parameters, values: Readonly<Record<string, ParameterValue>>): ModelRef[] =>
  [...new Set(valuesOfKind('models', parameters, values).flatMap(([, refs]) => refs.flatMap((ref) => readRef(ref) ?? [])))]

/** Whether a spec reads this model: as its source, or as one of the models that its method combines. */
export const readsModel = (spec: Spec, ref: ModelRef, catalogue: Pick<CheckCatalogue, 'methods'>): boolean =>
  spec.source.model === ref || modelsNamed(parametersIn(spec, catalogue), spec.method.params).includes(ref)

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
