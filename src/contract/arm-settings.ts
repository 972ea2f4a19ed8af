import type { MethodSummary } from './methods'
import type { Parameter } from './parameters'
import type { Language } from './text'
import { trainingParameters } from './training'

const nothing = '–'
type NumberText = (value: number) => string

function worded(value: unknown, parameter: Parameter | undefined, language: Language, numberText: NumberText): string {
  if (Array.isArray(value)) return value.length === 0 ? nothing : value.join(language === 'zh' ? '、' : ', ')
  if (parameter?.kind === 'choice') return parameter.options.find((option) => option.value === value)?.label[language] ?? String(value)
  if (typeof value === 'number') return numberText(value)
  if (typeof value === 'boolean') return value ? '✓' : '✗'
  if (typeof value === 'object' && value !== null && 'perClass' in value) {
    return language === 'zh' ? `每类 ${String(value.perClass)} 张` : `${String(value.perClass)} per class`
  }
  return String(value)
}

const places: Record<string, Record<Language, string>> = {
  'target.labels': { en: 'Labels', zh: '标签' }, 'target.validationLabels': { en: 'Labels that choose', zh: '用于选择的标签' },
  'target.dataset': { en: 'Target', zh: '目标' }, 'target.domain': { en: 'Domain', zh: '域' },
  'target.testSplit': { en: 'Tested on', zh: '测试所用' }, 'source.domains': { en: 'Source domains', zh: '源域' },
  'source.model': { en: 'Source', zh: '源' }, 'source.dataset': { en: 'Source images', zh: '源图像' }, device: { en: 'Device', zh: '设备' }
}

/** What a dotted path of a spec names in the schemas: a training setting, or a parameter of the method. */
function parameterAt(path: string, method: MethodSummary | undefined): Parameter | undefined {
  const training: Record<string, Parameter> = trainingParameters
  const [, group, name] = /^(method\.params|training)\.(.+)$/.exec(path) ?? []
  return name === undefined ? undefined : group === 'training' ? training[name] : method?.parameters[name]
}

/** One setting of a spec, by its dotted path, in the words of the schemas: `Learning rate 0.01`. */
export function settingWords(
  path: string, value: unknown, method: MethodSummary | undefined, language: Language, numberText: NumberText = String
): string {
  if (path === 'method.id') return method?.title[language] ?? String(value)
  const label = parameterAt(path, method)?.label[language] ?? places[path]?.[language] ?? path
  return `${label} ${settingValue(path, value, method, language, numberText)}`
}

/** The setting's value alone. */
export const settingValue = (
  path: string, value: unknown, method: MethodSummary | undefined, language: Language, numberText: NumberText = String
): string => worded(value, parameterAt(path, method), language, numberText)

/** What sets an arm of a study apart: `Fine-tuning · Learning rate 0.01`. */
export const armSettings = (
  settings: Record<string, unknown>, method: MethodSummary | undefined, language: Language, numberText?: NumberText
): string => Object.entries(settings).map(([path, value]) => settingWords(path, value, method, language, numberText)).join(' · ')
