import type { AppHandlers, HandlerContext } from './context'

export function settingsHandlers({ settings, applySettings, send }: HandlerContext): AppHandlers['settings'] {
  return {
    get: () => settings.get(),
    set: async (change) => {
      const changed = await settings.set(change)
      await applySettings()
      send('settings', 'changed', changed)
      return changed
    }
  }
}
