import type { BlockSummary } from '../../../contract/models'
import type { Parameters, ParameterValue } from '../../../contract/parameters'
import type { Language } from '../../../contract/text'
import { formatCount, formatNumber } from '../format'
import { visibleParameters } from './visible-parameters'

/** The plain settings and the changed advanced ones in a line: `Epochs 10 · Batch size 64`. */
export function settingsSummary(
  parameters: Parameters, values: Record<string, ParameterValue>, changed: readonly string[], language: Language, blocks: readonly BlockSummary[] = []
): string {
  const titleOf = (name: string): string => blocks.find((block) => block.name === name)?.title ?? name
  const { plain, advanced } = visibleParameters(parameters, values)
  return [...plain, ...advanced.filter(({ name }) => changed.includes(name))].map(({ name, parameter }) => {
    const value = values[name] ?? parameter.default
    const label = parameter.label[language]
    if (parameter.kind === 'choice') {
      return `${label} ${parameter.options.find((option) => option.value === value)?.label[language] ?? String(value)}`
    }
    if (typeof value === 'boolean') return `${label} ${value ? '✓' : '✗'}`
    if (Array.isArray(value) && parameter.kind === 'models') return `${label} ${formatCount(value.length)}`
    if (Array.isArray(value)) return `${label} ${value.length === 0 ? '–' : value.map(titleOf).join(', ')}`
    return `${label} ${typeof value === 'number' ? formatNumber(value) : value}`
  }).join(' · ')
}
