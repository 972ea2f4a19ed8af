import { defineStore } from 'pinia'
import { computed, ref, watchEffect } from 'vue'
import type { Settings } from '../../../contract/app'
import type { Language } from '../../../contract/text'
import { api } from '../api'
import { languageOfLocale } from '../i18n'
import { useResource } from './resource'

const defaults: Settings = { language: 'system', theme: 'system', device: 'auto' }

/** The settings, and what they come to: the language and the theme in use. */
export const useSettingsStore = defineStore('settings', () => {
  const { value, state, error, load, reload } = useResource<Settings>(defaults, () => api.settings.get())
  api.settings.changed((settings) => { value.value = settings })

  const systemLocale = ref(navigator.language)
  const dark = window.matchMedia('(prefers-color-scheme: dark)')
  const systemDark = ref(dark.matches)
  dark.addEventListener('change', (event) => { systemDark.value = event.matches })

  const language = computed<Language>(() =>
    value.value.language === 'system' ? languageOfLocale(systemLocale.value) : value.value.language)
  const theme = computed<'light' | 'dark'>(() =>
    value.value.theme === 'system' ? (systemDark.value ? 'dark' : 'light') : value.value.theme)

  watchEffect(() => {
    document.documentElement.dataset.theme = theme.value
    document.documentElement.lang = language.value === 'zh' ? 'zh-CN' : 'en'
  })

  /** Changes some settings; on screen at once, taken back when main refuses. */
  async function set(change: Partial<Settings>): Promise<void> {
    const before = value.value
    value.value = { ...before, ...change }
    try {
      value.value = await api.settings.set(change)
    } catch (thrown) {
      value.value = before
      throw thrown
    }
  }

  return { settings: value, systemLocale, language, theme, state, error, load, reload, set }
})
