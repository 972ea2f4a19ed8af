import { defineFeature } from '../../shared/feature'
import SettingsScreen from './SettingsScreen.vue'
import UpdateQuestion from './UpdateQuestion.vue'
import { settingsMessages } from './messages'

export const feature = defineFeature({
  routes: [{ path: '/settings', name: 'settings', component: SettingsScreen }],
  overlay: UpdateQuestion,
  messages: settingsMessages
})
