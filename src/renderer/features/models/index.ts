import { defineFeature } from '../../shared/feature'
import ImportDialog from './ImportDialog.vue'
import { modelsMessages } from './messages'

export const feature = defineFeature({
  routes: [{ path: '/models', name: 'models', component: () => import('./ModelsScreen.vue') }],
  messages: modelsMessages,
  overlay: ImportDialog
})
