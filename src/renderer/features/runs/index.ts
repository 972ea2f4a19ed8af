import { defineFeature } from '../../shared/feature'
import { runsMessages } from './messages'

export const feature = defineFeature({
  routes: [{ path: '/runs', name: 'runs', component: () => import('./RunsScreen.vue') }],
  messages: runsMessages
})

export { useRunActions, type RunActions } from './run-actions'
