import { defineFeature } from '../../shared/feature'
import StudiesScreen from './StudiesScreen.vue'
import { findElsewhereSettings } from './found-settings'
import { studiesMessages } from './messages'

export const feature = defineFeature({
  routes: [{ path: '/studies', name: 'studies', component: StudiesScreen }],
  messages: studiesMessages,
  settings: { path: '/studies', find: findElsewhereSettings }
})
