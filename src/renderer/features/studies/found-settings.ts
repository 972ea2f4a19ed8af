import { computed, type ComputedRef } from 'vue'
import { useEveryLanguage, type FoundSetting } from '../../shared/settings-found'

const fields = ['use', 'on', 'store', 'slots', 'cores', 'storeThere', 'program'] as const

/** The settings of other machines, for the palette. */
export function findElsewhereSettings(): ComputedRef<readonly FoundSetting[]> {
  const { t, every } = useEveryLanguage()
  return computed(() => fields.map((name) => ({
    name, label: t(`studies.elsewhere.${name}`), group: t('studies.elsewhere.title'),
    keywords: every(`studies.elsewhere.${name}`, `studies.elsewhere.${name}Help`, 'studies.elsewhere.title')
  })))
}
