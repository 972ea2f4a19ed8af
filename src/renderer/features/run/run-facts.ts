import type { MethodSummary } from '../../../contract/methods'
import type { Run } from '../../../contract/runs'
import type { Text } from '../../../contract/text'
import { trainingParameters } from '../../../contract/training'
import { trainingCounts } from '../../../rules/methods/counts'
import { visibleParameters } from '../../shared/forms'

interface Fact {
  name: string
  label: Text
  value: Text | string | number | boolean
  /** Why Graft chose it; absent where somebody set it. */
  why?: Text
}

/** A run's method and training settings with their labels, as its schema names them. */
export function settingsFacts(run: Run, method: MethodSummary | undefined, blockName: (block: string) => string = (block) => block): Fact[] {
  const groups = [
    { parameters: method?.parameters ?? {}, values: run.spec.method.params, chosen: run.spec.chosen ?? {} },
    { parameters: trainingParameters, values: run.spec.training, chosen: run.spec.chosen ?? {} }
  ]
  return groups.flatMap(({ parameters, values, chosen }) => {
    const { plain, advanced } = visibleParameters(parameters, values)
    const counting = [...plain, ...advanced].filter(({ name }) => parameters !== trainingParameters || trainingCounts(method, name))
    return counting.map(({ name, parameter }) => {
      const value: unknown = Object.entries(values).find(([key]) => key === name)?.[1] ?? parameter.default
      const option = parameter.kind === 'choice' ? parameter.options.find((candidate) => candidate.value === value) : undefined
      const shown = Array.isArray(value) ? value.map((part: unknown) => parameter.kind === 'blocks' ? blockName(String(part)) : String(part)).join(', ') || '–' : value
      const why = Object.entries(chosen).find(([key]) => key === name)?.[1]
      return { name, ...(why && { why }), label: parameter.label, value: option?.label ?? (typeof shown === 'number' || typeof shown === 'boolean' ? shown : String(shown)) }
    })
  })
}
