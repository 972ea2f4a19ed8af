import { defineFeature } from '../../shared/feature'
import { runMessages } from './messages'
import RunScreen from './RunScreen.vue'

/** One run, live or done. */
export const feature = defineFeature({
  routes: [{ path: '/runs/:id', name: 'run', component: RunScreen }],
  messages: runMessages
})
