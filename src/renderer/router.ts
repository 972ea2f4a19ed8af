import { createRouter, createWebHashHistory, type Router } from 'vue-router'
import { features } from './features'
import { paintFirst } from './shell/paint-first'

/** The screens by address. A hash, since the window's page is a file and not a server's. */
export function createGraftRouter(): Router {
  const router = createRouter({
    history: createWebHashHistory(),
    routes: [
      { path: '/', redirect: '/transfer' },
      ...features.flatMap((feature) => feature.routes),
      { path: '/:unknown(.*)*', redirect: '/transfer' }
    ],
    scrollBehavior: () => ({ top: 0 })
  })
  paintFirst(router)
  return router
}
