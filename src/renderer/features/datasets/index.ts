import { defineFeature } from '../../shared/feature'
import DatasetScreen from './DatasetScreen.vue'
import DatasetsScreen from './DatasetsScreen.vue'
import ImportDialog from './ImportDialog.vue'
import { datasetsMessages } from './messages'

export const feature = defineFeature({
  routes: [
    { path: '/datasets', name: 'datasets', component: DatasetsScreen },
    { path: '/datasets/:id', name: 'dataset', component: DatasetScreen }
  ],
  messages: datasetsMessages,
  overlay: ImportDialog
})
