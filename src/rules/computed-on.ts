import type { Run } from '../contract/runs'
import type { Text } from '../contract/text'
import { backendText } from './format/records'

/** That runs were computed with different things, where they were: the last digits depend on it. Undefined where all were computed alike. */
export function computedDifferently(runs: readonly Pick<Run, 'backend'>[]): Text | undefined {
  const inWords = (language: 'en' | 'zh'): string[] => [...new Set(runs.flatMap(({ backend }) => backend ? [backendText(backend, language)] : []))]
  const [en, zh] = [inWords('en'), inWords('zh')]
  if (en.length < 2) return undefined
  return {
    en: `They were computed with different things, on which the last digits depend: ${en.join('; ')}.`,
    zh: `它们由不同的设备或软件计算，数值的末位取决于此：${zh.join('；')}。`
  }
}
