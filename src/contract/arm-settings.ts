import type { MethodSummary } from './methods'
import type { Parameter } from './parameters'
import type { Language } from './text'
import { trainingParameters } from './training'

const nothing = '–'

/** How values are told that no schema words. */
interface Words {
  numberText?: (value: number) => string
  /** What a block of the network is called. */
  blockName?: (block: string) => string
}

/** Grants, and what is tested on, where they are words and not numbers. */
const words: Record<string, Record<string, Record<Language, string>>> = {
  'target.labels': { all: { en: 'all', zh: '全部' }, none: { en: 'none', zh: '无' } },
  'target.validationLabels': { all: { en: 'all', zh: '全部' } },
  'target.testSplit': {
    test: { en: 'test images', zh: '测试图像' }, validation: { en: 'validation images', zh: '验证图像' }, all: { en: 'all images', zh: '全部图像' }
  }
}

function worded(value: unknown, parameter: Parameter | undefined, language: Language, { numberText = String, blockName = String }: Words): string {
  if (Array.isArray(value)) {
    const named = parameter?.kind === 'blocks' ? value.map((block) => blockName(String(block))) : value
    return named.length === 0 ? nothing : named.join(language === 'zh' ? '、' : ', ')
  }
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
  path: string, value: unknown, method: MethodSummary | undefined, language: Language, told: Words = {}
): string {
  if (path === 'method.id') return method?.title[language] ?? String(value)
  const label = parameterAt(path, method)?.label[language] ?? places[path]?.[language] ?? path
  return `${label} ${settingValue(path, value, method, language, told)}`
}

/** The setting's value alone. */
export const settingValue = (
  path: string, value: unknown, method: MethodSummary | undefined, language: Language, told: Words = {}
): string => (typeof value === 'string' ? words[path]?.[value]?.[language] : undefined) ?? worded(value, parameterAt(path, method), language, told)

/** What sets an arm of a study apart: `Fine-tuning · Learning rate 0.01`. */
export const armSettings = (
  settings: Record<string, unknown>, method: MethodSummary | undefined, language: Language, told?: Words
): string => Object.entries(settings).map(([path, value]) => settingWords(path, value, method, language, told)).join(' · ')
