import { defineFeature } from '../../shared/feature'
import { runsMessages } from './messages'
import RunsScreen from './RunsScreen.vue'

export const feature = defineFeature({
  routes: [{ path: '/runs', name: 'runs', component: RunsScreen }],
  messages: runsMessages
})

export { useRunActions, type RunActions } from './run-actions'
