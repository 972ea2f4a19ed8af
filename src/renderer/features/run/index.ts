import { defineFeature } from '../../shared/feature'
import { runMessages } from './messages'

/** One run, live or done. */
export const feature = defineFeature({
  routes: [{ path: '/runs/:id', name: 'run', component: () => import('./RunScreen.vue') }],
  messages: runMessages
})
