import '../contract/no-eval'
import { createPinia } from 'pinia'
import { createApp, watch } from 'vue'
import App from './App.vue'
import { features } from './features'
import { createGraftRouter } from './router'
import { api } from './shared/api'
import { createGraftI18n } from './shared/i18n'
import { useNoticesStore, useSettingsStore } from './shared/stores'
import './shared/ui/tokens.css'
import './shared/ui/base.css'
import './shared/ui/controls.css'

/** Builds the window: texts, stores and screens around `window.graft`. */
async function start(): Promise<void> {
  const app = createApp(App)
  app.use(createPinia())

  const settings = useSettingsStore()
  const notices = useNoticesStore()
  app.config.errorHandler = (error) => {
    console.error(error)
    notices.fail(error)
  }
  window.addEventListener('unhandledrejection', (event) => notices.fail(event.reason))

  await Promise.all([
    settings.load(),
    api.app.info().then(({ locale }) => { settings.systemLocale = locale }).catch(notices.fail)
  ])
  const i18n = createGraftI18n(features.map((feature) => feature.messages), settings.language)
  watch(() => settings.language, (language) => { i18n.global.locale.value = language })

  app.use(i18n).use(createGraftRouter())
  app.mount('#app')
}

void start()
