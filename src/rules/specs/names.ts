import type { MethodSummary } from '../../contract/methods'
import type { LabelGrant, Run } from '../../contract/runs'
import type { Language } from '../../contract/text'

/** What a run is called where nobody names it. */
export const usualName = ({ method, source, target }: Run['names'], language: Language = 'en'): string =>
  `${method}${language === 'zh' ? '：' : ': '}${source} → ${target}`

/** A run as source: its network and what it learned on, not the growing name of a run of runs. */
export const sourceName = (architecture: string, learned: string): string => `${architecture} · ${learned}`

/** A target by its data set and, where it is one domain of that, the domain. */
export const targetName = (dataset: string, domain: string | null | undefined): string =>
  [dataset, domain].filter((part) => part !== undefined && part !== null).join(' · ')

/** A short name for a run, in the words of the person who starts it: `Fine-tuning on UCI digits, 10 per class`. */
export function runName(
  method: MethodSummary, names: { source: string | null, target: string }, labels: LabelGrant, language: Language,
  countText: (count: number) => string = String
): string {
  const title = method.title[language]
  const some = typeof labels === 'object' ? countText(labels.perClass) : null
  if (language === 'zh') {
    return `${names.target}：${title}${names.source === null ? '' : ` ${names.source}`}${some === null ? '' : `（每类 ${some} 张）`}`
  }
  return `${names.source === null ? '' : `${names.source}, `}${title} on ${names.target}${some === null ? '' : `, ${some} per class`}`
}
