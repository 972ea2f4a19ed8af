import type { Parameter, Parameters, ParameterValue } from '../../../contract/parameters'

interface NamedParameter { name: string, parameter: Parameter }

/** The parameters to show now, plain and advanced apart: those whose `when` holds among the values. */
export function visibleParameters(
  parameters: Parameters, values: Record<string, ParameterValue>
): { plain: NamedParameter[], advanced: NamedParameter[] } {
  const shown = Object.entries(parameters).map(([name, parameter]) => ({ name, parameter })).filter(({ parameter: { when } }) => {
    if (!when) return true
    const value = values[when.parameter]
    return value !== undefined && !Array.isArray(value) && when.in.includes(value)
  })
  return {
    plain: shown.filter(({ parameter }) => !parameter.advanced),
    advanced: shown.filter(({ parameter }) => parameter.advanced)
  }
}
