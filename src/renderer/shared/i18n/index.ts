import { createI18n, useI18n } from 'vue-i18n'
import { computed, type ComputedRef } from 'vue'
import { languages, type Language, type Text } from '../../../contract/text'
import { commonMessages } from './common'
import type { FeatureMessages, MessageTree } from './messages'
import { windowWords } from './window-words'

export { defineMessages, type FeatureMessages } from './messages'

/** The languages of a system locale: Chinese for `zh…`, else English. */
export const languageOfLocale = (locale: string): Language => locale.toLowerCase().startsWith('zh') ? 'zh' : 'en'

/** The i18n plugin over the common messages and those of the features. */
export function createGraftI18n(features: readonly FeatureMessages[], language: Language = 'en') {
  const messages = Object.fromEntries(languages.map((code) => [
    code, Object.assign({}, commonMessages[code], ...features.map((feature) => feature[code])) as MessageTree
  ]))
  return createI18n({
    legacy: false, locale: language, fallbackLocale: 'en', messages, missingWarn: false, fallbackWarn: false
  })
}

/** The current language. */
export function useLanguage(): ComputedRef<Language> {
  const { locale } = useI18n({ useScope: 'global' })
  return computed(() => locale.value as Language)
}

/** Reads a `Text` of the contract in the current language and in the window's words. */
export function useText(): (text: Text) => string {
  const language = useLanguage()
  return (text) => windowWords(text)[language.value]
}
