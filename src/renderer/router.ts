import { createRouter, createWebHashHistory, type Router } from 'vue-router'
import { features } from './features'

/** The screens by address. A hash, since the window's page is a file and not a server's. */
export function createGraftRouter(): Router {
  return createRouter({
    history: createWebHashHistory(),
    routes: [
      { path: '/', redirect: '/transfer' },
      ...features.flatMap((feature) => feature.routes),
      { path: '/:unknown(.*)*', redirect: '/transfer' }
    ],
    scrollBehavior: () => ({ top: 0 })
  })
}
