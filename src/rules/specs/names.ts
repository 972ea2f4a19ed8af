import type { Run } from '../../contract/runs'
import type { Language } from '../../contract/text'

/** What a run is called where nobody names it. */
export const usualName = ({ method, source, target }: Run['names'], language: Language = 'en'): string =>
  `${method}${language === 'zh' ? '：' : ': '}${source} → ${target}`
