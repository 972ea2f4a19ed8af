import { mount, flushPromises, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { TooltipProvider } from 'reka-ui'
import { h, type Component } from 'vue'
import { createMemoryHistory, createRouter, RouterView, type Router } from 'vue-router'
import type { Language } from '../../contract/text'
import { features } from '../features'
import { createGraftI18n } from '../shared/i18n'
import type { FakeApi } from './fake-api'

export interface Mounted { wrapper: VueWrapper, router: Router }

const router = (): Router => createRouter({
  history: createMemoryHistory(),
  routes: [{ path: '/', redirect: '/transfer' }, ...features.flatMap((feature) => feature.routes)]
})

/** Opens a screen by its address over a fake main process, in the document's body. */
export async function openScreen(fake: FakeApi, address: string, language: Language = 'en'): Promise<Mounted> {
  return mountIn(fake, { render: () => h(RouterView) }, address, language)
}

/** Mounts one component the same way. */
export async function mountIn(
  fake: FakeApi, component: Component, address = '/transfer', language: Language = 'en', props: Record<string, unknown> = {}
): Promise<Mounted> {
  window.graft = fake.bridge
  const pinia = createPinia()
  setActivePinia(pinia)
  const routes = router()
  await routes.push(address)
  await routes.isReady()
  const i18n = createGraftI18n(features.map((feature) => feature.messages), language)
  const wrapper = mount({ render: () => h(TooltipProvider, null, { default: () => h(component, props) }) }, {
    global: { plugins: [pinia, i18n, routes] }, attachTo: document.body
  })
  await settle()
  return { wrapper, router: routes }
}

/** Lets answers, watchers and drawing come through. */
export async function settle(rounds = 4): Promise<void> {
  for (let round = 0; round < rounds; round += 1) await flushPromises()
}
