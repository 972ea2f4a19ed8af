import { defineFeature } from '../../shared/feature'
import SettingsScreen from './SettingsScreen.vue'
import { settingsMessages } from './messages'

export const feature = defineFeature({
  routes: [{ path: '/settings', name: 'settings', component: SettingsScreen }],
  messages: settingsMessages
})
