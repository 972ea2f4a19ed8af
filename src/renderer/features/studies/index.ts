import { defineFeature } from '../../shared/feature'
import { findElsewhereSettings } from './found-settings'
import { studiesMessages } from './messages'

export const feature = defineFeature({
  routes: [{ path: '/studies', name: 'studies', component: () => import('./StudiesScreen.vue') }],
  messages: studiesMessages,
  settings: { path: '/studies', find: findElsewhereSettings }
})
