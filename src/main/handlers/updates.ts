import type { AppHandlers, HandlerContext } from './context'

export function updatesHandlers({ updates, desktop }: HandlerContext): AppHandlers['updates'] {
  return {
    state: () => updates.state(),
    look: () => updates.look(),
    download: async () => {
      const path = await updates.download()
      desktop.showFile(path)
      return { path }
    }
  }
}
