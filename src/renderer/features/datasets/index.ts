import { defineFeature } from '../../shared/feature'
import ImportDialog from './ImportDialog.vue'
import { datasetsMessages } from './messages'

export const feature = defineFeature({
  routes: [
    { path: '/datasets', name: 'datasets', component: () => import('./DatasetsScreen.vue') },
    { path: '/datasets/:id', name: 'dataset', component: () => import('./DatasetScreen.vue') }
  ],
  messages: datasetsMessages,
  overlay: ImportDialog
})
