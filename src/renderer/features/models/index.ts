import { defineFeature } from '../../shared/feature'
import ImportDialog from './ImportDialog.vue'
import ModelsScreen from './ModelsScreen.vue'
import { modelsMessages } from './messages'

export const feature = defineFeature({
  routes: [{ path: '/models', name: 'models', component: ModelsScreen }],
  messages: modelsMessages,
  overlay: ImportDialog
})
