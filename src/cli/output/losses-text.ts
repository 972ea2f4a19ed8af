import type { MethodSummary } from '../../contract/methods'
import type { Language } from '../../contract/text'

/** The losses that a method names beside the total, in the words of the chart; empty where it names none. */
export const lossesText = ({ losses = {} }: MethodSummary, language: Language): string =>
  Object.values(losses).map((word) => word[language]).join(language === 'zh' ? '、' : ', ')
