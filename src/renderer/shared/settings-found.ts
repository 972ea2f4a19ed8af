import { nextTick, watch, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRoute, useRouter } from 'vue-router'

/** A setting that the palette finds by its words and leads to. */
export interface FoundSetting {
  /** What the address asks for, and `data-setting` in the page holds. */
  name: string
  label: string
  /** What it is a setting of. */
  group: string
  description?: string
  /** Words that find it besides, in any language. */
  keywords: string
}

/** The address of a screen that opens at one of its settings. */
export const settingAddress = (path: string, name: string): { path: string, query: { setting: string } } => ({ path, query: { setting: name } })

/** Leads to the setting that the screen's address asks for; it is asked for once and then left out of the address. */
export function useSoughtSetting(path: string, root: Ref<HTMLElement | undefined>, open: () => void = () => undefined): void {
  const route = useRoute()
  const router = useRouter()
  watch(() => route.path === path ? route.query.setting : undefined, async (name) => {
    if (typeof name !== 'string') return
    const { setting: _, ...others } = route.query
    await router.replace({ path, query: others })
    open()
    await focusSetting(root, name)
  }, { immediate: true })
}

/** Says messages in the language in use, and in every language for who types another one. */
export function useEveryLanguage(): { t(key: string, named?: Record<string, string>): string, every(...keys: string[]): string } {
  const { t } = useI18n()
  return {
    t: (key, named = {}) => t(key, named),
    every: (...keys) => keys.flatMap((key) => ['en', 'zh'].map((locale) => t(key, {}, { locale }))).join(' ')
  }
}

const controls = 'input:not(:disabled), button:not(:disabled), textarea:not(:disabled), [tabindex="0"]'

/**
 * Leads the eye and the keyboard to a setting: what opened for it is drawn first, then its control has the focus and a
 * frame until it is left. False where the page has no such setting.
 */
export async function focusSetting(root: Ref<HTMLElement | undefined>, name: string): Promise<boolean> {
  for (let round = 0; round < 3; round += 1) await nextTick()
  const place = root.value?.querySelector<HTMLElement>(`[data-setting="${CSS.escape(name)}"]`)
  const label = place?.querySelector<HTMLLabelElement>('label[for]')
  const labelled = label && document.getElementById(label.htmlFor)
  const control = labelled ?? place?.querySelector<HTMLElement>(controls) ?? (place?.tabIndex === -1 ? place : undefined)
  if (!place || !control) return false
  place.scrollIntoView?.({ block: 'center' })
  control.focus({ preventScroll: true })
  place.dataset.found = ''
  place.addEventListener('focusout', () => { delete place.dataset.found }, { once: true })
  return true
}
