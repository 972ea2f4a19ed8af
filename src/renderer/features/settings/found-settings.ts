import { computed, type ComputedRef } from 'vue'
import { useEveryLanguage, type FoundSetting } from '../../shared/settings-found'

/** Where each setting of the screen has its words. */
const settings: Readonly<Record<string, readonly string[]>> = {
  'language': ['settings.language'], 'theme': ['settings.theme'], 'device': ['settings.device', 'settings.deviceHelp'],
  'notifications': ['settings.notifications', 'settings.notificationsHelp'], 'folders': ['settings.folder.data', 'settings.folders', 'settings.move.title'],
  'engine': ['settings.engine', 'settings.checkAgain', 'settings.engineHint'], 'updates': ['settings.updates.title', 'settings.updates.wanted'],
  'keyboard': ['settings.keyboard'], 'about': ['settings.about', 'settings.versions', 'settings.libraries']
}

/** What people call them besides, in any language. */
const otherWords: Readonly<Record<string, string>> = { updates: 'update upgrade 更新 升级' }

/** Every setting of the screen, for the palette. */
export function findSettings(): ComputedRef<readonly FoundSetting[]> {
  const { t, every } = useEveryLanguage()
  return computed(() => Object.entries(settings).map(([name, keys]) => ({
    name, label: t(keys[0]!), group: t('settings.title'), keywords: `${every(...keys, 'settings.title')} ${otherWords[name] ?? ''}`
  })))
}
