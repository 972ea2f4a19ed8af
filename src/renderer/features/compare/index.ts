import { defineFeature } from '../../shared/feature'
import CompareScreen from './CompareScreen.vue'
import { compareMessages } from './messages'

export const feature = defineFeature({
  routes: [{ path: '/compare', name: 'compare', component: CompareScreen }],
  messages: compareMessages
})
