import type { MethodSummary } from '../../../contract/methods'
import type { Parameter, ParameterValue } from '../../../contract/parameters'
import type { Run } from '../../../contract/runs'
import type { Text } from '../../../contract/text'
import { trainingParameters } from '../../../contract/training'
import { labelsShort } from '../../../rules/format/labels'
import { trainingCounts } from '../../../rules/methods/counts'

/** A value as data, for the screen to word: text of a schema, a plain name, a number, or nothing. */
export type SettingValue = Text | string | number | boolean | undefined

export interface SettingRow {
  /** Stable name, e.g. `training.epochs`: the column's name in the exported table. */
  key: string
  /** The schema's label; absent for what only the screen has a word for. */
  label?: Text
  /** One value per run, in the runs' order. */
  values: SettingValue[]
  differs: boolean
}

const identity = (value: SettingValue): string => JSON.stringify(value ?? null)

function row(key: string, values: SettingValue[], label?: Text, compared: readonly SettingValue[] = values): SettingRow {
  return { key, ...(label && { label }), values, differs: new Set(compared.map(identity)).size > 1 }
}

/** A parameter's value in the schema's words: a choice's label, a list joined. */
function worded(value: ParameterValue | undefined, parameter: Parameter | undefined, nameOf: (part: string) => string): SettingValue {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(nameOf).join(', ')
  if (parameter?.kind === 'choice') return parameter.options.find((option) => option.value === value)?.label ?? value
  return value
}

/** Names of parameters that any of the runs has, in the schema's order first. */
function namesOf(records: readonly Record<string, unknown>[], schema: Record<string, Parameter>): string[] {
  const used = new Set(records.flatMap((record) => Object.keys(record)))
  return [...new Set([...Object.keys(schema).filter((name) => used.has(name)), ...used])]
}

const labelsOf = ({ spec: { target }, metrics: { validation } }: Run): SettingValue => ({
  en: labelsShort(target, 'en', validation !== undefined), zh: labelsShort(target, 'zh', validation !== undefined)
})

/** A parameter that its schema hides at these settings says nothing: momentum under Adam. */
function shown(parameter: Parameter | undefined, record: Record<string, unknown>): boolean {
  const when = parameter?.when
  return when === undefined || when.in.some((value) => value === record[when.parameter])
}

/** Every setting of the runs side by side, with the rows marked in which they differ. */
export function settingRows(
  runs: readonly Run[], methods: readonly MethodSummary[], datasetName: (id: string) => string = (id) => id,
  /** What a block of a run's network is called. */
  blockName: (run: Run, block: string) => string = (_, block) => block
): SettingRow[] {
  const methodOf = (run: Run): MethodSummary | undefined => methods.find(({ id }) => id === run.spec.method.id)
  const methodParameters: Record<string, Parameter> = Object.assign({}, ...runs.map((run) => methodOf(run)?.parameters ?? {}))
  const training: Record<string, Parameter> = trainingParameters
  const parameterRows = (
    prefix: string, schema: Record<string, Parameter>, read: (run: Run) => Record<string, ParameterValue>,
    counts: (run: Run, name: string) => boolean = () => true
  ) => namesOf(runs.map(read), schema).map((name) => {
    const nameIn = (run: Run) => (part: string): string => schema[name]?.kind === 'blocks' ? blockName(run, part) : part
    const valueIn = (run: Run): SettingValue =>
      counts(run, name) && shown(schema[name], read(run)) ? worded(read(run)[name], schema[name], nameIn(run)) : undefined
    // That it means nothing to another run's method is said by the method.
    return row(`${prefix}.${name}`, runs.map(valueIn), schema[name]?.label, runs.filter((run) => counts(run, name)).map(valueIn))
  }).filter(({ values }) => values.some((value) => value !== undefined))

  return [
    row('source.model', runs.map((run) => run.names.source)),
    row('source.dataset', runs.map(({ spec: { source } }) => source.dataset === undefined ? undefined : datasetName(source.dataset))),
    row('target.dataset', runs.map((run) => run.names.target)),
    row('target.labels', runs.map(labelsOf)),
    row('method', runs.map((run) => methodOf(run)?.title ?? run.names.method)),
    ...parameterRows('method', methodParameters, (run) => run.spec.method.params),
    ...parameterRows('training', training, (run) => run.spec.training, (run, name) => trainingCounts(methodOf(run), name)),
    row('device', runs.map((run) => run.backend === undefined ? run.spec.device : run.backend.kind)),
    row('library', runs.map((run) => run.backend?.library))
  ].filter(({ values }) => values.some((value) => value !== undefined))
}
