import type { MethodSummary } from '../../../contract/methods'
import type { Parameter, ParameterValue } from '../../../contract/parameters'
import type { Spec } from '../../../contract/runs'
import type { DepthKind, GridValue, StartWanted } from '../../../contract/studies'
import { trainingParameters } from '../../../contract/training'

/** What the next start takes along: controls, repetitions, and what is varied, as it was typed. */
interface StudyChoices {
  twins: boolean
  seeds: number
  /** Labels per class: numbers and `all`, with commas or spaces between. */
  labels: string
  depths: 'none' | DepthKind
  /** Path in the spec of the setting that is varied; empty where none is. */
  setting: string
  values: string
}
export const noStudy = (): StudyChoices => ({ twins: false, seeds: 1, labels: '', depths: 'none', setting: '', values: '' })

/** The only method that depths are tried with. */
export const depthMethod = 'feature-transfer'

const parts = (text: string, between: RegExp): string[] => [...new Set(text.split(between).map((part) => part.trim()).filter(Boolean))]
const words = (text: string): string[] => parts(text, /[\s,，、;；]+/)

/** Label budgets in order; null where a word is neither a number nor one of the words for all. */
export function readBudgets(text: string): GridValue[] | null {
  const read = words(text).map((word): GridValue | null => {
    if (/^(?:all|全部)$/i.test(word)) return 'all'
    return /^[1-9]\d*$/.test(word) ? { perClass: Number(word) } : null
  })
  return read.includes(null) ? null : read as GridValue[]
}

/** A setting that can be varied by values in a line of text. */
interface VariedSetting { path: string, schema: Parameter }

/** The settings of the training and of the method that take numbers, options or switches. */
export function variedSettings(method: MethodSummary | null): VariedSetting[] {
  const of = (group: string, schemas: Record<string, Parameter>): VariedSetting[] => Object.entries(schemas)
    .filter(([name, { kind }]) => name !== 'seed' && ['number', 'integer', 'choice', 'boolean'].includes(kind))
    .map(([name, schema]) => ({ path: `${group}.${name}`, schema }))
  return [...of('method.params', method?.parameters ?? {}), ...of('training', trainingParameters)]
}

/** The values of a setting that a text names; null where one of them is none. Ranges are checked with the specs. */
export function readValues(text: string, schema: Parameter): ParameterValue[] | null {
  // An option's words may have spaces between them.
  const named = schema.kind === 'choice' ? parts(text, /[,，、;；]/) : words(text)
  const read = named.map((word): ParameterValue | null => {
    if (schema.kind === 'boolean') return /^(?:on|yes|true|是|开)$/i.test(word) ? true : /^(?:off|no|false|否|关)$/i.test(word) ? false : null
    if (schema.kind === 'choice') {
      return schema.options.find(({ value, label }) => [value, label.en, label.zh].some((name) => name.toLowerCase() === word.toLowerCase()))?.value ?? null
    }
    const value = Number(word)
    return Number.isFinite(value) && (schema.kind !== 'integer' || Number.isInteger(value)) ? value : null
  })
  return read.includes(null) ? null : read as ParameterValue[]
}

/** What is asked of main, and which fields hold something that cannot be read. */
export function wantedOf(spec: Spec, choices: StudyChoices, method: MethodSummary | null): { wanted: StartWanted, faults: ('labels' | 'values')[] } {
  const { study, faults } = studyOf(choices, method)
  return { faults, wanted: { spec, ...study } }
}

/** What is run beside the spec or varied of it. */
export function studyOf(choices: StudyChoices, method: MethodSummary | null): { study: Omit<StartWanted, 'spec'>, faults: ('labels' | 'values')[] } {
  const { twins, seeds } = choices
  const faults: ('labels' | 'values')[] = []
  const grid: Record<string, GridValue[]> = {}
  const budgets = readBudgets(choices.labels)
  if (budgets === null) faults.push('labels')
  else if (budgets.length > 0) grid['target.labels'] = budgets
  const varied = variedSettings(method).find(({ path }) => path === choices.setting)
  const values = varied && readValues(choices.values, varied.schema)
  if (values === null) faults.push('values')
  else if (varied && values && values.length > 0) grid[varied.path] = values
  const depths = choices.depths !== 'none' && method?.id === depthMethod ? choices.depths : undefined
  return {
    faults,
    study: {
      ...(twins && { twins }), ...(seeds > 1 && { seeds }), ...(Object.keys(grid).length > 0 && { grid }), ...(depths && { depths })
    }
  }
}
