import { defineFeature } from '../../shared/feature'
import { findTransferSettings } from './found-settings'
import { transferMessages } from './messages'
import TransferScreen from './TransferScreen.vue'

/**
 * The screen where a transfer is put together. Its address may say what is chosen: `?source=run:<id>` (or any model
 * reference) as source, `?target=<data set>` as target, `?from=<run>` to repeat a run's whole spec,
 * with `&change={…}` where one thing of it is to be another; `?setting=training.learningRate` opens it at that setting.
 */
export const feature = defineFeature({
  routes: [{ path: '/transfer', name: 'transfer', component: TransferScreen }],
  messages: transferMessages,
  settings: { path: '/transfer', find: findTransferSettings }
})

export { default as MethodSentence } from './MethodSentence.vue'
export { imagesText, sentenceParts } from './sentence'
