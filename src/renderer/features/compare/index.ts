import { defineFeature } from '../../shared/feature'
import { compareMessages } from './messages'

export const feature = defineFeature({
  routes: [{ path: '/compare', name: 'compare', component: () => import('./CompareScreen.vue') }],
  messages: compareMessages
})
