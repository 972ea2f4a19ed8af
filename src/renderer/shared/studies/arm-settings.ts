import type { MethodSummary } from '../../../contract/methods'
import type { Parameter } from '../../../contract/parameters'
import type { Language } from '../../../contract/text'
import { trainingParameters } from '../../../contract/training'
import { formatNumber } from '../format'

const nothing = '–'

function worded(value: unknown, parameter: Parameter | undefined, language: Language): string {
  if (Array.isArray(value)) return value.length === 0 ? nothing : value.join(language === 'zh' ? '、' : ', ')
  if (parameter?.kind === 'choice') return parameter.options.find((option) => option.value === value)?.label[language] ?? String(value)
  if (typeof value === 'number') return formatNumber(value)
  if (typeof value === 'boolean') return value ? '✓' : '✗'
  if (typeof value === 'object' && value !== null && 'perClass' in value) {
    return language === 'zh' ? `每类 ${String(value.perClass)} 张` : `${String(value.perClass)} a class`
  }
  return String(value)
}

const places: Record<string, Record<Language, string>> = {
  'target.labels': { en: 'Labels', zh: '标签' }, 'target.dataset': { en: 'Target', zh: '目标' }, 'target.domain': { en: 'Domain', zh: '域' },
  'source.model': { en: 'Source', zh: '源' }, 'source.dataset': { en: 'Source images', zh: '源图像' }, device: { en: 'Device', zh: '设备' }
}

/** What sets an arm of a study apart, in the words of the schemas: `Fine-tuning · Learning rate 0.01`. */
export function armSettings(settings: Record<string, unknown>, method: MethodSummary | undefined, language: Language): string {
  const training: Record<string, Parameter> = trainingParameters
  return Object.entries(settings).map(([path, value]) => {
    if (path === 'method.id') return method?.title[language] ?? String(value)
    const [, group, name] = /^(method\.params|training)\.(.+)$/.exec(path) ?? []
    const parameter = name === undefined ? undefined : group === 'training' ? training[name] : method?.parameters[name]
    return `${parameter?.label[language] ?? places[path]?.[language] ?? path} ${worded(value, parameter, language)}`
  }).join(' · ')
}
