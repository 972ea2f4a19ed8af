import { defineFeature } from '../../shared/feature'
import SettingsScreen from './SettingsScreen.vue'
import UpdateQuestion from './UpdateQuestion.vue'
import { findSettings } from './found-settings'
import { settingsMessages } from './messages'

export const feature = defineFeature({
  routes: [{ path: '/settings', name: 'settings', component: SettingsScreen }],
  overlay: UpdateQuestion,
  messages: settingsMessages,
  settings: { path: '/settings', find: findSettings }
})
